package net.facteur.auth.srs;

import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// Local parts between their meaning and the way they are written: in quotes where they must be.
final class LocalPart {

  private LocalPart() {}

  /// What a local part means; empty where its quotes are not right.
  static Optional<String> meaning(String written) {
    if (!written.startsWith("\"")) {
      return Optional.of(written);
    }
    var meaning = new StringBuilder(written.length());
    int i = 1;
    while (i < written.length() && written.charAt(i) != '"') {
      if (written.charAt(i) == '\\') {
        i++;
      }
      if (i < written.length()) {
        meaning.append(written.charAt(i++));
      }
    }
    return i == written.length() - 1 ? Optional.of(meaning.toString()) : Optional.empty();
  }

  /// As it stands in an address.
  static String written(String meaning) {
    if (isDotString(meaning)) {
      return meaning;
    }
    return '"' + meaning.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static boolean isDotString(String text) {
    boolean afterDot = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' ? afterDot : !Ascii.isUtf8Atext(c)) {
        return false;
      }
      afterDot = c == '.';
    }
    return !afterDot;
  }
}
