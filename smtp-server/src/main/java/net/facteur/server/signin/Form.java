package net.facteur.server.signin;

import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.util.ArrayList;
import java.util.List;
import net.facteur.server.language.Text;
import net.facteur.server.web.Html;
import net.facteur.server.web.Visit;

/// A form of a page, built field by field.
///
/// @param path where it goes
/// @param pieces what it has so far
public record Form(Visit visit, String path, List<Html> pieces) {
  /// The hidden field with the token that other sites do not have.
  static final String TOKEN = "form";

  public Form {
    pieces = List.copyOf(pieces);
  }

  /// @param token of the browser, for forms of this kind
  static Form of(Visit visit, String path, String token) {
    return new Form(visit, path, List.of()).hidden(TOKEN, token);
  }

  private Form with(Html piece) {
    var more = new ArrayList<>(pieces);
    more.add(piece);
    return new Form(visit, path, more);
  }

  /// One more piece.
  public Form with(Html.Element piece) {
    return with((Html) piece);
  }

  /// A field that is not seen.
  public Form hidden(String name, String value) {
    return with(element("input").with("type", "hidden").with("name", name).with("value", value));
  }

  /// Says whose passwords follow, to programs that keep passwords; nobody sees it.
  public Form username(String name) {
    return with(
        input("username", "text", "username")
            .with("value", name)
            .with("readonly", "")
            .with("hidden", ""));
  }

  /// A field with its label.
  ///
  /// @param type of HTML
  /// @param fill what browsers fill in, a word of `autocomplete`
  public Form field(String name, String type, String fill, Text label) {
    return field(label, input(name, type, fill).with("required", ""));
  }

  /// A field of one's own making.
  ///
  /// @param input has an `id`
  public Form field(Text label, Html.Element input) {
    return with(
        element(
                "div",
                element("label", visit.say(label))
                    .with("for", input.attributes().getOrDefault("id", "")),
                input)
            .with("class", "field"));
  }

  /// The input of a field.
  public static Html.Element input(String name, String type, String fill) {
    return element("input")
        .with("id", "field-" + name)
        .with("name", name)
        .with("type", type)
        .with("autocomplete", fill);
  }

  /// A choice of a few.
  ///
  /// @param options value and words each
  public Form select(String name, Text label, List<Option> options) {
    return field(
        label,
        element(
                "select",
                options.stream()
                    .map(
                        o -> {
                          Html.Element one =
                              element("option", words(o.words())).with("value", o.value());
                          return o.chosen() ? one.with("selected", "") : one;
                        })
                    .toList())
            .with("id", "field-" + name)
            .with("name", name));
  }

  /// One of a choice.
  public record Option(String value, String words, boolean chosen) {}

  /// A box to tick.
  public Form box(String name, Text label, boolean ticked) {
    Html.Element box =
        element("input")
            .with("type", "checkbox")
            .with("name", name)
            .with("value", "yes")
            .with("id", "field-" + name);
    return with(
        element(
                "div",
                element("label", ticked ? box.with("checked", "") : box, visit.say(label))
                    .with("for", "field-" + name))
            .with("class", "field"));
  }

  /// The whole form, with its button.
  public Html.Element button(Text label) {
    return button(label, "");
  }

  /// @param kind `quiet` or `danger`
  public Html.Element button(Text label, String kind) {
    Html.Element button = element("button", visit.say(label)).with("type", "submit");
    var all = new ArrayList<>(pieces);
    all.add(kind.isEmpty() ? button : button.with("class", kind));
    return element("form", all).with("method", "post").with("action", path);
  }
}
