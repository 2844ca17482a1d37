package net.facteur.server.smtp;

import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// One parameter of MAIL or RCPT.
///
/// @param keyword in upper case
/// @param value empty where there was no `=`
/// @param valued whether there was one
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2 RFC 5321, section 4.1.2: Arguments
record Parameter(String keyword, String value, boolean valued) {
  /// More than all extensions together define.
  private static final int MAX = 32;

  /// Reads ` KEYWORD[=value]` as often as it stands in `text` from `from` to the end.
  ///
  /// @param liberal the same parameter with the same value may stand there again
  static Parsed<List<Parameter>> parse(String text, int from, boolean liberal) {
    List<Parameter> found = new ArrayList<>(4);
    int at = from;
    while (at < text.length()) {
      if (text.charAt(at) != ' ') {
        return Parsed.malformed(at, "SP");
      }
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
      int end = text.indexOf(' ', at);
      end = end < 0 ? text.length() : end;
      int equals = text.indexOf('=', at);
      boolean valued = equals >= 0 && equals < end;
      int keywordEnd = valued ? equals : end;
      if (!isKeyword(text, at, keywordEnd)) {
        return Parsed.malformed(at, "esmtp-keyword");
      }
      String value = valued ? text.substring(equals + 1, end) : "";
      if (valued && (value.isEmpty() || value.indexOf('=') >= 0)) {
        return Parsed.malformed(equals + 1, "esmtp-value");
      }
      String keyword = Ascii.upper(text.substring(at, keywordEnd));
      var parameter = new Parameter(keyword, value, valued);
      at = end;
      if (liberal && found.contains(parameter)) {
        continue;
      }
      if (found.size() == MAX || found.stream().anyMatch(p -> p.keyword.equals(keyword))) {
        return Parsed.malformed(at, "each parameter once");
      }
      found.add(parameter);
    }
    return Parsed.ok(found);
  }

  /// A decimal number of 1 to 20 digits; those past the range of `long` are its maximum.
  ///
  /// @return -1 where it is none
  static long number(String s) {
    if (s.isEmpty() || s.length() > 20) {
      return -1;
    }
    long n = 0;
    for (int i = 0; i < s.length(); i++) {
      int digit = s.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      n = n > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : n * 10 + digit;
    }
    return n;
  }

  private static boolean isKeyword(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!Ascii.isAlnum(c) && (c != '-' || i == from)) {
        return false;
      }
    }
    return to > from;
  }
}
