package net.facteur.server.web;

import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.row;
import static net.facteur.server.web.Html.words;
import static net.facteur.server.web.WebTexts.SAY;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// What all pages have: a head, a way past the navigation for those who hear the page, the
/// landmarks, and the languages.
final class Layout {
  /// What the query calls the language.
  static final String LANGUAGE = "lang";

  private Layout() {}

  /// A page without ways to others.
  static Html alone(Language language, String title, List<Html> content) {
    return html(language, title, List.of(element("main", content)));
  }

  /// @param site what the server is called
  static Html whole(Page page, String site, Language language, Request request) {
    String title = Typography.of(page.title(), language);
    Html bar =
        element(
                "div",
                element("a", words(site)).with("href", "/").with("class", "home"),
                navigation(page.navigation(), language, request.path()))
            .with("class", "bar");
    return html(
        language,
        title + " – " + site,
        List.of(
            element("a", say(SAY.skip(), language)).with("href", "#content").with("class", "skip"),
            element("header", bar),
            element("main", element("h1", words(title)), row(page.content()))
                .with("id", "content")
                .with("tabindex", "-1"),
            element("footer", languages(language, request.query()))));
  }

  private static Html html(Language language, String title, List<Html> body) {
    Html head =
        element(
            "head",
            element("meta").with("charset", "utf-8"),
            element("meta")
                .with("name", "viewport")
                .with("content", "width=device-width, initial-scale=1"),
            element("meta").with("name", "color-scheme").with("content", "light dark"),
            element("title", words(title)),
            element("link").with("rel", "icon").with("href", Assets.ICON.path()),
            element("link").with("rel", "stylesheet").with("href", Assets.STYLE.path()));
    return element("html", head, element("body", body)).with("lang", language.code());
  }

  private static Html navigation(List<Link> links, Language language, String here) {
    return links.isEmpty()
        ? row(List.of())
        : element(
                "nav",
                element(
                    "ul",
                    links.stream().map(link -> element("li", link.in(language, here))).toList()))
            .with("aria-label", SAY.navigation().in(language));
  }

  /// Each language by what it calls itself, a link that stays on the page.
  private static Html languages(Language present, Map<String, List<String>> query) {
    List<Html> links =
        Language.known().stream()
            .<Html>map(
                language -> {
                  Html.Element link =
                      element("a", words(language.ownName()))
                          .with("href", "?" + query(query, language))
                          .with("lang", language.code())
                          .with("hreflang", language.code());
                  return element(
                      "li", language.equals(present) ? link.with("aria-current", "true") : link);
                })
            .toList();
    return element("nav", element("ul", links))
        .with("aria-label", SAY.languageChoice().in(present));
  }

  private static String query(Map<String, List<String>> query, Language language) {
    return Stream.concat(
            query.entrySet().stream()
                .filter(one -> !one.getKey().equals(LANGUAGE))
                .flatMap(one -> one.getValue().stream().map(value -> encoded(one.getKey(), value))),
            Stream.of(encoded(LANGUAGE, language.code())))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static Html say(Text text, Language language) {
    return words(Typography.of(text, language));
  }
}
