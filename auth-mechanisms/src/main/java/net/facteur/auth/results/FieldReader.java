package net.facteur.auth.results;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Utf8;

/// Reads a field's value from left to right, once. After the first failure the cursor stands at the
/// end, so that every loop comes to rest.
final class FieldReader {
  private final String text;
  private final boolean strict;
  private int at;
  private int failedAt = -1;
  private String expected = "";
  private final StringBuilder comment = new StringBuilder();

  FieldReader(String text, boolean strict) {
    this.text = text;
    this.strict = strict;
  }

  Parsed<AuthenticationResults> read() {
    cfws();
    String authservId = word("an authserv-id");
    cfws();
    int version = atDigit() ? number() : 1;
    cfws();
    var results = new ArrayList<MethodResult>();
    if (!failed()) {
      readResults(results);
    }
    return failed()
        ? Parsed.malformed(failedAt, expected)
        : Parsed.ok(new AuthenticationResults(authservId, version, results));
  }

  /// The authserv-id and version alone, for who asks only whose field it is.
  Parsed<AuthenticationResults> readHead() {
    cfws();
    String authservId = word("an authserv-id");
    cfws();
    int version = atDigit() ? number() : 1;
    cfws();
    if (!failed() && at < text.length() && text.charAt(at) != ';') {
      fail(at, "';'");
    }
    return failed()
        ? Parsed.malformed(failedAt, expected)
        : Parsed.ok(new AuthenticationResults(authservId, version, List.of()));
  }

  private void readResults(List<MethodResult> results) {
    int resinfos = 0;
    do {
      if (!next(';')) {
        fail(at, "';'");
        if (failed() || !skipToSemicolon()) {
          return;
        }
        at++;
      }
      cfws();
      int start = at;
      if (resinfos == 0 && isNone()) {
        continue;
      }
      at = failed() ? at : start;
      if (resinfos++ == AuthenticationResults.MAX_RESULTS) {
        failAlways(at, "at most " + AuthenticationResults.MAX_RESULTS + " results");
      } else if (strict || (at < text.length() && text.charAt(at) != ';')) {
        readResult(results);
      }
    } while (!failed() && at < text.length());
  }

  private boolean isNone() {
    String word = run(Kind.KEYWORD);
    cfws();
    boolean end = at == text.length() || (!strict && text.charAt(at) == ';');
    return end && Ascii.equalsIgnoreCase(word, "none");
  }

  private void readResult(List<MethodResult> results) {
    String method = keyword("a method");
    cfws();
    int version = 1;
    if (next('/')) {
      cfws();
      version = number();
      cfws();
    }
    require('=');
    cfws();
    String result = keyword("a result");
    if (failed() || method.isEmpty() || result.isEmpty()) {
      skipToSemicolon();
      return;
    }
    comment.setLength(0);
    cfws();
    String remark = decoded(comment.toString(), at);
    var properties = new ArrayList<MethodResult.Property>();
    String reason = readDetails(properties);
    if (!failed()) {
      results.add(new MethodResult(method, version, result, reason, properties, remark));
    }
  }

  /// Reads `reasonspec` and `propspec`s up to the next semicolon.
  private String readDetails(List<MethodResult.Property> properties) {
    String reason = "";
    boolean first = true;
    for (; at < text.length() && text.charAt(at) != ';'; cfws()) {
      int start = at;
      String type = keyword("a property type");
      cfws();
      if (Ascii.equalsIgnoreCase(type, "reason") && next('=')) {
        if (!first) {
          fail(start, "a property");
        }
        cfws();
        reason = word("a reason");
      } else {
        property(type, properties);
      }
      first = false;
      if (at == start) {
        skipToSemicolon(); // nothing was understood
      }
    }
    return reason;
  }

  private void property(String type, List<MethodResult.Property> properties) {
    require('.');
    cfws();
    String name = keyword("a property");
    cfws();
    require('=');
    cfws();
    String value = propertyValue();
    if (failed() || type.isEmpty() || name.isEmpty()) {
      skipToSemicolon();
    } else if (properties.size() == AuthenticationResults.MAX_PROPERTIES) {
      failAlways(at, "at most " + AuthenticationResults.MAX_PROPERTIES + " properties");
    } else {
      properties.add(new MethodResult.Property(type, name, value));
    }
  }

  /// pvalue = [CFWS] ( value / [ [ local-part ] "@" ] domain-name ) [CFWS]
  private String propertyValue() {
    int start = at;
    if (at < text.length() && text.charAt(at) == '"') {
      String quoted = quotedString();
      if (!next('@')) {
        return decoded(quoted, start);
      }
      String local = unfolded(text.substring(start, at - 1));
      int domainStart = at;
      String domain = run(Kind.ADDRESS);
      if (!Octets.isDomainName(domain)) {
        fail(domainStart, "a domain name");
      }
      return decoded(local + "@" + domain, start);
    }
    String value = run(Kind.ADDRESS);
    boolean right = value.indexOf('@') < 0 ? Octets.isToken(value) : Octets.isAddress(value);
    if (!right) {
      fail(start, "a value");
    }
    return decoded(value, start);
  }

  private String word(String what) {
    int start = at;
    if (at < text.length() && text.charAt(at) == '"') {
      return decoded(quotedString(), start);
    }
    String token = run(Kind.TOKEN);
    if (token.isEmpty()) {
      failAlways(start, what);
    } else if (!Octets.isToken(token)) {
      fail(start, what);
    }
    return decoded(token, start);
  }

  private String decoded(String octets, int start) {
    var characters = Utf8.ofOctets(octets);
    if (characters.isPresent()) {
      return characters.get();
    }
    fail(start, "UTF-8");
    return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private String keyword(String what) {
    int start = at;
    String word = run(Kind.KEYWORD);
    if (Octets.isKeyword(word) && word.length() <= AuthenticationResults.MAX_WORD_LENGTH) {
      return word;
    }
    fail(start, what);
    return "";
  }

  private enum Kind {
    KEYWORD,
    TOKEN,
    ADDRESS
  }

  private String run(Kind kind) {
    int start = at;
    while (at < text.length() && belongs(text.charAt(at), kind)) {
      at++;
    }
    return text.substring(start, at);
  }

  private boolean belongs(char c, Kind kind) {
    return switch (kind) {
      case KEYWORD -> Octets.isKeywordChar(c);
      case TOKEN -> strict ? Octets.isTokenChar(c) : isLoose(c);
      case ADDRESS -> strict ? Ascii.isUtf8Atext(c) || c == '.' || c == '@' : isLoose(c);
    };
  }

  private static boolean isLoose(char c) {
    return c > ' ' && c != ';' && c != '(' && c != '"' && c != 0x7f;
  }

  private boolean atDigit() {
    return at < text.length() && Ascii.isDigit(text.charAt(at));
  }

  private int number() {
    int start = at;
    int value = 0;
    while (atDigit() && at - start < 9) {
      value = value * 10 + (text.charAt(at++) - '0');
    }
    if (at == start || atDigit()) {
      fail(start, "a version");
      while (atDigit()) {
        at++;
      }
    }
    return value;
  }

  private boolean next(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void require(char c) {
    if (!next(c)) {
      fail(at, "'" + c + "'");
    }
  }

  /// Unescaped content; the cursor stands on the opening quote.
  private String quotedString() {
    int start = at++;
    var content = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        c = text.charAt(++at);
        checkText(c);
        content.append(c);
      } else if (foldAt(at)) {
        at++; // CRLF goes, its white space stays
      } else {
        checkText(c);
        content.append(c);
      }
      at++;
    }
    if (!next('"')) {
      failAlways(start, "a closing quote");
    }
    return content.toString();
  }

  private void checkText(char c) {
    if (Ascii.isControl(c) && c != '\t') {
      fail(at, "a printable character");
    }
  }

  private boolean foldAt(int i) {
    return i + 2 < text.length()
        && text.charAt(i) == '\r'
        && text.charAt(i + 1) == '\n'
        && Ascii.isWsp(text.charAt(i + 2));
  }

  private static String unfolded(String raw) {
    return raw.replace("\r\n", "");
  }

  /// Comments and folding white space (RFC 5322, section 3.2.2), nested to any depth by counting.
  private void cfws() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Ascii.isWsp(c) || foldAt(at)) {
        at += Ascii.isWsp(c) ? 1 : 2;
      } else if (c == '(') {
        comment();
      } else if (!strict && (c == '\r' || c == '\n')) {
        at++;
      } else {
        return;
      }
    }
  }

  private void comment() {
    int start = at;
    int depth = 0;
    if (!comment.isEmpty()) {
      comment.append(' ');
    }
    do {
      char c = text.charAt(at);
      boolean escape = c == '\\' && at + 1 < text.length();
      boolean outer = !escape && ((c == '(' && depth == 0) || (c == ')' && depth == 1));
      if (escape) {
        c = text.charAt(++at);
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
      if (foldAt(at)) {
        at++;
      } else if (!outer) {
        checkText(c);
        comment.append(c);
      }
      at++;
    } while (depth > 0 && at < text.length());
    if (depth > 0) {
      failAlways(start, "a closing parenthesis");
    }
  }

  /// Moves on to the next semicolon outside quotes and comments.
  ///
  /// @return false at the end of the text
  private boolean skipToSemicolon() {
    while (at < text.length() && text.charAt(at) != ';') {
      if (text.charAt(at) == '"') {
        quotedString();
      } else if (text.charAt(at) == '(') {
        comment();
      } else {
        at++;
      }
    }
    return at < text.length();
  }

  private boolean failed() {
    return failedAt >= 0;
  }

  private void fail(int offset, String what) {
    if (strict) {
      failAlways(offset, what);
    }
  }

  private void failAlways(int offset, String what) {
    if (!failed()) {
      failedAt = Math.min(offset, text.length());
      expected = what;
    }
    at = text.length();
  }
}
