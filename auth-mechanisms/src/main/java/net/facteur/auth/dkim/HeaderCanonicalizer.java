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
    switch (form) {
      case SIMPLE -> out.put(field, 0, endOfValue(field));
      case RELAXED -> {
        relaxedName(field, out);
        new RelaxedValue(out).put(field, field.valueStart(), endOfValue(field));
      }
    }
    out.put(LINE_END, 0, 2);
  }

  /// The signature field itself, without the octets from `from` to before `to` (the value of `b=`
  /// and the white space around it) and without its CRLF (RFC 6376, section 3.7).
  static void signature(
      HeaderField field, int from, int to, Canonicalization.Form form, OctetBuffer out) {
    int end = endOfValue(field);
    switch (form) {
      case SIMPLE -> {
        out.put(field, 0, from);
        out.put(field, to, end);
      }
      case RELAXED -> {
        relaxedName(field, out);
        var value = new RelaxedValue(out);
        value.put(field, field.valueStart(), from);
        value.put(field, to, end);
      }
    }
  }

  private static void relaxedName(HeaderField field, OctetBuffer out) {
    for (int i = 0; i < field.nameEnd(); i++) {
      out.put((byte) Ascii.lower(field.octet(i)));
    }
    out.put((byte) ':');
  }

  private static int endOfValue(HeaderField field) {
    int end = field.length();
    return end >= 2 && field.octet(end - 2) == '\r' && field.octet(end - 1) == '\n' ? end - 2 : end;
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

    void put(HeaderField field, int start, int end) {
      int at = start;
      while (at < end) {
        byte b = field.octet(at);
        if (b == '\r' && at + 1 < end && field.octet(at + 1) == '\n') {
          at += 2;
        } else if (b == ' ' || b == '\t') {
          space = true;
          at++;
        } else {
          int from = at++; // a lone CR is content, too
          while (at < end && isPlain(field.octet(at))) {
            at++;
          }
          putPlain(field, from, at);
        }
      }
    }

    private static boolean isPlain(byte b) {
      return b != ' ' && b != '\t' && b != '\r';
    }

    private void putPlain(HeaderField field, int from, int to) {
      if (space && begun) {
        out.put((byte) ' ');
      }
      space = false;
      begun = true;
      out.put(field, from, to);
    }
  }
}
