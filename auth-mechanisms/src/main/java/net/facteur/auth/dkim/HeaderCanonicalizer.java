package net.facteur.auth.dkim;

import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Ascii;

/// Writes header fields in their canonical form, from the octets as received.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.4.1 RFC 6376, section 3.4.1: The "simple"
///   Header Canonicalization Algorithm
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.4.2 RFC 6376, section 3.4.2: The
///   "relaxed" Header Canonicalization Algorithm
final class HeaderCanonicalizer {
  private static final byte[] LINE_END = {'\r', '\n'};

  private HeaderCanonicalizer() {}

  /// A field with its CRLF.
  static void field(HeaderField field, Canonicalization.Form form, OctetBuffer out) {
    byte[] raw = field.raw();
    switch (form) {
      case SIMPLE -> out.put(raw, 0, endOfValue(raw));
      case RELAXED -> {
        relaxedName(field, out);
        new RelaxedValue(out).put(raw, field.valueStart(), endOfValue(raw));
      }
    }
    out.put(LINE_END, 0, 2);
  }

  /// The signature field itself, without the octets from `from` to before `to` (the value of `b=`
  /// and the white space around it) and without its CRLF (RFC 6376, section 3.7).
  static void signature(
      HeaderField field, int from, int to, Canonicalization.Form form, OctetBuffer out) {
    byte[] raw = field.raw();
    int end = endOfValue(raw);
    switch (form) {
      case SIMPLE -> {
        out.put(raw, 0, from);
        out.put(raw, to, end);
      }
      case RELAXED -> {
        relaxedName(field, out);
        var value = new RelaxedValue(out);
        value.put(raw, field.valueStart(), from);
        value.put(raw, to, end);
      }
    }
  }

  private static void relaxedName(HeaderField field, OctetBuffer out) {
    byte[] raw = field.raw();
    for (int i = 0; i < field.nameEnd(); i++) {
      out.put((byte) Ascii.lower(raw[i]));
    }
    out.put((byte) ':');
  }

  private static int endOfValue(byte[] raw) {
    int end = raw.length;
    return end >= 2 && raw[end - 2] == '\r' && raw[end - 1] == '\n' ? end - 2 : end;
  }

  /// A value without folds, white space at its ends or runs of it. The CR and LF of a CRLF go;
  /// alone each is content.
  private static final class RelaxedValue {
    private final OctetBuffer out;
    private boolean space;
    private boolean begun;

    RelaxedValue(OctetBuffer out) {
      this.out = out;
    }

    void put(byte[] raw, int start, int end) {
      int at = start;
      while (at < end) {
        byte b = raw[at];
        if (b == '\r' && at + 1 < end && raw[at + 1] == '\n') {
          at += 2;
        } else if (b == ' ' || b == '\t') {
          space = true;
          at++;
        } else {
          int from = at++; // a lone CR is content, too
          while (at < end && isPlain(raw[at])) {
            at++;
          }
          putPlain(raw, from, at);
        }
      }
    }

    private static boolean isPlain(byte b) {
      return b != ' ' && b != '\t' && b != '\r';
    }

    private void putPlain(byte[] raw, int from, int to) {
      if (space && begun) {
        out.put((byte) ' ');
      }
      space = false;
      begun = true;
      out.put(raw, from, to);
    }
  }
}
