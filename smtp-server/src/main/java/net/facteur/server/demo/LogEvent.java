package net.facteur.server.demo;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One step in a message's way, as a server's log has it.
///
/// @param kind `queued`, `signed` or `attempt`
/// @param fields the `key=value` pairs of the line, unquoted
record LogEvent(String kind, Map<String, String> fields) {
  private static final Pattern LINE = Pattern.compile("\\b(queued|signed|attempt) (id=\\w+.*)");
  private static final Pattern PAIR =
      Pattern.compile("([\\w-]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S*))");

  LogEvent {
    fields = Map.copyOf(fields);
  }

  /// Reads a line of the log; empty for the many that tell of something else.
  static Optional<LogEvent> parse(String line) {
    Matcher event = LINE.matcher(line);
    if (!event.find()) {
      return Optional.empty();
    }
    var fields = new HashMap<String, String>();
    Matcher pair = PAIR.matcher(event.group(2));
    while (pair.find()) {
      String quoted = pair.group(2);
      fields.put(
          pair.group(1), quoted == null ? pair.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
    }
    return Optional.of(new LogEvent(event.group(1), fields));
  }

  String id() {
    return get("id");
  }

  /// The value of a field, or `-`.
  String get(String name) {
    return fields.getOrDefault(name, "-");
  }
}
