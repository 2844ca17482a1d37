package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters of Postfix, as `main.cf` sets them.
///
/// @spec https://www.postfix.org/postconf.5.html postconf(5): parameter substitution
final class MainCf {
  private static final int DEPTH_MAX = 50;
  private static final int CHARACTERS_MAX = 1 << 20;

  /// Defaults of Postfix that others refer to, or that matter here.
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("myorigin", "$myhostname"),
          Map.entry("mydestination", "$myhostname, localhost.$mydomain, localhost"),
          Map.entry("virtual_alias_domains", "$virtual_alias_maps"),
          Map.entry("virtual_alias_maps", "$virtual_maps"),
          Map.entry("virtual_mailbox_domains", "$virtual_mailbox_maps"),
          Map.entry("relay_domains", ""),
          Map.entry("alias_maps", "hash:/etc/aliases"),
          Map.entry("default_database_type", "hash"),
          Map.entry("config_directory", "/etc/postfix"),
          Map.entry("queue_directory", "/var/spool/postfix"),
          Map.entry("data_directory", "/var/lib/postfix"),
          Map.entry("smtp_sasl_password_maps", ""),
          Map.entry("virtual_transport", "virtual"),
          Map.entry("local_transport", "local:$myhostname"),
          Map.entry("mailbox_transport", ""),
          Map.entry("virtual_mailbox_base", ""),
          Map.entry("home_mailbox", ""),
          Map.entry("recipient_delimiter", ""));

  private final Map<String, Parameter> set;
  private final Map<String, String> given;

  /// @param line its number
  /// @param raw as it is written
  record Parameter(int line, String name, String raw) {}

  private MainCf(Map<String, Parameter> set, Map<String, String> given) {
    this.set = set;
    this.given = given;
  }

  /// Reads a file. A line that is no assignment counts for nothing.
  ///
  /// @param machine what the machine calls itself
  static MainCf parse(List<String> lines, String machine) {
    var set = new LinkedHashMap<String, Parameter>();
    for (LogicalLine line : LogicalLine.of(lines)) {
      int equals = line.text().indexOf('=');
      if (equals > 0) {
        String name = line.text().substring(0, equals).strip();
        set.remove(name);
        set.put(
            name, new Parameter(line.number(), name, line.text().substring(equals + 1).strip()));
      }
    }
    String host = set.containsKey("myhostname") ? set.get("myhostname").raw() : machine;
    int dot = host.indexOf('.');
    return new MainCf(
        set,
        Map.of(
            "myhostname", machine, "mydomain", dot > 0 ? host.substring(dot + 1) : "localdomain"));
  }

  /// What the file sets, in its order; of a parameter that it sets twice, the last.
  Iterable<Parameter> parameters() {
    return set.values();
  }

  boolean sets(String name) {
    return set.containsKey(name);
  }

  /// The value after substitution; that of Postfix where the file sets none, or nothing.
  String value(String name) {
    return expand(raw(name), 0);
  }

  /// The parts of a value that is a list.
  List<String> list(String name) {
    return split(value(name));
  }

  static List<String> split(String value) {
    var parts = new ArrayList<String>();
    int depth = 0;
    var part = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth <= 0 && (c == ',' || Character.isWhitespace(c))) {
        if (!part.isEmpty()) {
          parts.add(part.toString());
        }
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    if (!part.isEmpty()) {
      parts.add(part.toString());
    }
    return parts;
  }

  /// A parameter that leads back to itself, which Postfix refuses.
  Optional<Parameter> circle() {
    return set.values().stream().filter(p -> leadsTo(p.raw(), p.name(), 0)).findFirst();
  }

  private boolean leadsTo(String raw, String name, int depth) {
    return depth < DEPTH_MAX
        && java.util.regex.Pattern.compile("\\$[({]?([A-Za-z0-9_]+)")
            .matcher(raw)
            .results()
            .map(m -> m.group(1))
            .distinct()
            .anyMatch(
                other ->
                    other.equals(name)
                        || (set.containsKey(other)
                            && !other.equals(name)
                            && depth + 1 < 12
                            && leadsTo(raw(other), name, depth + 1)));
  }

  private String raw(String name) {
    Parameter parameter = set.get(name);
    return parameter != null
        ? parameter.raw()
        : given.getOrDefault(name, DEFAULTS.getOrDefault(name, ""));
  }

  /// Puts values in place of `$name`, `${name}`, `$(name)`, `${name?text}`, `${name:text}` and
  /// `${name?{text}:{text}}`.
  private String expand(String raw, int depth) {
    var out = new StringBuilder();
    int i = 0;
    while (i < raw.length() && out.length() < CHARACTERS_MAX) {
      char c = raw.charAt(i);
      if (c != '$' || i + 1 >= raw.length() || depth > DEPTH_MAX) {
        out.append(c);
        i++;
        continue;
      }
      char next = raw.charAt(i + 1);
      if (next == '$') {
        out.append('$');
        i += 2;
      } else if (next == '{' || next == '(') {
        int end = closing(raw, i + 1);
        out.append(braced(raw.substring(i + 2, end), depth));
        i = Math.min(end + 1, raw.length());
      } else {
        int end = i + 1;
        while (end < raw.length()
            && (Character.isLetterOrDigit(raw.charAt(end)) || raw.charAt(end) == '_')) {
          end++;
        }
        out.append(end == i + 1 ? "$" : expand(raw(raw.substring(i + 1, end)), depth + 1));
        i = end;
      }
    }
    return out.toString();
  }

  private static int closing(String raw, int open) {
    char opening = raw.charAt(open);
    char close = opening == '{' ? '}' : ')';
    int depth = 0;
    for (int i = open; i < raw.length(); i++) {
      char c = raw.charAt(i);
      depth += c == opening ? 1 : c == close ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return raw.length();
  }

  private String braced(String inside, int depth) {
    int end = 0;
    while (end < inside.length()
        && (Character.isLetterOrDigit(inside.charAt(end)) || inside.charAt(end) == '_')) {
      end++;
    }
    String value = expand(raw(inside.substring(0, end)), depth + 1);
    String rest = inside.substring(end).strip();
    if (rest.isEmpty()) {
      return value;
    }
    boolean there = !value.isEmpty();
    String text = rest.substring(1).strip();
    String first = text;
    String second = "";
    if (text.startsWith("{")) {
      int close = closing(text, 0);
      first = text.substring(1, close);
      String after = close < text.length() ? text.substring(close + 1).strip() : "";
      if (after.startsWith(":")) {
        second = after.substring(1).strip();
        second = second.startsWith("{") ? second.substring(1, closing(second, 0)) : second;
      }
    }
    return switch (rest.charAt(0)) {
      case '?' -> expand(there ? first : second, depth + 1);
      case ':' -> there ? "" : expand(first, depth + 1);
      default -> "";
    };
  }
}
