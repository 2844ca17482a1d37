package net.facteur.server.net;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Sockets that listen already when the process begins, as systemd passes them to a service: it
/// names the process and their number in the environment, and they are the descriptors from 3 on.
///
/// @param descriptors at most [#MOST]
/// @spec https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
///   sd_listen_fds(3)
public record InheritedSockets(List<Integer> descriptors) {
  /// No process has more listeners than this.
  public static final int MOST = 64;

  /// For a server that opens its own.
  public static final InheritedSockets NONE = new InheritedSockets(List.of());

  private static final int FIRST = 3;

  public InheritedSockets {
    descriptors = List.copyOf(descriptors);
  }

  /// What was passed to this process.
  ///
  /// @param process its id: what the environment says to another one, such as a parent, is not
  ///   meant
  public static InheritedSockets of(Map<String, String> environment, long process) {
    if (!Long.toString(process).equals(environment.get("LISTEN_PID"))) {
      return NONE;
    }
    int number = number(environment.getOrDefault("LISTEN_FDS", "0"));
    return new InheritedSockets(IntStream.range(FIRST, FIRST + number).boxed().toList());
  }

  private static int number(String text) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      number = Math.min(MOST, number * 10 + digit);
    }
    return number;
  }
}
