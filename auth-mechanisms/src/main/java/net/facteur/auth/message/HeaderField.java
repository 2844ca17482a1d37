package net.facteur.auth.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.facteur.auth.syntax.Ascii;

/// One header field as received: name, colon, value with its folding, and the final CRLF.
///
/// Text accessors give one `char` per octet (ISO 8859-1), so nothing is lost and offsets stay true.
/// A field of a parsed header is a part of that header's octets, and keeps all of them in memory.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-2.2 RFC 5322, section 2.2: Header Fields
public final class HeaderField {
  private final byte[] section;
  private final int start;
  private final int length;
  private final int colon;
  private final int nameEnd;

  /// @param section the octets that the field stands in; not copied, so they must not change
  /// @param start where it begins in them
  /// @param end after its CRLF
  /// @param colon index of the colon in the field, or -1 for a line without one
  HeaderField(byte[] section, int start, int end, int colon) {
    this.section = section;
    this.start = start;
    this.length = end - start;
    this.colon = colon;
    int last = colon < 0 ? length : colon;
    while (last > 0 && Ascii.isWsp(octet(last - 1))) {
      last--;
    }
    this.nameEnd = last;
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
    return new HeaderField(raw, 0, raw.length, name.length());
  }

  /// A copy of the field's octets with the final CRLF.
  public byte[] raw() {
    return Arrays.copyOfRange(section, start, start + length);
  }

  /// How many octets it has, with the final CRLF.
  public int length() {
    return length;
  }

  /// The octet at an index from 0 to before [#length()].
  public byte octet(int at) {
    return section[start + at];
  }

  /// Copies the octets from `from` to before `to` into `target` at `at`.
  public void copy(int from, int to, byte[] target, int at) {
    System.arraycopy(section, start + from, target, at, to - from);
  }

  private String text(int from, int to) {
    return new String(section, start + from, to - from, StandardCharsets.ISO_8859_1);
  }

  /// The name as written, without white space before the colon; the whole line where none stands.
  public String name() {
    return text(0, nameEnd);
  }

  /// Index after the last octet of the name.
  public int nameEnd() {
    return nameEnd;
  }

  /// Index of the first octet of the value, right after the colon; 0 where none stands.
  public int valueStart() {
    return colon + 1;
  }

  /// True where the line has a colon and a name of printable ASCII before it.
  public boolean wellFormed() {
    if (colon <= 0) {
      return false;
    }
    for (int i = 0; i < nameEnd; i++) {
      if (octet(i) <= ' ' || octet(i) == 0x7f) { // octets from 0x80 on are negative
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
      if (Ascii.lower(octet(i) & 0xff) != Ascii.lower(name.charAt(i))) {
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
    int c = octet(i) & 0xff;
    int next = i + 1 < nameEnd ? octet(i + 1) & 0xff : 0;
    return switch (c) {
      case 0xc4 -> next == 0xb0 || next == 0xb1 ? 'i' : c;
      case 0xc5 -> next == 0xbf ? 's' : c;
      case 0xe2 -> next == 0x84 && i + 2 < nameEnd && (octet(i + 2) & 0xff) == 0xaa ? 'k' : c;
      default -> c;
    };
  }

  /// The fields that a reader sees in this one who ends lines at each CR and each LF; none where
  /// every line ends with CRLF.
  List<HeaderField> strayLines() {
    var lines = new ArrayList<HeaderField>();
    for (int i = 0; i + 1 < length; i++) {
      boolean cr = octet(i) == '\r' && octet(i + 1) != '\n';
      boolean lf = octet(i) == '\n' && (i == 0 || octet(i - 1) != '\r');
      // Only the last line end of a run begins a line, or each would look through the rest of it.
      if ((cr || lf) && !Ascii.isWsp(octet(i + 1)) && !isLineEnd(octet(i + 1))) {
        int end = lineEnd(i + 1);
        lines.add(new HeaderField(section, start + i + 1, start + end, colonIn(i + 1, end)));
      }
    }
    return lines;
  }

  /// How far behind `from` the first colon stands, or -1.
  private int colonIn(int from, int to) {
    for (int i = from; i < to; i++) {
      if (octet(i) == ':') {
        return i - from;
      }
    }
    return -1;
  }

  private static boolean isLineEnd(byte octet) {
    return octet == '\r' || octet == '\n';
  }

  /// The index of the line end, whatever its form, that ends a field: no white space follows it.
  private int lineEnd(int from) {
    int end = from;
    while (end < length) {
      int next = end;
      while (next < length && isLineEnd(octet(next))) {
        next++;
      }
      if (next > end && (next == length || !Ascii.isWsp(octet(next)))) {
        return end;
      }
      end = Math.max(next, end + 1);
    }
    return end;
  }

  /// Everything after the colon but the final CRLF, folding included.
  public String value() {
    int end = length;
    if (end >= 1 && octet(end - 1) == '\n') {
      end--;
    }
    if (end >= 1 && octet(end - 1) == '\r') {
      end--;
    }
    int from = colon + 1;
    return text(from, Math.max(from, end));
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

  /// True where the first line holds no colon; one may stand further down.
  boolean beginsWithoutColon() {
    for (int i = 0; i < length && !isLineEnd(octet(i)); i++) {
      if (octet(i) == ':') {
        return false;
      }
    }
    return true;
  }

  /// The whole field without its final CRLF.
  String line() {
    return text(0, Math.max(0, length - 2));
  }

  @Override
  public String toString() {
    return name() + ":" + value();
  }
}
