package net.facteur.auth.dns;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Objects;

/// Says in words what went wrong on the network. Several exceptions of the Java platform have no
/// message, or one that is only a name.
public final class NetworkFault {
  private NetworkFault() {}

  /// A few words, never empty, on one line if the message is.
  public static String of(IOException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    boolean silent = message.isBlank();
    return switch (e) {
      case PortUnreachableException _ -> "nothing listens on that port";
      case ConnectException _ -> silent ? "the connection was refused" : message;
      case NoRouteToHostException _ -> silent ? "there is no route" : message;
      case SocketTimeoutException _ -> silent ? "no answer in time" : message;
      case UnknownHostException _ -> silent ? "unknown host" : "unknown host " + message;
      case ClosedChannelException _ -> "the connection was closed";
      case EOFException _ -> silent ? "the connection ended early" : message;
      default -> silent ? words(e.getClass().getSimpleName()) : message;
    };
  }

  /// `FileLockInterruptionException` as `file lock interruption`.
  private static String words(String name) {
    String bare = name.endsWith("Exception") ? name.substring(0, name.length() - 9) : name;
    String spaced = bare.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return spaced.isEmpty() || spaced.equals("io") ? "input or output failed" : spaced;
  }
}
