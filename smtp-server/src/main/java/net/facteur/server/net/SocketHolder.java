package net.facteur.server.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// The process that listens on a port, as Linux tells it below `/proc`. Of other users' processes
/// only root is told; what is not known is left out.
///
/// @param program its name
/// @param process its id
/// @spec https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt proc_net_tcp
public record SocketHolder(String program, String process) {
  /// A socket for IPv6 may hold the port of both families.
  private static final List<String> TABLES = List.of("net/tcp", "net/tcp6");

  private static final String LISTENING = "0A";
  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  /// @param proc where the kernel's tables are
  public static Optional<SocketHolder> of(Path proc, InetSocketAddress address) {
    for (String table : TABLES) {
      for (String inode : listening(proc.resolve(table), address.getPort())) {
        Optional<SocketHolder> holder = holding(proc, "socket:[" + inode + "]");
        if (holder.isPresent()) {
          return holder;
        }
      }
    }
    return Optional.empty();
  }

  /// True where somebody listens on a port of this machine, whoever it is.
  ///
  /// @param proc where the kernel's tables are
  public static boolean isHeld(Path proc, int port) {
    return TABLES.stream().anyMatch(table -> !listening(proc.resolve(table), port).isEmpty());
  }

  private static List<String> listening(Path table, int port) {
    String end = ":" + hex(port);
    try {
      return Files.readAllLines(table, StandardCharsets.US_ASCII).stream()
          .map(line -> Ascii.trim(line).split("\\s+", -1))
          .filter(
              row -> row.length > INODE && row[LOCAL].endsWith(end) && row[STATE].equals(LISTENING))
          .map(row -> row[INODE])
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static String hex(int port) {
    String digits = Ascii.upper(Integer.toHexString(port));
    return "0".repeat(4 - digits.length()) + digits;
  }

  private static Optional<SocketHolder> holding(Path proc, String socket) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process.resolve("fd"), socket)) {
          return Optional.of(new SocketHolder(name(process), process.getFileName().toString()));
        }
      }
    } catch (IOException | RuntimeException _) {
      // The answer would be a kindness; the failure is told without it.
    }
    return Optional.empty();
  }

  private static boolean holds(Path descriptors, String socket) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
      for (Path descriptor : open) {
        if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
          return true;
        }
      }
    } catch (IOException | RuntimeException _) {
      // Another user's process, or one that has just ended.
    }
    return false;
  }

  private static String name(Path process) throws IOException {
    String name =
        Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
            .lines()
            .findFirst()
            .orElse("");
    return Ascii.hasControl(name) ? "a program" : name;
  }

  @Override
  public String toString() {
    return program + " (process " + process + ")";
  }
}
