package net.facteur.server.checks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who reads the files of the server: the owner of its data, who may be another than the one who
/// types the command.
///
/// What counts is the mode of each directory on the way and of the file. Access control lists and
/// capabilities are not looked at; a file that this process may read itself, as the same user, is
/// readable whatever its mode says.
///
/// @param name as the system knows it
/// @param user its number
/// @param groups all that it belongs to
public record Reader(String name, int user, Set<Integer> groups) {
  private static final int READ = 4;
  private static final int SEARCH = 1;
  private static final int ROOT = 0;

  public Reader {
    groups = Set.copyOf(groups);
  }

  /// What keeps a reader from a file.
  ///
  /// @param at the file, or the first directory on the way that may not be entered
  /// @param directory whether it is a directory
  public record Barrier(Path at, boolean directory) {}

  /// The owner of `data`, where root asks; else whoever asks.
  public static Reader of(Path data) {
    try {
      int me = number(Path.of("/proc/self"), "uid");
      if (me == ROOT && Files.exists(data)) {
        return named(number(data, "uid"), number(data, "gid"));
      }
      return named(me, number(Path.of("/proc/self"), "gid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return new Reader(System.getProperty("user.name", "this user"), ROOT, Set.of());
    }
  }

  private static Reader named(int user, int group) {
    var groups = new HashSet<Integer>();
    groups.add(group);
    String name = String.valueOf(user);
    for (String[] entry : entries(Path.of("/etc/passwd"), 4)) {
      if (entry[2].equals(String.valueOf(user))) {
        name = entry[0];
        decimal(entry[3]).ifPresent(groups::add);
      }
    }
    for (String[] entry : entries(Path.of("/etc/group"), 4)) {
      if (Set.of(entry[3].split(",", -1)).contains(name)) {
        decimal(entry[2]).ifPresent(groups::add);
      }
    }
    return new Reader(name, user, groups);
  }

  private static Iterable<String[]> entries(Path file, int fields) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
          .map(line -> line.split(":", -1))
          .filter(parts -> parts.length >= fields)
          .toList();
    } catch (IOException _) {
      return Set.of();
    }
  }

  private static Optional<Integer> decimal(String text) {
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  /// What keeps this reader from reading `file`; empty where nothing does, or where it is not
  /// there.
  public Optional<Barrier> barrier(Path file) {
    if (user == ROOT || (isMyself() && Files.isReadable(file))) {
      return Optional.empty();
    }
    Path absolute = file.toAbsolutePath().normalize();
    try {
      Path real = Files.exists(absolute) ? absolute.toRealPath() : absolute;
      Path way = real.getRoot();
      for (Path step : real) {
        if (!may(way, SEARCH)) {
          return Optional.of(new Barrier(way, true));
        }
        way = way.resolve(step);
        if (!Files.exists(way, LinkOption.NOFOLLOW_LINKS)) {
          return Optional.empty();
        }
      }
      return may(way, READ)
          ? Optional.empty()
          : Optional.of(new Barrier(way, Files.isDirectory(way)));
    } catch (IOException | UnsupportedOperationException _) {
      return Optional.of(new Barrier(absolute, false));
    }
  }

  private boolean isMyself() {
    try {
      return number(Path.of("/proc/self"), "uid") == user;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return false;
    }
  }

  private boolean may(Path path, int right) throws IOException {
    Map<String, Object> of = Files.readAttributes(path, "unix:uid,gid,mode");
    int mode = (int) of.getOrDefault("mode", 0);
    int shift = user == (int) of.getOrDefault("uid", -1) ? 6 : 0;
    if (shift == 0 && groups.contains((int) of.getOrDefault("gid", -1))) {
      shift = 3;
    }
    return (mode >> shift & right) != 0;
  }

  private static int number(Path path, String attribute) throws IOException {
    return (int) Files.getAttribute(path, "unix:" + attribute);
  }
}
