package net.facteur.server.mailbox;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;

/// The name of a folder as it stands on the disk: in the modified UTF-7 of IMAP, as Dovecot writes
/// it, or in UTF-8, as it does with `mailbox_list_utf8`.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3501#section-5.1.3 RFC 3501, section 5.1.3: Mailbox
///   International Naming Convention
final class FolderName {
  private FolderName() {}

  /// The name as people read it, in Unicode's composed form. What is no modified UTF-7 stays.
  static String decode(String name) {
    var out = new StringBuilder();
    for (int at = 0; at < name.length(); ) {
      int shift = name.indexOf('&', at);
      int end = shift < 0 ? -1 : name.indexOf('-', shift);
      if (end < 0) {
        out.append(name, at, name.length());
        break;
      }
      out.append(name, at, shift);
      out.append(end == shift + 1 ? "&" : utf16(name.substring(shift + 1, end)));
      at = end + 1;
    }
    return Normalizer.normalize(out, Normalizer.Form.NFC);
  }

  private static String utf16(String base64) {
    try {
      byte[] octets = Base64.getDecoder().decode(base64.replace(',', '/'));
      return StandardCharsets.UTF_16BE.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (IllegalArgumentException | CharacterCodingException _) {
      return "&" + base64 + "-";
    }
  }
}
