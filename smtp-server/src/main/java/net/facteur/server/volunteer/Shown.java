package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.VolunteerTexts.SAY;
import static net.facteur.server.web.Html.element;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.server.language.Text;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.Signed;
import net.facteur.server.text.StrangerText;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;

/// Pieces that several of these pages have.
final class Shown {
  /// Characters of what a stranger wrote; the page stays small whatever he sends.
  private static final int LONGEST = 300;

  private Shown() {}

  /// What a stranger wrote, on one line.
  static String cleaned(String text) {
    String cleaned = StrangerText.of(text).onTerminal();
    return cleaned.codePointCount(0, cleaned.length()) > LONGEST
        ? cleaned.substring(0, cleaned.offsetByCodePoints(0, LONGEST)) + "…"
        : cleaned;
  }

  static Html stranger(String text) {
    return Html.words(cleaned(text));
  }

  /// A text in which a stranger may have his say, with its lines.
  static Html said(Signed signed, Text text) {
    return Html.words(StrangerText.of(text.in(signed.language())).onTerminalInLines());
  }

  /// Lines to paste: a click selects them all, without a script.
  static Html lines(Signed signed, List<Text> lines) {
    return element("pre", said(signed, Text.lines(lines)))
        .with("class", "copy")
        .with("tabindex", "0")
        .with("title", SAY.select().in(signed.language()));
  }

  /// A field to search by; what was typed stands in the address, and nothing is changed.
  static Html search(Signed signed, String path, Text label, String typed) {
    return element(
            "form",
            element(
                    "div",
                    element("label", signed.say(label)).with("for", "field-q"),
                    Form.input("q", "search", "off")
                        .with("value", cleaned(typed))
                        .with("maxlength", "320"))
                .with("class", "field"),
            element("button", signed.say(SAY.search())).with("type", "submit"))
        .with("method", "get")
        .with("action", path);
  }

  /// A table that is wider than a telephone may be scrolled.
  static Html table(Signed signed, List<Text> columns, List<List<Html>> rows) {
    var head =
        element(
            "tr",
            columns.stream()
                .map(column -> element("th", signed.say(column)).with("scope", "col"))
                .toList());
    var body = new ArrayList<Html>();
    for (List<Html> row : rows) {
      body.add(element("tr", row.stream().map(cell -> element("td", cell)).toList()));
    }
    return element("div", element("table", element("thead", head), element("tbody", body)))
        .with("class", "scroll")
        .with("tabindex", "0");
  }

  /// A second question before something that cannot be undone.
  ///
  /// @param back where whoever changes his mind goes
  static Response ask(Signed signed, Text title, Text question, Html yes, String back) {
    return signed.show(
        title,
        List.of(
            signed.note("warn", question), yes, element("p", link(back, signed.say(SAY.back())))));
  }

  /// Somebody changed meanwhile what a form showed: what it is now, what was wanted, and that
  /// nothing was done.
  static Html meanwhile(Signed signed, Text now, Text wanted) {
    return element(
            "div",
            signed.paragraph(PeopleTexts.SAY.meanwhile()),
            element(
                "dl",
                element("dt", signed.say(PeopleTexts.SAY.meanwhileNow())),
                element("dd", said(signed, now)).with("class", "lines"),
                element("dt", signed.say(PeopleTexts.SAY.meanwhileYours())),
                element("dd", said(signed, wanted)).with("class", "lines")),
            signed.paragraph(PeopleTexts.SAY.meanwhileNext()))
        .with("class", "note warn")
        .with("role", "alert");
  }

  /// What was typed into a field for several things.
  static List<String> words(String typed) {
    return Stream.of(typed.split("[\\s,;]+", -1)).filter(one -> !one.isEmpty()).distinct().toList();
  }

  static Html.Element link(String path, Html on) {
    return element("a", on).with("href", path);
  }

  static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
