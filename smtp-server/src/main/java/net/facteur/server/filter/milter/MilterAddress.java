package net.facteur.server.filter.milter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Parsed;

/// Where a milter listens.
sealed interface MilterAddress {
  /// @param path of a unix socket
  record Unix(String path) implements MilterAddress {}

  /// @param host its name or address
  record Tcp(String host, int port) implements MilterAddress {}

  /// `host:port`, `[::1]:port`, and Sendmail's `inet:port@host`.
  Pattern TCP =
      Pattern.compile(
          "(?:inet6?:)?(?:([0-9]{1,5})@([A-Za-z0-9._-]+|\\[?[0-9a-fA-F:.]+]?)"
              + "|\\[([0-9a-fA-F:.]+)]:([0-9]{1,5})|([A-Za-z0-9._-]+):([0-9]{1,5}))");

  /// Reads an address.
  static Parsed<MilterAddress> parse(String text) {
    String path =
        text.startsWith("unix:") || text.startsWith("local:")
            ? text.substring(text.indexOf(':') + 1)
            : text;
    if (path.startsWith("/")) {
      return Parsed.ok(new Unix(path));
    }
    Matcher m = TCP.matcher(text);
    if (!m.matches()) {
      return Parsed.malformed(0, "/path, host:port or inet:port@host");
    }
    String host = m.group(2) != null ? m.group(2) : m.group(3) != null ? m.group(3) : m.group(5);
    String port = m.group(1) != null ? m.group(1) : m.group(4) != null ? m.group(4) : m.group(6);
    int number = Integer.parseInt(port);
    return number < 1 || number > 65_535
        ? Parsed.malformed(text.indexOf(port), "a port from 1 to 65535")
        : Parsed.ok(new Tcp(host.replace("[", "").replace("]", ""), number));
  }

  /// As it is written in the settings.
  default String text() {
    return switch (this) {
      case Unix(String path) -> path;
      case Tcp(String host, int port) ->
          (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    };
  }
}
