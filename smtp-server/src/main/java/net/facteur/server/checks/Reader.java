package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Settings;
import net.facteur.server.files.Way;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Text;

/// Who runs the server, and so uses its files; who types a command may be another.
///
/// Of another's rights the modes tell: of each directory on the way, and of the file. Access
/// control lists and capabilities are not looked at. Who asks for himself is told by the system
/// what he may.
///
/// @param name as the system knows it
/// @param user its number
/// @param groups all that it belongs to
/// @param view what whoever asks can say of it
public record Reader(String name, int user, Set<Integer> groups, View view) {
  /// How much whoever asks sees of what the server sees.
  sealed interface View {
    /// All of it.
    record Everything() implements View {}

    /// What the system shows to this user, who stands in for the one who runs the server: nothing
    /// tells who that is.
    record Own() implements View {}

    /// What everybody may see.
    ///
    /// @param asking who asks, neither root nor the one who runs the server
    record Guest(String asking) implements View {}
  }

  /// To read a file, or the names in a directory.
  static final int READ = 4;

  /// To change a file, or to add to a directory.
  static final int WRITE = 2;

  /// To enter a directory.
  static final int SEARCH = 1;

  private static final int ROOT = 0;
  private static final Path MYSELF = Path.of("/proc/self");

  public Reader {
    groups = Set.copyOf(groups);
  }

  /// What keeps a reader from a file.
  ///
  /// @param at the file, or the first directory on the way that may not be entered
  /// @param directory whether it is a directory
  public record Barrier(Path at, boolean directory) {}

  /// Who runs the server with these settings: the owner of its data where that is not root; else
  /// whom the unit of the service names, if root asks; else whoever asks.
  static Reader of(Settings settings) {
    return of(settings, ServiceUnit.of(settings.file()));
  }

  static Reader of(Settings settings, Optional<ServiceUnit> unit) {
    try {
      int me = number(MYSELF, "uid");
      Path data = HostSettings.from(settings).data();
      Reader asking = numbered(me);
      Path closed = Way.closed(data).orElse(data);
      int owner = Files.exists(closed) ? number(closed, "uid") : ROOT;
      if (me == ROOT) {
        Optional<Reader> serving = unit.flatMap(ServiceUnit::reader);
        if (owner != ROOT) {
          return serving.filter(reader -> reader.user() == owner).orElse(numbered(owner));
        }
        // what root has set up for somebody else lies beside the settings
        return serving.isPresent() || Files.exists(data)
            ? serving.orElse(asking)
            : numbered(number(settings.file(), "uid"));
      }
      if (owner == me || asking.may(data, READ | WRITE | SEARCH)) {
        return asking;
      }
      return owner == ROOT
          ? asking.seeing(new View.Own())
          : numbered(owner).seeing(new View.Guest(asking.name()));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return new Reader(
          System.getProperty("user.name", "?"), ROOT, Set.of(), new View.Everything());
    }
  }

  /// The same, seen otherwise.
  Reader seeing(View other) {
    return new Reader(name, user, groups, other);
  }

  /// In a sentence.
  Text who() {
    return switch (view) {
      case View.Everything _, View.Guest _ -> SAY.serving(name);
      case View.Own _ -> SAY.typing(name);
    };
  }

  /// What root types to mend it.
  Text asRoot(String command) {
    return switch (view) {
      case View.Everything _, View.Guest _ -> SAY.asRoot(command);
      case View.Own _ -> ConfigTexts.SAY.ifServer(name, command);
    };
  }

  private static Path next(Path way, Path file) {
    return way.resolve(file.getName(way.getNameCount()));
  }

  /// A user of this machine by number.
  private static Reader numbered(int user) throws IOException {
    for (String[] entry : entries(Path.of("/etc/passwd"), 4)) {
      if (entry[2].equals(String.valueOf(user))) {
        return known(entry[0], user, entry[3]);
      }
    }
    boolean me = user == number(MYSELF, "uid");
    return new Reader(
        me ? System.getProperty("user.name", "?") : String.valueOf(user),
        user,
        Set.of(),
        new View.Everything());
  }

  /// A user of this machine by name; empty where the files of the machine have none.
  static Optional<Reader> named(String name) {
    for (String[] entry : entries(Path.of("/etc/passwd"), 4)) {
      Optional<Integer> user = decimal(entry[2]);
      if (entry[0].equals(name) && user.isPresent()) {
        return Optional.of(known(name, user.get(), entry[3]));
      }
    }
    return Optional.empty();
  }

  private static Reader known(String name, int user, String group) {
    var groups = new HashSet<Integer>();
    decimal(group).ifPresent(groups::add);
    for (String[] entry : entries(Path.of("/etc/group"), 4)) {
      if (Set.of(entry[3].split(",", -1)).contains(name)) {
        decimal(entry[2]).ifPresent(groups::add);
      }
    }
    return new Reader(name, user, groups, new View.Everything());
  }

  /// The same with more groups, by their names.
  Reader within(Set<String> more) {
    var all = new HashSet<>(groups);
    for (String[] entry : entries(Path.of("/etc/group"), 3)) {
      if (more.contains(entry[0])) {
        decimal(entry[2]).ifPresent(all::add);
      }
    }
    return new Reader(name, user, all, view);
  }

  private static List<String[]> entries(Path file, int fields) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
          .map(line -> line.split(":", -1))
          .filter(parts -> parts.length >= fields)
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static Optional<Integer> decimal(String text) {
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  /// What keeps this reader from reading `file`; empty where nothing does, or where it is not
  /// there.
  public Optional<Barrier> barrier(Path file) {
    return barrier(file, READ);
  }

  /// What keeps this reader from using `file` so; empty where nothing does, or where it is not
  /// there.
  Optional<Barrier> barrier(Path file, int rights) {
    Path absolute = file.toAbsolutePath().normalize();
    try {
      if (Files.notExists(absolute)) {
        return closedOn(absolute);
      }
      Path real = absolute.toRealPath();
      Optional<Barrier> closed = closedOn(absolute).or(() -> closedOn(real));
      return closed.isPresent() || may(real, rights)
          ? closed
          : Optional.of(new Barrier(real, Files.isDirectory(real)));
    } catch (IOException | UnsupportedOperationException _) {
      return closedOn(absolute).or(() -> Optional.of(new Barrier(absolute, false)));
    }
  }

  /// The first directory on the way that this reader may not enter.
  private Optional<Barrier> closedOn(Path file) {
    for (Path way = file.getRoot(); way != null && !way.equals(file); way = next(way, file)) {
      try {
        if (Files.isDirectory(way) && !may(way, SEARCH)) {
          return Optional.of(new Barrier(way, true));
        }
      } catch (IOException | UnsupportedOperationException _) {
        return Optional.empty(); // hidden from who asks
      }
    }
    return Optional.empty();
  }

  /// True where whoever asks may look at `file`, or see that it is not there.
  boolean shows(Path file) {
    return switch (view) {
      case View.Everything _, View.Own _ -> true;
      case View.Guest _ -> Files.notExists(file) || Files.isReadable(file);
    };
  }

  private boolean may(Path path, int rights) throws IOException {
    if (isMyself()) {
      return ((rights & READ) == 0 || Files.isReadable(path))
          && ((rights & WRITE) == 0 || Files.isWritable(path))
          && ((rights & SEARCH) == 0 || Files.isExecutable(path));
    }
    Map<String, Object> of = Files.readAttributes(path, "unix:uid,gid,mode");
    int mode = (int) of.getOrDefault("mode", 0);
    int shift = user == (int) of.getOrDefault("uid", -1) ? 6 : 0;
    if (shift == 0 && groups.contains((int) of.getOrDefault("gid", -1))) {
      shift = 3;
    }
    return (mode >> shift & rights) == rights;
  }

  /// True where a file is there and belongs to this one.
  boolean owns(Path file) {
    try {
      return number(file, "uid") == user;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return false;
    }
  }

  /// True where whoever asks is this one.
  boolean isMyself() {
    try {
      return user == number(MYSELF, "uid");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return true; // another system, which does not tell of others
    }
  }

  private static int number(Path path, String attribute) throws IOException {
    return (int) Files.getAttribute(path, "unix:" + attribute);
  }
}
