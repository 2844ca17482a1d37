package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.List;

/// What an alias of `/etc/aliases` leads to.
///
/// @spec https://www.postfix.org/aliases.5.html aliases(5)
sealed interface AliasTarget {
  /// A name of this machine.
  record Local(String name) implements AliasTarget {}

  /// A name of this machine, with a backslash: its mailbox, whatever other aliases say.
  record Mailbox(String name) implements AliasTarget {}

  /// A mail address.
  record Address(String address) implements AliasTarget {}

  /// A program that reads the message.
  record Pipe(String command) implements AliasTarget {}

  /// A file to which the message is appended.
  record File(String path) implements AliasTarget {}

  /// `/dev/null`.
  record Discard() implements AliasTarget {}

  /// A file with further targets.
  record Include(String path) implements AliasTarget {}

  /// Reads the targets of an alias, or a line of an included file.
  static List<AliasTarget> parse(String text) {
    var targets = new ArrayList<AliasTarget>();
    for (String part : parts(text)) {
      target(part, targets);
    }
    return targets;
  }

  /// The parts between commas that stand outside of quotes, brackets and comments.
  private static List<String> parts(String text) {
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    boolean quoted = false;
    int comment = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && comment == 0) {
        part.append(c).append(text.charAt(++i));
      } else if (!quoted && (c == '(' || comment > 0)) {
        comment += c == '(' ? 1 : c == ')' ? -1 : 0;
      } else if (c == '"') {
        quoted = !quoted;
        part.append(c);
      } else if (c == ',' && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts.stream().map(String::strip).filter(p -> !p.isEmpty()).toList();
  }

  private static void target(String part, List<AliasTarget> to) {
    int open = part.lastIndexOf('<');
    int close = part.lastIndexOf('>');
    if (open >= 0 && close > open) {
      to.add(named(part.substring(open + 1, close).strip()));
      return;
    }
    if (part.startsWith("\"") && part.endsWith("\"") && part.length() > 1) {
      to.add(named(part.substring(1, part.length() - 1).replace("\\\"", "\"")));
      return;
    }
    if (part.startsWith("|") || part.startsWith(":include:")) {
      to.add(named(part));
      return;
    }
    // Postfix reads words that no comma parts as several addresses.
    for (String word : words(part)) {
      to.add(named(word));
    }
  }

  private static List<String> words(String part) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      quoted ^= c == '"';
      if (!quoted && Character.isWhitespace(c)) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return words.stream().filter(w -> !w.isEmpty()).toList();
  }

  private static AliasTarget named(String text) {
    if (text.startsWith("|")) {
      return new Pipe(text.substring(1).strip());
    }
    if (text.startsWith(":include:")) {
      return new Include(text.substring(9).strip());
    }
    if (text.equals("/dev/null")) {
      return new Discard();
    }
    if (text.startsWith("/")) {
      return new File(text);
    }
    if (text.startsWith("\\")) {
      String name = text.substring(1);
      return name.contains("@") ? new Address(name) : new Mailbox(name);
    }
    int at = text.lastIndexOf('@');
    if (at < 0) {
      return new Local(text);
    }
    String local = text.substring(0, at);
    return new Address(
        local.contains("\\@") && !local.startsWith("\"")
            ? "\"" + local.replace("\\@", "@") + "\"" + text.substring(at)
            : text);
  }
}
