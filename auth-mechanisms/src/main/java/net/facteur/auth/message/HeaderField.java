package net.facteur.auth.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  /// True where some reader may take the name for `name`: equal in any case once white space,
  /// folding, controls and everything beyond ASCII are left out, such as a NUL, a no-break space or
  /// a byte order mark. Readers trim names in many ways, so this is the test for whatever must not
  /// be smuggled past us; [#is(String)] is the one for what we rely on.
  ///
  /// @param name of printable ASCII
  public boolean resembles(String name) {
    if (colon < 0) {
      return false;
    }
    int matched = 0;
    for (int i = 0; i < nameEnd; i++) {
      int c = readAs(i);
      if (c <= ' ' || c >= 0x7f) {
        continue;
      }
      if (matched == name.length() || Ascii.lower(c) != Ascii.lower(name.charAt(matched))) {
        return false;
      }
      matched++;
    }
    return matched == name.length();
  }

  /// The octet at `i`, or the ASCII letter that a reader makes of it who compares without case by
  /// Unicode: of dotless i (U+0131), long s (U+017F), and the Kelvin sign (U+212A).
  private int readAs(int i) {
    int c = raw[i] & 0xff;
    int next = i + 1 < nameEnd ? raw[i + 1] & 0xff : 0;
    return switch (c) {
      case 0xc4 -> next == 0xb0 || next == 0xb1 ? 'i' : c;
      case 0xc5 -> next == 0xbf ? 's' : c;
      case 0xe2 -> next == 0x84 && i + 2 < nameEnd && (raw[i + 2] & 0xff) == 0xaa ? 'k' : c;
      default -> c;
    };
  }

  /// The fields that a reader sees in this one who ends lines at each CR and each LF; none where
  /// every line ends with CRLF.
  List<HeaderField> strayLines() {
    var lines = new ArrayList<HeaderField>();
    for (int i = 0; i + 1 < raw.length; i++) {
      boolean cr = raw[i] == '\r' && raw[i + 1] != '\n';
      boolean lf = raw[i] == '\n' && (i == 0 || raw[i - 1] != '\r');
      if ((cr || lf) && !Ascii.isWsp(raw[i + 1])) {
        byte[] rest = Arrays.copyOfRange(raw, i + 1, lineEnd(i + 1));
        int at = new String(rest, StandardCharsets.ISO_8859_1).indexOf(':');
        lines.add(new HeaderField(rest, at));
      }
    }
    return lines;
  }

  /// The index of the line end, whatever its form, that ends a field: no white space follows it.
  private int lineEnd(int from) {
    int end = from;
    while (end < raw.length) {
      int next = end;
      while (next < raw.length && (raw[next] == '\r' || raw[next] == '\n')) {
        next++;
      }
      if (next > end && (next == raw.length || !Ascii.isWsp(raw[next]))) {
        return end;
      }
      end = Math.max(next, end + 1);
    }
    return end;
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
