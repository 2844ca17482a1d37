package net.facteur.server.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// Why a socket could not be opened, in words for an administrator.
///
/// @param address where it should have listened
/// @param why the end of a sentence, without a full stop
/// @param remedy what to do, without a full stop; empty where nobody knows
public record BindFailure(InetSocketAddress address, Kind kind, String why, String remedy) {
  private static final int FIRST_FREE_FOR_ALL = 1024;

  /// What it is about.
  public enum Kind {
    /// Another socket is there.
    IN_USE,
    /// The user may not open this port.
    FORBIDDEN,
    /// The machine has no such address.
    NO_ADDRESS,
    /// Something else.
    OTHER
  }

  static BindFailure of(InetSocketAddress address, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    String lower = Ascii.lower(reason);
    if (lower.contains("address already in use")) {
      Optional<SocketHolder> holder = SocketHolder.of(Path.of("/proc"), address);
      return new BindFailure(
          address,
          Kind.IN_USE,
          "the address is in use by "
              + holder.map(SocketHolder::toString).orElse("another program"),
          "See it by: ss -ltnp 'sport = :"
              + address.getPort()
              + "'. Stop it, or change listen in the settings");
    }
    if (lower.contains("permission denied") && address.getPort() < FIRST_FREE_FOR_ALL) {
      return forbidden(address);
    }
    if (lower.contains("cannot assign requested address")) {
      return new BindFailure(
          address,
          Kind.NO_ADDRESS,
          "this machine has no such address",
          "See those it has by: ip address");
    }
    if (lower.contains("address family not supported")) {
      return new BindFailure(
          address,
          Kind.NO_ADDRESS,
          "this machine has no IPv6",
          "Take the address out of listen in the settings");
    }
    return new BindFailure(address, Kind.OTHER, reason, "");
  }

  /// A port that is not for all users.
  public static BindFailure forbidden(InetSocketAddress address) {
    return new BindFailure(
        address,
        Kind.FORBIDDEN,
        "the user that Facteur runs as may not open ports below " + FIRST_FREE_FOR_ALL,
        "Start it by the service manager (AmbientCapabilities=CAP_NET_BIND_SERVICE), or type:"
            + " sysctl net.ipv4.ip_unprivileged_port_start="
            + address.getPort());
  }

  /// The whole of it, without a full stop.
  String text() {
    return sentence() + (remedy.isEmpty() ? "" : ". " + remedy);
  }

  /// What happened, without a full stop.
  public String sentence() {
    return "cannot listen on " + ListeningSockets.text(address) + ": " + why;
  }

  IOException exception(Throwable cause) {
    return new IOException(text(), cause);
  }
}
