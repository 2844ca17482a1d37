package net.facteur.auth.results;

import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// The test whether a field pretends to be ours. See [AuthenticationResults#claims].
final class Claim {
  private Claim() {}

  static boolean isMadeBy(HeaderField field, String authservId) {
    if (!field.resembles(AuthenticationResults.FIELD_NAME)) {
      return false;
    }
    String value = field.value();
    if (holdsControl(value)) {
      return true;
    }
    return switch (new FieldReader(value, true).readHead()) {
      case Parsed.Malformed<AuthenticationResults> _ -> true;
      case Parsed.Ok<AuthenticationResults>(AuthenticationResults head) ->
          // RFC 8601, section 5: a version that is not supported must go
          head.version() != 1
              || same(head.authservId(), authservId)
              || names(head.authservId(), authservId)
              || names(beforeResults(value), Octets.toUtf8(authservId));
    };
  }

  private static boolean holdsControl(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean folding =
          c == '\t'
              || (c == '\r' && i + 1 < value.length() && value.charAt(i + 1) == '\n')
              || (c == '\n' && i > 0 && value.charAt(i - 1) == '\r');
      if (Ascii.isControl(c) && !folding) {
        return true;
      }
    }
    return false;
  }

  /// The same text, or the same domain name in A-labels (RFC 8601, section 5).
  private static boolean same(String theirs, String ours) {
    if (Ascii.equalsIgnoreCase(theirs, ours)) {
      return true;
    }
    return DomainName.parse(theirs).toOptional().equals(DomainName.parse(ours).toOptional())
        && DomainName.parse(ours) instanceof Parsed.Ok;
  }

  /// True where `ours` stands in `theirs` as a whole word: not as the end of a longer label.
  private static boolean names(String theirs, String ours) {
    String text = Ascii.lower(theirs);
    String name = Ascii.lower(ours);
    if (name.isEmpty()) {
      return true;
    }
    for (int i = text.indexOf(name); i >= 0; i = text.indexOf(name, i + 1)) {
      if (i == 0 || !Octets.isKeywordChar(text.charAt(i - 1))) {
        return true;
      }
    }
    return text.contains("=?"); // an encoded word may hold anything
  }

  /// All before the first semicolon, without comments, quotes, escapes and white space.
  private static String beforeResults(String value) {
    var out = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == ';' && depth == 0) {
        break;
      }
      if (c == '(') {
        depth++;
      } else if (c == ')' && depth > 0) {
        depth--;
      } else if (depth == 0 && c > ' ' && c != '"' && c != '\\') {
        out.append(c);
      }
    }
    return out.toString();
  }
}
