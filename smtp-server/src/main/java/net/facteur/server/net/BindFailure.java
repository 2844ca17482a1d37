package net.facteur.server.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// Why a socket could not be opened, in words for an administrator.
final class BindFailure {
  private static final int FIRST_FREE_FOR_ALL = 1024;

  private BindFailure() {}

  static IOException of(InetSocketAddress address, Throwable cause) {
    return new IOException(
        "cannot listen on "
            + ListeningSockets.text(address)
            + ": "
            + words(address, String.valueOf(cause.getMessage())),
        cause);
  }

  private static String words(InetSocketAddress address, String reason) {
    int port = address.getPort();
    String lower = Ascii.lower(reason);
    if (lower.contains("address already in use")) {
      Optional<SocketHolder> holder = SocketHolder.of(Path.of("/proc"), address);
      return "the address is in use by "
          + holder.map(SocketHolder::toString).orElse("another program")
          + ". See it by: ss -ltnp 'sport = :"
          + port
          + "'. Stop it, or change listen in the settings";
    }
    if (lower.contains("permission denied") && port < FIRST_FREE_FOR_ALL) {
      return "the user that Facteur runs as may not open ports below "
          + FIRST_FREE_FOR_ALL
          + ". Start it by the service manager (AmbientCapabilities=CAP_NET_BIND_SERVICE), or type:"
          + " sysctl net.ipv4.ip_unprivileged_port_start="
          + port;
    }
    if (lower.contains("cannot assign requested address")) {
      return "this machine has no such address. See those it has by: ip address";
    }
    if (lower.contains("address family not supported")) {
      return "this machine has no IPv6. Take the address out of listen in the settings";
    }
    return reason;
  }
}
