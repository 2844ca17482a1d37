package net.facteur.server.submission;

import net.facteur.auth.syntax.Ascii;

/// Says whether an address field is written as RFC 5322 wants it today, obsolete forms left out, so
/// that every reader finds the same addresses in it.
///
/// Works on one `char` per octet; octets beyond ASCII count as letters (RFC 6532).
final class StrictAddresses {
  private static final int MAX_COMMENT_DEPTH = 32;

  private final String in;
  private int at;

  private StrictAddresses(String in) {
    this.in = in;
  }

  /// A list of addresses, groups among them.
  static boolean wellFormed(String value) {
    var reader = new StrictAddresses(value);
    do {
      if (!reader.address()) {
        return false;
      }
    } while (reader.take(','));
    return reader.at == value.length();
  }

  /// A bare address: local part, `@`, domain.
  static boolean addressAlone(String text) {
    var reader = new StrictAddresses(text);
    return reader.address(false) && reader.at == text.length();
  }

  private boolean address() {
    return address(true);
  }

  private boolean address(boolean named) {
    if (!skip()) {
      return false;
    }
    int start = at;
    if (addrSpec() && skip() && (at == in.length() || peek() == ',' || peek() == ';')) {
      return true;
    }
    at = start;
    if (!named) {
      return false;
    }
    boolean phrase = phrase();
    if (take('<')) {
      return skip() && addrSpec() && skip() && take('>') && skip();
    }
    return phrase && take(':') && group();
  }

  private boolean group() {
    if (!skip()) {
      return false;
    }
    if (take(';')) {
      return skip();
    }
    do {
      if (peek() == ';' || !mailbox()) {
        return false;
      }
    } while (take(','));
    return take(';') && skip();
  }

  /// Within a group; groups do not nest.
  private boolean mailbox() {
    int start = at;
    if (skip() && addrSpec() && skip() && (peek() == ',' || peek() == ';')) {
      return true;
    }
    at = start;
    if (!skip()) {
      return false;
    }
    phrase();
    return take('<') && skip() && addrSpec() && skip() && take('>') && skip();
  }

  /// Words; false where there is none.
  private boolean phrase() {
    boolean any = false;
    while (peek() == '"' ? quoted() : atom()) {
      any = true;
      if (!skip()) {
        return false;
      }
    }
    return any;
  }

  private boolean addrSpec() {
    boolean local = peek() == '"' ? quoted() : dotAtom();
    if (!local || !take('@')) {
      return false;
    }
    if (take('[')) {
      while (at < in.length() && peek() != ']' && Ascii.isVisible(peek()) && peek() != '[') {
        at++;
      }
      return take(']');
    }
    return dotAtom();
  }

  private boolean dotAtom() {
    do {
      if (!atom()) {
        return false;
      }
    } while (take('.'));
    return true;
  }

  private boolean atom() {
    int start = at;
    while (at < in.length() && Ascii.isUtf8Atext(in.charAt(at))) {
      at++;
    }
    return at > start;
  }

  private boolean quoted() {
    at++;
    while (at < in.length() && peek() != '"') {
      if (peek() == '\\') {
        at++;
      }
      at++;
    }
    return take('"');
  }

  /// White space, folding and comments; false where a comment does not end.
  private boolean skip() {
    int depth = 0;
    while (at < in.length()) {
      char c = in.charAt(at);
      if (c == '(') {
        depth++;
        if (depth > MAX_COMMENT_DEPTH) {
          return false;
        }
      } else if (depth > 0 && c == ')') {
        depth--;
      } else if (depth > 0 && c == '\\') {
        at++;
      } else if (depth == 0 && !Ascii.isWsp(c) && c != '\r' && c != '\n') {
        return true;
      }
      at++;
    }
    at = Math.min(at, in.length());
    return depth == 0;
  }

  private char peek() {
    return at < in.length() ? in.charAt(at) : 0;
  }

  private boolean take(char c) {
    if (peek() == c) {
      at++;
      return true;
    }
    return false;
  }
}
