package net.facteur.server.web;

import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// What a link in a mail asks before anything happens: a page with one button.
///
/// @param sentence what happens where the button is pressed
/// @param button what stands on it
public record Question(Language language, Text title, Text sentence, Text button) {
  /// The form goes to where the page came from.
  Response page() {
    return Response.page(
        language,
        title.in(language),
        element("h1", words(Typography.of(title, language))),
        element("p", words(Typography.of(sentence, language))),
        element("form", element("button", words(Typography.of(button, language))))
            .with("method", "post"));
  }

  /// What was done, where the button was pressed.
  public static Response done(Language language, Text title, Text sentence) {
    return Response.page(
        language,
        title.in(language),
        element("h1", words(title.in(language))),
        element("p", words(sentence.in(language))));
  }
}
