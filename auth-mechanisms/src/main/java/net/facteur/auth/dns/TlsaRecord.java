package net.facteur.auth.dns;

import java.util.Arrays;
import java.util.HexFormat;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// A TLSA record as received; whether it can be used is for the DANE rules to say.
///
/// @param usage certificate usage, 0 to 255
/// @param selector 0 to 255
/// @param matchingType 0 to 255
/// @param association certificate association data, any length
/// @spec https://www.rfc-editor.org/rfc/rfc6698#section-2.1 RFC 6698, section 2.1: TLSA RDATA
public record TlsaRecord(int usage, int selector, int matchingType, byte[] association) {
  public TlsaRecord {
    association = association.clone();
  }

  /// Reads the presentation form, `3 1 1 0123...`; the hexadecimal digits may stand in groups, and
  /// there may be none.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6698#section-2.2 RFC 6698, section 2.2: TLSA RR
  ///   Presentation Format
  public static Parsed<TlsaRecord> parse(String text) {
    var numbers = new int[3];
    int at = 0;
    for (int i = 0; i < numbers.length; i++) {
      int start = at;
      while (at < text.length() && Ascii.isDigit(text.charAt(at)) && at - start < 3) {
        numbers[i] = numbers[i] * 10 + (text.charAt(at++) - '0');
      }
      if (at == start || numbers[i] > 255) {
        return Parsed.malformed(start, "a number from 0 to 255");
      }
      if (at < text.length() && text.charAt(at) != ' ') {
        return Parsed.malformed(at, "a space");
      }
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
    }
    String digits = text.substring(at).replace(" ", "");
    if (digits.length() > 2 * 0xffff) {
      return Parsed.malformed(at, "at most 65,535 octets");
    }
    try {
      return Parsed.ok(
          new TlsaRecord(numbers[0], numbers[1], numbers[2], HexFormat.of().parseHex(digits)));
    } catch (IllegalArgumentException e) {
      return Parsed.malformed(at, "pairs of hexadecimal digits");
    }
  }

  @Override
  public byte[] association() {
    return association.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TlsaRecord(int u, int s, int m, byte[] a)
        && u == usage
        && s == selector
        && m == matchingType
        && Arrays.equals(a, association);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * usage + selector) + matchingType) + Arrays.hashCode(association);
  }

  /// The presentation form; [#parse] reads it back.
  @Override
  public String toString() {
    return usage
        + " "
        + selector
        + " "
        + matchingType
        + " "
        + HexFormat.of().formatHex(association);
  }
}
