package net.facteur.server.plot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A piece of a drawing: words, or an element with pieces in it. Words and values are escaped where
/// they are printed, whoever wrote them, and characters that XML does not allow are left out.
public sealed interface Svg {
  record Words(String words) implements Svg {}

  /// @param name the program's own, like those of the attributes
  record Element(String name, Map<String, String> attributes, List<Svg> content) implements Svg {
    public Element {
      attributes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
      content = List.copyOf(content);
    }

    /// The same with one more attribute.
    Element with(String key, String value) {
      var more = new LinkedHashMap<>(attributes);
      more.put(key, value);
      return new Element(name, more, content);
    }

    /// The same with a number, rounded to a hundredth.
    Element with(String key, double value) {
      return with(key, Scale.digits(Math.round(value * 100) / 100.0));
    }
  }

  static Element element(String name, Svg... content) {
    return element(name, List.of(content));
  }

  static Element element(String name, List<Svg> content) {
    return new Element(name, Map.of(), content);
  }

  /// As a browser reads it, within a page or in a file of its own.
  default String print() {
    return switch (this) {
      case Words(String words) -> escaped(words);
      case Element(String name, var attributes, var content) ->
          "<"
              + name
              + attributes.entrySet().stream()
                  .map(a -> " " + a.getKey() + "=\"" + escaped(a.getValue()) + "\"")
                  .collect(Collectors.joining())
              + ">"
              + content.stream().map(Svg::print).collect(Collectors.joining())
              + "</"
              + name
              + ">";
    };
  }

  private static String escaped(String words) {
    var out = new StringBuilder(words.length());
    words
        .codePoints()
        .filter(Svg::allowed)
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  /// The characters of XML 1.0, without those that control a line.
  private static boolean allowed(int c) {
    return c >= ' '
        && (c < 0x7f || c > 0x9f)
        && (c < 0xd800 || c > 0xdfff)
        && c != 0xfffe
        && c != 0xffff;
  }
}
