package net.facteur.auth.dns;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A TXT record: one or more strings of 0 to 255 octets, one `char` per octet (ISO 8859-1).
///
/// @param strings the character-strings in order
/// @spec https://www.rfc-editor.org/rfc/rfc1035#section-3.3.14 RFC 1035, section 3.3.14: TXT RDATA
public record TxtRecord(List<String> strings) {
  public TxtRecord {
    strings = List.copyOf(strings);
  }

  /// A record whose text is cut into strings of at most 255 octets.
  public static TxtRecord of(String text) {
    var octets = text.getBytes(StandardCharsets.ISO_8859_1);
    var cut = new java.util.ArrayList<String>();
    for (int at = 0; at < octets.length || at == 0; at += 255) {
      cut.add(
          new String(octets, at, Math.min(255, octets.length - at), StandardCharsets.ISO_8859_1));
    }
    return new TxtRecord(cut);
  }

  /// The strings joined without anything between them, as SPF, DKIM and DMARC all read them.
  public String text() {
    return strings.size() == 1 ? strings.getFirst() : String.join("", strings);
  }
}
