package net.facteur.server.web;

import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.WebTexts.SAY;

import java.util.List;
import net.facteur.server.language.Text;

/// The first page: whose server this is, and where to go on. It says nothing about anybody.
///
/// @param ways the pages that a visitor may want
public record Welcome(List<Way> ways) {
  public Welcome {
    ways = List.copyOf(ways);
  }

  /// A page, and in a sentence what it is for.
  public record Way(Link link, Text purpose) {}

  /// What serves it.
  public Route route(Pages pages) {
    return pages.get("/", this::answer);
  }

  private Response answer(Visit visit) {
    List<Html> cards =
        ways.stream()
            .<Html>map(
                way ->
                    element(
                            "li",
                            element("h2", way.link().in(visit.language(), "")),
                            visit.paragraph(way.purpose()))
                        .with("class", "card"))
            .toList();
    return visit.show(
        Page.of(
            SAY.welcome(visit.site()),
            visit.paragraph(SAY.welcomeIs()),
            element("ul", cards).with("class", "cards")));
  }
}
