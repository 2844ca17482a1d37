package net.facteur.auth.results;

import java.nio.charset.StandardCharsets;

/// The only writer of result fields. Whatever a value holds, it stays inside its place: controls
/// are dropped, what is no token is quoted, and everything has a bound.
final class FieldWriter {
  private static final int LINE_AIM = 78;
  private static final String CUT = "...";

  private final Alphabet alphabet;
  private final StringBuilder out = new StringBuilder();
  private int column = AuthenticationResults.FIELD_NAME.length() + 2;

  FieldWriter(Alphabet alphabet) {
    this.alphabet = alphabet;
  }

  String write(AuthenticationResults results) {
    append(word(results.authservId()));
    if (results.version() != 1) {
      piece(Integer.toString(results.version()));
    }
    if (results.results().isEmpty()) {
      append("; none");
    }
    int written = 0;
    for (MethodResult result : results.results()) {
      if (written++ == AuthenticationResults.MAX_RESULTS) {
        break;
      }
      append(";");
      newLine();
      write(result);
    }
    return out.toString();
  }

  private void write(MethodResult result) {
    String version = result.version() == 1 ? "" : "/" + result.version();
    append(result.method() + version + "=" + result.result());
    String comment = bounded(result.comment());
    if (!comment.isEmpty()) {
      piece("(" + escaped(comment, "()\\") + ")");
    }
    if (!bounded(result.reason()).isEmpty()) {
      piece("reason=" + word(result.reason()));
    }
    int written = 0;
    for (MethodResult.Property property : result.properties()) {
      if (written++ == AuthenticationResults.MAX_PROPERTIES) {
        break;
      }
      piece(property.type() + "." + property.name() + "=" + propertyValue(property.value()));
    }
  }

  /// RFC 2045, section 5.1: value = token / quoted-string.
  private String word(String text) {
    String bounded = bounded(text);
    return Octets.isToken(bounded) ? bounded : quoted(bounded);
  }

  /// An address must not be wrapped in quotes as a whole (RFC 8601, section 2.2).
  private String propertyValue(String text) {
    String bounded = bounded(text);
    return Octets.isToken(bounded) || Octets.isAddress(bounded) ? bounded : quoted(bounded);
  }

  private static String quoted(String text) {
    return '"' + escaped(text, "\"\\") + '"';
  }

  private static String escaped(String text, String special) {
    var escaped = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (special.indexOf(c) >= 0) {
        escaped.append('\\');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }

  /// The text as octets of the alphabet, without controls and of a bounded length. What was cut
  /// ends in dots, so that it cannot be taken for a shorter name.
  private String bounded(String text) {
    var bounded = new StringBuilder(Math.min(text.length(), AuthenticationResults.MAX_TEXT_OCTETS));
    int codePoint;
    for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
      codePoint = text.codePointAt(i);
      String octets = octets(codePoint);
      if (bounded.length() + octets.length() > AuthenticationResults.MAX_TEXT_OCTETS) {
        return bounded.substring(0, wholeCharacters(bounded)) + CUT;
      }
      bounded.append(octets);
    }
    return bounded.toString();
  }

  private static int wholeCharacters(StringBuilder octets) {
    int end = AuthenticationResults.MAX_TEXT_OCTETS - CUT.length();
    if (octets.length() <= end) {
      return octets.length();
    }
    while ((octets.charAt(end) & 0xc0) == 0x80) {
      end--; // never inside a UTF-8 sequence
    }
    return end;
  }

  private String octets(int codePoint) {
    boolean dropped =
        Character.isISOControl(codePoint)
            || codePoint == 0x2028
            || codePoint == 0x2029
            || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    if (dropped) {
      return "";
    }
    if (codePoint < 0x80) {
      return String.valueOf((char) codePoint);
    }
    return switch (alphabet) {
      case ASCII -> "?";
      case UTF_8 ->
          new String(
              Character.toString(codePoint).getBytes(StandardCharsets.UTF_8),
              StandardCharsets.ISO_8859_1);
    };
  }

  private void piece(String text) {
    if (column + 1 + text.length() > LINE_AIM) {
      newLine();
    } else {
      append(" ");
    }
    append(text);
  }

  private void newLine() {
    out.append("\r\n\t");
    column = 8;
  }

  private void append(String text) {
    out.append(text);
    column += text.length();
  }
}
