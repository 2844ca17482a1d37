package net.facteur.server.language;

import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Something that people read. It becomes words where the language of the reader is known.
public sealed interface Text {
  /// The words, without a line break at the end.
  default String in(Language language) {
    return in(language, UnaryOperator.identity());
  }

  /// The words, after each sentence of the bundles went through something, such as what breaks it
  /// into lines. What is the same in every language stays as it is.
  String in(Language language, UnaryOperator<String> sentences);

  /// What is the same in every language: an address, a command, a line for the DNS.
  static Text of(String words) {
    return new Verbatim(words);
  }

  /// What a file has in several languages.
  ///
  /// @param words at least one
  static Text of(Map<Language, String> words) {
    return new Translated(words);
  }

  /// No words.
  static Text nothing() {
    return new Joined("", List.of());
  }

  /// One after the other, each on a line of its own.
  static Text lines(List<? extends Text> parts) {
    return new Joined("\n", List.copyOf(parts));
  }

  /// One after the other.
  ///
  /// @param between stands between any two
  static Text joined(String between, List<? extends Text> parts) {
    return new Joined(between, List.copyOf(parts));
  }

  /// One after the other, with an empty line in between.
  static Text paragraphs(Text... parts) {
    return paragraphs(List.of(parts));
  }

  /// One after the other, with an empty line in between.
  static Text paragraphs(List<? extends Text> parts) {
    return new Joined("\n\n", List.copyOf(parts));
  }

  /// The same, each line four columns to the right.
  static Text indented(Text text) {
    return new Indented(text);
  }

  /// The same as a sentence begins, with a capital letter.
  static Text capitalised(Text text) {
    return new Capitalised(text);
  }

  /// A text of the bundles.
  ///
  /// @param key what the bundles call it
  /// @param values what stands at its places, by name; a [Text] is said in the same language
  record Said(String key, Map<String, Object> values) implements Text {
    private static final Pattern PLACE = Pattern.compile("\\{([a-zA-Z]+)}");

    public Said {
      values = Map.copyOf(values);
    }

    @Override
    public String in(Language language, UnaryOperator<String> sentences) {
      ResourceBundle bundle = language.bundle();
      String one = key + ".one";
      String pattern = bundle.getString(isSingular(bundle) && bundle.containsKey(one) ? one : key);
      return sentences.apply(
          PLACE
              .matcher(pattern)
              .replaceAll(at -> Matcher.quoteReplacement(value(at.group(1), language))));
    }

    private boolean isSingular(ResourceBundle bundle) {
      List<String> singular = List.of(bundle.getString("singular").split(" "));
      return values.get("count") instanceof Number count && singular.contains(count.toString());
    }

    private String value(String name, Language language) {
      Object value = values.get(name);
      if (value == null) {
        throw new IllegalStateException(key + " has nothing for {" + name + "}");
      }
      return value instanceof Text text ? text.in(language) : value.toString();
    }
  }

  /// @param words the same in every language
  record Verbatim(String words) implements Text {
    @Override
    public String in(Language language, UnaryOperator<String> sentences) {
      return words;
    }
  }

  /// @param words by language; where one is missing, English or any other stands in
  record Translated(Map<Language, String> words) implements Text {
    public Translated {
      words = Map.copyOf(words);
    }

    @Override
    public String in(Language language, UnaryOperator<String> sentences) {
      String its = words.get(language);
      String other = its != null ? its : words.get(Language.ENGLISH);
      return sentences.apply(other != null ? other : words.values().iterator().next());
    }
  }

  /// @param text at least one letter
  record Capitalised(Text text) implements Text {
    @Override
    public String in(Language language, UnaryOperator<String> sentences) {
      String words = text.in(language, sentences);
      return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
  }

  /// @param text what stands further right
  record Indented(Text text) implements Text {
    private static final String COLUMNS = "    ";

    @Override
    public String in(Language language, UnaryOperator<String> sentences) {
      return COLUMNS + text.in(language, sentences).replace("\n", "\n" + COLUMNS);
    }
  }

  /// @param between stands between any two
  record Joined(String between, List<Text> parts) implements Text {
    @Override
    public String in(Language language, UnaryOperator<String> sentences) {
      return parts.stream()
          .map(part -> part.in(language, sentences))
          .collect(Collectors.joining(between));
    }
  }
}
