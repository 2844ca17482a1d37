package net.facteur.server.filter.rspamd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.auth.message.HeaderField;
import net.facteur.server.text.StrangerText;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What rspamd says of a message.
///
/// @param action its word for it, such as `add header`
/// @param required the score from which on it rejects
/// @param symbols what it found, what weighs most first
/// @param added fields that it wants in the message; those whose names begin with `X-`
/// @param removed names of fields that it wants out of it, in lower case; the same
/// @param said what it would tell the client; for the log alone
record RspamdAnswer(
    String action,
    double score,
    double required,
    List<Symbol> symbols,
    List<HeaderField> added,
    Set<String> removed,
    String said) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern WORD = Pattern.compile("[a-z][a-z _-]{0,40}");
  private static final Pattern SYMBOL = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");

  /// Fields of ours that others may not write or remove have other names.
  private static final Pattern FIELD = Pattern.compile("[Xx]-[A-Za-z0-9-]{1,60}");

  private static final int MAX_SYMBOLS = 500;
  private static final int MAX_FIELDS = 20;
  private static final double MAX_SHOWN = 1e9;

  /// Something that was found.
  record Symbol(String name, double score) {
    @Override
    public String toString() {
      return name + "=" + number(score);
    }
  }

  RspamdAnswer {
    symbols = List.copyOf(symbols);
    added = List.copyOf(added);
    removed = Set.copyOf(removed);
  }

  /// A score as it is shown.
  static String number(double score) {
    // By hand: a format for each of some dozen symbols costs more than all the rest of an answer.
    long hundredths = Math.round(Math.min(Math.abs(score), MAX_SHOWN) * 100);
    String digits = Long.toString(hundredths % 100);
    return (score < 0 && hundredths > 0 ? "-" : "")
        + hundredths / 100
        + (digits.length() == 1 ? ".0" : ".")
        + digits;
  }

  /// The symbols in one line.
  ///
  /// @param most of them
  String symbols(int most) {
    return symbols.stream().limit(most).map(Symbol::toString).collect(Collectors.joining(", "))
        + (symbols.size() > most ? ", ..." : "");
  }

  /// @throws IOException if it is no answer that can be understood
  static RspamdAnswer read(byte[] json) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException _) {
      throw new IOException("its answer is no JSON: " + HttpAnswer.shown(json));
    }
    String action = root.path("action").asString("").toLowerCase(Locale.ROOT);
    if (!WORD.matcher(action).matches()
        || !root.path("score").isNumber()
        || !root.path("required_score").isNumber()) {
      throw new IOException("its answer names no action or no score: " + HttpAnswer.shown(json));
    }
    var symbols = new ArrayList<Symbol>();
    root.path("symbols").properties().stream()
        .limit(MAX_SYMBOLS)
        .filter(entry -> SYMBOL.matcher(entry.getKey()).matches())
        .forEach(
            entry ->
                symbols.add(
                    new Symbol(entry.getKey(), entry.getValue().path("score").asDouble(0))));
    symbols.sort(
        Comparator.comparingDouble((Symbol symbol) -> -Math.abs(symbol.score()))
            .thenComparing(Symbol::name));
    JsonNode milter = root.path("milter");
    return new RspamdAnswer(
        action,
        root.path("score").asDouble(0),
        root.path("required_score").asDouble(0),
        symbols,
        added(milter.path("add_headers")),
        removed(milter.path("remove_headers")),
        root.path("messages").path("smtp_message").asString(""));
  }

  /// Values are texts, objects with a `value`, or lists of these.
  private static List<HeaderField> added(JsonNode fields) {
    var added = new ArrayList<HeaderField>();
    fields
        .properties()
        .forEach(
            entry -> {
              if (FIELD.matcher(entry.getKey()).matches()) {
                JsonNode values = entry.getValue();
                for (JsonNode value : values.isArray() ? values : List.of(values)) {
                  JsonNode text = value.isObject() ? value.path("value") : value;
                  if (text.isValueNode() && added.size() < MAX_FIELDS) {
                    added.add(field(entry.getKey(), text.asString("")));
                  }
                }
              }
            });
    return added;
  }

  private static HeaderField field(String name, String value) {
    return HeaderField.of(name, " " + StrangerText.of(value.strip()).inField(false));
  }

  private static Set<String> removed(JsonNode fields) {
    return fields.properties().stream()
        .map(entry -> entry.getKey())
        .filter(name -> FIELD.matcher(name).matches())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .limit(MAX_FIELDS)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
