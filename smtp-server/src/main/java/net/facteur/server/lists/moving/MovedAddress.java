package net.facteur.server.lists.moving;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.queue.MailAddress;
import net.facteur.server.lists.Member;

/// An address with the name that may stand before it: `Alice <alice@example.org>`, `"D., Claire"
/// <claire@example.org>`, `bob@example.net (Bob)`, or the address alone.
///
/// @param name without its quotes; empty where there is none
record MovedAddress(MailAddress address, String name) {
  private static final Pattern NAMED = Pattern.compile("(.*?)\\s*<\\s*([^<>]+)\\s*>");
  private static final Pattern COMMENTED = Pattern.compile("([^\\s(]+)\\s+\\((.*)\\)");

  /// Reads a line; empty where it has no address that mail could be sent to.
  static Optional<MovedAddress> parse(String line) {
    String text = line.strip();
    Matcher named = NAMED.matcher(text);
    if (named.matches()) {
      return Member.address(named.group(2)).map(a -> new MovedAddress(a, name(named.group(1))));
    }
    Matcher commented = COMMENTED.matcher(text);
    if (commented.matches()) {
      return Member.address(commented.group(1))
          .map(a -> new MovedAddress(a, name(commented.group(2))));
    }
    return Member.address(text).map(a -> new MovedAddress(a, ""));
  }

  /// A name without the quotes that it stood in.
  static String name(String written) {
    String text = written.strip();
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1").strip()
        : text;
  }
}
