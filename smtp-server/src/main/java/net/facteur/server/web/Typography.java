package net.facteur.server.web;

import java.util.regex.Pattern;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// Words as they are set on a page.
final class Typography {
  private static final char NO_BREAK = '\u00a0';

  /// A space before a sign that ends something, and one that stands within quotation marks. Where
  /// letters follow, as in `?all`, it is no punctuation.
  private static final Pattern FRENCH_SPACE =
      Pattern.compile(" (?=[?!;:»](?:[\\s\\p{Punct}]|$))|(?<=«) ");

  private Typography() {}

  /// The words of a text. French has a space before `?` and its like; a line does not break there.
  static String of(Text text, Language language) {
    return language.equals(Language.FRENCH)
        ? text.in(
            language,
            sentence -> FRENCH_SPACE.matcher(sentence).replaceAll(String.valueOf(NO_BREAK)))
        : text.in(language);
  }
}
