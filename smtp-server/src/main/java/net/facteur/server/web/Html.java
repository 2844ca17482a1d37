package net.facteur.server.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.server.plot.Svg;

/// A piece of a page: words, or an element with pieces in it. Words and values of attributes are
/// escaped where they are printed, whoever wrote them; nothing is printed as it came. Names of
/// elements and attributes are the program's own.
public sealed interface Html {
  /// Elements without an end, nor anything in them.
  Set<String> VOID = Set.of("meta", "link", "input", "br", "hr", "wbr", "img", "col");

  /// Elements that no page of ours has: what runs, what is styled beside our own style, and what
  /// loads from elsewhere.
  Set<String> NEVER = Set.of("script", "style", "iframe", "object", "embed", "base");

  /// Attributes that lead somewhere. Their values are paths of this server.
  Set<String> LEADING = Set.of("href", "src", "action", "formaction");

  record Words(String words) implements Html {}

  /// Several pieces, one after the other.
  record Row(List<Html> pieces) implements Html {
    public Row {
      pieces = List.copyOf(pieces);
    }
  }

  /// A script of ours, which runs when the page is read. The page has to allow it by
  /// [Response#withScripts]; it works without.
  ///
  /// @param path of this server
  record Script(String path) implements Html {
    public Script {
      if (!isOwn(path)) {
        throw new IllegalArgumentException("a script comes from " + path);
      }
    }
  }

  record Element(String name, Map<String, String> attributes, List<Html> content) implements Html {
    public Element {
      content = List.copyOf(content);
      if (NEVER.contains(name)) {
        throw new IllegalArgumentException("no page of ours has the element " + name);
      }
      attributes.forEach(
          (key, value) -> {
            if (LEADING.contains(key) && !isOwn(value) && !value.matches("[?#].*")) {
              throw new IllegalArgumentException(key + " leads to " + value);
            }
            if (key.startsWith("on") || key.equals("style")) {
              throw new IllegalArgumentException("no browser runs " + key + " of our pages");
            }
          });
    }

    /// The same with one more attribute.
    public Element with(String key, String value) {
      var more = new LinkedHashMap<>(attributes);
      more.put(key, value);
      return new Element(name, more, content);
    }
  }

  /// True for a path of this server: `//host/` leads away, and a browser takes `\` for `/`.
  static boolean isOwn(String path) {
    return path.matches("/([^/\\\\\\p{Cntrl}][^\\p{Cntrl}]*)?");
  }

  static Html words(String words) {
    return new Words(words);
  }

  static Html row(List<? extends Html> pieces) {
    return new Row(List.copyOf(pieces));
  }

  static Element element(String name, List<? extends Html> content) {
    return new Element(name, Map.of(), List.copyOf(content));
  }

  static Element element(String name, Html... content) {
    return new Element(name, Map.of(), List.of(content));
  }

  /// A drawing within a page.
  static Html drawing(Svg drawing) {
    return switch (drawing) {
      case Svg.Words(String words) -> words(words);
      case Svg.Element(String name, var attributes, var content) ->
          new Element(name, attributes, content.stream().map(Html::drawing).toList());
    };
  }

  /// As a browser reads it.
  default String print() {
    return switch (this) {
      case Words(String words) -> escaped(words);
      case Script(String path) -> "<script src=\"" + escaped(path) + "\" defer></script>";
      case Row(var pieces) -> pieces.stream().map(Html::print).collect(Collectors.joining());
      case Element(String name, var attributes, var content) ->
          "<"
              + name
              + attributes.entrySet().stream()
                  .map(a -> " " + a.getKey() + "=\"" + escaped(a.getValue()) + "\"")
                  .collect(Collectors.joining())
              + ">"
              + content.stream().map(Html::print).collect(Collectors.joining())
              + (VOID.contains(name) ? "" : "</" + name + ">");
    };
  }

  private static String escaped(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
