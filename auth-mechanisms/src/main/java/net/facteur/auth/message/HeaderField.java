package net.facteur.auth.message;

import java.nio.charset.StandardCharsets;
import net.facteur.auth.syntax.Ascii;

/// One header field as received: name, colon, value with its folding, and the final CRLF.
///
/// Text accessors give one `char` per octet (ISO 8859-1), so nothing is lost and offsets stay true.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-2.2 RFC 5322, section 2.2: Header Fields
public final class HeaderField {
  private final byte[] raw;
  private final int colon;
  private final int nameEnd;

  /// @param raw the whole field with its CRLF; not copied, so it must not change afterwards
  /// @param colon index of the colon, or -1 for a line without one
  HeaderField(byte[] raw, int colon) {
    this.raw = raw;
    this.colon = colon;
    int end = colon < 0 ? raw.length : colon;
    while (end > 0 && (raw[end - 1] == ' ' || raw[end - 1] == '\t')) {
      end--;
    }
    this.nameEnd = end;
  }

  /// A field made here. `value` is written after `name:` as it stands, so it begins with a space
  /// and brings its own folding; CRLF is added.
  ///
  /// @throws IllegalArgumentException where `value` could start a field of its own
  public static HeaderField of(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean folded =
          c == '\r'
              && i + 2 < value.length()
              && value.charAt(i + 1) == '\n'
              && (value.charAt(i + 2) == ' ' || value.charAt(i + 2) == '\t');
      if (folded) {
        i += 2;
      } else if (c == '\r' || c == '\n' || c == 0) {
        throw new IllegalArgumentException("a header field value must not hold a bare line end");
      }
    }
    byte[] raw = (name + ":" + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    return new HeaderField(raw, name.length());
  }

  /// The field's octets with the final CRLF. The array is shared and must not be changed.
  public byte[] raw() {
    return raw;
  }

  /// The name as written, without white space before the colon; the whole line where none stands.
  public String name() {
    return new String(raw, 0, nameEnd, StandardCharsets.ISO_8859_1);
  }

  /// Index in [#raw()] after the last octet of the name.
  public int nameEnd() {
    return nameEnd;
  }

  /// Index in [#raw()] of the first octet of the value, right after the colon; 0 where none stands.
  public int valueStart() {
    return colon + 1;
  }

  /// True where the line has a colon and a name of printable ASCII before it.
  public boolean wellFormed() {
    if (colon <= 0) {
      return false;
    }
    for (int i = 0; i < nameEnd; i++) {
      if (raw[i] <= ' ' || raw[i] == 0x7f) { // octets from 0x80 on are negative
        return false;
      }
    }
    return nameEnd > 0;
  }

  /// True where the name is `name` in any ASCII case.
  public boolean is(String name) {
    if (nameEnd != name.length()) {
      return false;
    }
    for (int i = 0; i < nameEnd; i++) {
      if (Ascii.lower(raw[i] & 0xff) != Ascii.lower(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// Everything after the colon but the final CRLF, folding included.
  public String value() {
    int end = raw.length;
    if (end >= 1 && raw[end - 1] == '\n') {
      end--;
    }
    if (end >= 1 && raw[end - 1] == '\r') {
      end--;
    }
    int start = colon + 1;
    return new String(raw, start, Math.max(0, end - start), StandardCharsets.ISO_8859_1);
  }

  /// The value unfolded (CRLFs gone, their white space kept) and without white space at its ends.
  public String unfolded() {
    String value = value();
    var out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\r' && c != '\n') {
        out.append(c);
      }
    }
    return Ascii.trim(out.toString());
  }

  @Override
  public String toString() {
    return name() + ":" + value();
  }
}
