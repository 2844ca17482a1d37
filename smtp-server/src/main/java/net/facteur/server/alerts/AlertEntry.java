package net.facteur.server.alerts;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is remembered of something that stands, or was told.
///
/// @param since when it was seen first
/// @param told when somebody was told; empty while nobody was
/// @param gone since when it does not stand any more; empty while it does
/// @param ways by which somebody was told
/// @param words what it is, by language
public record AlertEntry(
    Instant since,
    Optional<Instant> told,
    Optional<Instant> gone,
    List<String> ways,
    Map<String, String> words) {
  private static final JsonMapper JSON = new JsonMapper();

  public AlertEntry {
    ways = List.copyOf(ways);
    words = Map.copyOf(words);
  }

  /// Something new.
  static AlertEntry begun(Instant at, Text what) {
    return new AlertEntry(at, Optional.empty(), Optional.empty(), List.of(), words(what));
  }

  static Map<String, String> words(Text what) {
    Map<String, String> words = new HashMap<>();
    Language.known().forEach(language -> words.put(language.code(), what.in(language)));
    return words;
  }

  AlertEntry told(Instant at, List<String> by) {
    return new AlertEntry(since, Optional.of(at), gone, by, words);
  }

  AlertEntry gone(Optional<Instant> at) {
    return new AlertEntry(since, told, at, ways, words);
  }

  AlertEntry saying(Text what) {
    return new AlertEntry(since, told, gone, ways, words(what));
  }

  /// What it is.
  public Text what() {
    Map<Language, String> said = new HashMap<>();
    words.forEach((code, sentence) -> Language.of(code).ifPresent(its -> said.put(its, sentence)));
    return said.isEmpty() ? Text.nothing() : Text.of(said);
  }

  String text() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("since", since.toString());
    told.ifPresent(at -> fields.put("told", at.toString()));
    gone.ifPresent(at -> fields.put("gone", at.toString()));
    fields.put("ways", ways);
    fields.put("words", new TreeMap<>(words));
    return JSON.writeValueAsString(fields);
  }

  /// Reads what [#text()] wrote; empty for what is none.
  static Optional<AlertEntry> parse(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      Map<String, String> words = new HashMap<>();
      node.path("words")
          .properties()
          .forEach(each -> words.put(each.getKey(), each.getValue().asString("")));
      return Optional.of(
          new AlertEntry(
              Instant.parse(node.path("since").asString("")),
              moment(node, "told"),
              moment(node, "gone"),
              node.path("ways").valueStream().map(way -> way.asString("")).toList(),
              words));
    } catch (JacksonException | DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> moment(JsonNode node, String name) {
    return node.has(name)
        ? Optional.of(Instant.parse(node.path(name).asString("")))
        : Optional.empty();
  }
}
