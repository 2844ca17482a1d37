package net.facteur.server.checks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What the unit of systemd says of the user who runs the server, where one is installed for a
/// settings file.
///
/// @param user as the system knows it
/// @param groups beside those that the user belongs to
/// @param state the directory that systemd makes for the user before each start
/// @param opensPorts it lets the user open ports below 1024
/// @param passesSockets systemd opens the sockets
record ServiceUnit(
    String user,
    Set<String> groups,
    Optional<Path> state,
    boolean opensPorts,
    boolean passesSockets) {
  private static final String NAME = "facteur.service";

  private static final String SOCKET = "facteur.socket";
  private static final String BIND = "CAP_NET_BIND_SERVICE";

  /// Where systemd looks, in its order.
  private static final List<Path> PLACES =
      List.of(
          Path.of("etc/systemd/system"),
          Path.of("run/systemd/system"),
          Path.of("usr/local/lib/systemd/system"),
          Path.of("usr/lib/systemd/system"),
          Path.of("lib/systemd/system"));

  ServiceUnit {
    groups = Set.copyOf(groups);
  }

  /// The unit that starts the server with these settings.
  static Optional<ServiceUnit> of(Path settings) {
    return below(Path.of("/"), settings);
  }

  /// @param root where the directories of systemd lie
  static Optional<ServiceUnit> below(Path root, Path settings) {
    var lines = new ArrayList<String>();
    PLACES.stream()
        .map(place -> root.resolve(place).resolve(NAME))
        .filter(Files::isReadable)
        .findFirst()
        .ifPresent(file -> lines.addAll(lines(file)));
    PLACES.forEach(place -> lines.addAll(additions(root.resolve(place).resolve(NAME + ".d"))));
    String named = settings.toAbsolutePath().normalize().toString();
    Optional<String> user = last(lines, "User");
    if (user.isEmpty() || lines.stream().noneMatch(line -> line.contains(named))) {
      return Optional.empty();
    }
    var groups = new HashSet<String>();
    last(lines, "Group").ifPresent(groups::add);
    last(lines, "SupplementaryGroups")
        .ifPresent(all -> groups.addAll(List.of(all.split(" +", -1))));
    return Optional.of(
        new ServiceUnit(
            user.get(),
            groups,
            last(lines, "StateDirectory").map(Path.of("/var/lib")::resolve),
            last(lines, "AmbientCapabilities").filter(all -> all.contains(BIND)).isPresent(),
            PLACES.stream().anyMatch(place -> Files.exists(root.resolve(place).resolve(SOCKET)))));
  }

  private static List<String> additions(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".conf"))
          .sorted()
          .flatMap(file -> lines(file).stream())
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
          .map(String::strip)
          .filter(line -> !line.startsWith("#") && !line.startsWith(";"))
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static Optional<String> last(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1).strip())
        .filter(value -> !value.isEmpty())
        .reduce((_, later) -> later);
  }

  /// The user; empty where this machine does not know it.
  Optional<Reader> reader() {
    return Reader.named(user).map(reader -> reader.within(groups));
  }

  /// True where systemd gives a directory to the user before each start.
  boolean gives(Path directory) {
    return state.filter(directory::startsWith).isPresent();
  }
}
