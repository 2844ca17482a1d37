package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The services of Postfix, as `master.cf` lists them.
///
/// @spec https://www.postfix.org/master.5.html master(5)
record MasterCf(List<Service> services) {
  /// @param name such as `submission`, or `192.0.2.1:smtp`
  /// @param type `inet`, `unix` and so on
  /// @param command such as `smtpd`
  /// @param overrides parameters of `main.cf` that it has of its own, by `-o`
  /// @param arguments all of them
  record Service(
      int line,
      String name,
      String type,
      String command,
      Map<String, String> overrides,
      String arguments) {
    /// The port by its usual name.
    String port() {
      String port = name.substring(name.lastIndexOf(':') + 1);
      return switch (port) {
        case "25" -> "smtp";
        case "587" -> "submission";
        case "465", "smtps" -> "submissions";
        default -> port;
      };
    }
  }

  /// Reads a file. Lines with fewer than eight fields count for nothing.
  static MasterCf parse(List<String> lines) {
    var services = new ArrayList<Service>();
    for (LogicalLine line : LogicalLine.of(lines)) {
      String[] fields = line.text().split("\\s+", 9);
      if (fields.length >= 8) {
        String arguments = fields.length > 8 ? fields[8] : "";
        services.add(
            new Service(
                line.number(), fields[0], fields[1], fields[7], overrides(arguments), arguments));
      }
    }
    return new MasterCf(services);
  }

  private static Map<String, String> overrides(String arguments) {
    var overrides = new LinkedHashMap<String, String>();
    List<String> words = words(arguments);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String assignment =
          word.equals("-o") && i + 1 < words.size()
              ? words.get(++i)
              : word.startsWith("-o") ? word.substring(2) : "";
      int equals = assignment.indexOf('=');
      if (equals > 0) {
        overrides.put(
            assignment.substring(0, equals).strip(), assignment.substring(equals + 1).strip());
      }
    }
    return overrides;
  }

  private static List<String> words(String arguments) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < arguments.length(); i++) {
      char c = arguments.charAt(i);
      if ((c == '{' && depth++ == 0) || (c == '}' && --depth == 0)) {
        continue;
      }
      if (depth <= 0 && Character.isWhitespace(c)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
