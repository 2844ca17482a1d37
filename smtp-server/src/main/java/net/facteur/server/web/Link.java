package net.facteur.server.web;

import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// Leads to another page of this server.
///
/// @param path such as `/mail`
/// @param text what stands on it
public record Link(String path, Text text) {
  /// As a page has it.
  ///
  /// @param here where the reader is, so that the link to this page says so
  Html in(Language language, String here) {
    Html.Element link = element("a", words(Typography.of(text, language))).with("href", path);
    return path.equals(here) ? link.with("aria-current", "page") : link;
  }
}
