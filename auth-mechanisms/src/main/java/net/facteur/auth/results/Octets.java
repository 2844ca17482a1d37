package net.facteur.auth.results;

import java.nio.charset.StandardCharsets;
import net.facteur.auth.syntax.Ascii;

/// Character classes of RFC 5322, RFC 2045 and RFC 5321 on ASCII, and the way between characters
/// and octets.
final class Octets {
  private static final String TSPECIALS = "()<>@,;:\\\"/[]?=";

  private Octets() {}

  /// RFC 2045, section 5.1: token.
  static boolean isTokenChar(char c) {
    return c > ' ' && c < 0x7f && TSPECIALS.indexOf(c) < 0;
  }

  static boolean isKeywordChar(char c) {
    return Ascii.isAlnum(c) || c == '-' || c == '_';
  }

  /// RFC 5321, section 4.1.2: Keyword = Ldh-str.
  static boolean isKeyword(String s) {
    if (s.isEmpty() || !Ascii.isAlnum(s.charAt(s.length() - 1))) {
      return false;
    }
    for (int i = 0; i < s.length(); i++) {
      if (!Ascii.isAlnum(s.charAt(i)) && s.charAt(i) != '-') {
        return false;
      }
    }
    return true;
  }

  static boolean isToken(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (!isTokenChar(s.charAt(i))) {
        return false;
      }
    }
    return !s.isEmpty();
  }

  /// `[ [ local-part ] "@" ] domain-name` with the at sign present.
  static boolean isAddress(String s) {
    int at = s.lastIndexOf('@');
    return at >= 0 && isLocalPart(s.substring(0, at)) && isDomainName(s.substring(at + 1));
  }

  private static boolean isLocalPart(String s) {
    return s.isEmpty() || isDotAtom(s) || isQuotedString(s);
  }

  private static boolean isDotAtom(String s) {
    boolean afterDot = true;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '.' ? afterDot : !Ascii.isUtf8Atext(c)) {
        return false;
      }
      afterDot = c == '.';
    }
    return !afterDot;
  }

  private static boolean isQuotedString(String s) {
    if (s.length() < 2 || s.charAt(0) != '"' || s.charAt(s.length() - 1) != '"') {
      return false;
    }
    for (int i = 1; i < s.length() - 1; i++) {
      char c = s.charAt(i);
      if (c == '\\') {
        i++;
        if (i == s.length() - 1) {
          return false;
        }
      } else if (c == '"') {
        return false;
      }
    }
    return true;
  }

  static boolean isDomainName(String s) {
    boolean labelStart = true;
    char before = '.';
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '.' ? labelStart || before == '-' : !isKeywordChar(c) || (labelStart && c == '-')) {
        return false;
      }
      labelStart = c == '.';
      before = c;
    }
    return !labelStart && before != '-';
  }

  /// The UTF-8 octets of the text, one `char` each.
  static String toUtf8(String text) {
    return Ascii.isAscii(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
