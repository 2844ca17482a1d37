package net.facteur.server.web;

import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// Somebody looks at a page, or sends a form of it.
///
/// @param request what was asked
/// @param language that the visitor reads
/// @param site what the server is called
public record Visit(Request request, Language language, String site) {
  /// A text in the visitor's language.
  public Html say(Text text) {
    return Html.words(Typography.of(text, language));
  }

  /// A paragraph of it.
  public Html.Element paragraph(Text text) {
    return Html.element("p", say(text));
  }

  /// What went wrong, told at once by programs that read pages aloud.
  public Html.Element alert(Text text) {
    return Html.element("div", paragraph(text)).with("class", "note bad").with("role", "alert");
  }

  /// The page as the visitor reads it.
  public Response show(Page page) {
    return Response.page(Layout.whole(page, site, language, request));
  }
}
