package net.facteur.server.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.files.Access;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;

/// Where Roundcube lies, with `config` and `plugins` in it. Two files of ours are written there,
/// and one line into its `config.inc.php`, since it reads no directory of settings.
///
/// @param path usually `/var/lib/roundcube`
public record RoundcubeDirectory(Path path) {
  private static final Path PHP = Path.of("/usr/bin/php");
  private static final String MARK = "// facteur imap roundcube";

  /// What became of a change.
  public sealed interface Outcome {
    /// All was so already.
    record Unchanged() implements Outcome {}

    /// @param files those that were written or taken away
    record Changed(List<Path> files) implements Outcome {}

    /// PHP does not understand the settings; everything is as it was.
    record Refused(String said) implements Outcome {}
  }

  /// True where Roundcube is there, with its settings.
  public boolean isThere() {
    return Files.isRegularFile(main()) && Files.isDirectory(path.resolve("plugins"));
  }

  /// The file that Roundcube reads.
  public Path main() {
    return path.resolve("config/config.inc.php");
  }

  /// Our settings.
  public Path ours() {
    return real(path.resolve("config")).resolve("facteur/config.inc.php");
  }

  /// Our driver of the plugin `password`.
  public Path driver() {
    return real(path.resolve("plugins/password")).resolve("drivers/facteur.php");
  }

  /// The plugins that are there.
  public Set<String> plugins() throws IOException {
    try (Stream<Path> all = Files.list(path.resolve("plugins"))) {
      return all.filter(Files::isDirectory)
          .map(plugin -> String.valueOf(plugin.getFileName()))
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /// The line by which Roundcube reads ours.
  public String line() {
    return "include(" + RoundcubeConfiguration.quoted(ours().toString()) + "); " + MARK;
  }

  /// What our driver is.
  public String driverText() {
    return RoundcubeConfiguration.driver();
  }

  /// Writes the settings, the driver where there is a plugin for it, and the line; everything is
  /// put back where PHP complains.
  public Outcome write(String settings) throws IOException {
    // The group of Roundcube's own settings is that of the web server.
    String group = Files.readAttributes(main(), PosixFileAttributes.class).group().getName();
    Map<Path, Optional<byte[]>> before = present();
    try {
      var directory = new DurableDirectory(above(ours()), Access.PUBLIC);
      directory.make();
      directory.giveGroup(group);
      var wanted = new LinkedHashMap<Path, byte[]>();
      wanted.put(ours(), settings.getBytes(StandardCharsets.UTF_8));
      if (Files.isDirectory(above(driver()))) {
        wanted.put(driver(), driverText().getBytes(StandardCharsets.UTF_8));
      }
      wanted.put(main(), withLine(Files.readString(main())).getBytes(StandardCharsets.UTF_8));
      var changed = new ArrayList<Path>();
      for (Map.Entry<Path, byte[]> each : wanted.entrySet()) {
        if (write(each.getKey(), each.getValue())) {
          changed.add(each.getKey());
        }
      }
      if (changed.isEmpty()) {
        return new Outcome.Unchanged();
      }
      Optional<String> complaint = complaint(wanted.keySet());
      if (complaint.isPresent()) {
        restore(before);
        return new Outcome.Refused(complaint.get());
      }
      return new Outcome.Changed(changed);
    } catch (IOException | RuntimeException e) {
      restore(before);
      throw e;
    }
  }

  /// Takes away all that is ours.
  public Outcome remove() throws IOException {
    var changed = new ArrayList<Path>();
    String text = Files.readString(main());
    String without = withoutLine(text);
    if (!without.equals(text)) {
      DurableFile.open(main()).replace(without);
      changed.add(main());
    }
    for (Path file : List.of(ours(), driver())) {
      if (Files.deleteIfExists(file)) {
        changed.add(file);
      }
    }
    Files.deleteIfExists(above(ours()));
    return changed.isEmpty() ? new Outcome.Unchanged() : new Outcome.Changed(changed);
  }

  /// The line comes last, so that it counts; whoever writes after it has the last word.
  private String withLine(String text) {
    if (text.lines().anyMatch(line()::equals)) {
      return text;
    }
    String others = withoutLine(text);
    String stripped = others.stripTrailing();
    return stripped.endsWith("?>")
        ? stripped.substring(0, stripped.length() - 2) + line() + "\n?>\n"
        : others + (others.endsWith("\n") ? "" : "\n") + line() + "\n";
  }

  private static String withoutLine(String text) {
    return text.lines().noneMatch(RoundcubeDirectory::isOurs)
        ? text
        : text.lines()
            .filter(line -> !isOurs(line))
            .collect(Collectors.joining("\n", "", text.endsWith("\n") ? "\n" : ""));
  }

  private static boolean isOurs(String line) {
    return line.startsWith("include(") && line.endsWith(MARK);
  }

  private boolean write(Path file, byte[] octets) throws IOException {
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), octets)) {
      return false;
    }
    Access access = file.equals(driver()) ? Access.PUBLIC : Access.GROUP;
    new DurableFile(real(file), access).replace(octets);
    return true;
  }

  private Map<Path, Optional<byte[]>> present() throws IOException {
    var all = new LinkedHashMap<Path, Optional<byte[]>>();
    for (Path file : List.of(main(), ours(), driver())) {
      all.put(
          file,
          Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty());
    }
    return all;
  }

  private void restore(Map<Path, Optional<byte[]>> before) throws IOException {
    for (Map.Entry<Path, Optional<byte[]>> each : before.entrySet()) {
      if (each.getValue().isPresent()) {
        var _ = write(each.getKey(), each.getValue().get());
      } else {
        Files.deleteIfExists(each.getKey());
      }
    }
    if (!Files.exists(ours())) {
      Files.deleteIfExists(above(ours()));
    }
  }

  private static Optional<String> complaint(Set<Path> files) throws IOException {
    if (!Files.exists(PHP)) {
      return Optional.empty();
    }
    for (Path file : files) {
      DovecotPrograms.Ran ran =
          DovecotPrograms.HERE.run(PHP.toString(), "-n", "-l", file.toString());
      if (!ran.well()) {
        return Optional.of(ran.said());
      }
    }
    return Optional.empty();
  }

  /// Where a path leads to: Debian has links to `/etc` and `/usr/share`.
  private static Path real(Path path) {
    try {
      return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? path.toRealPath() : path;
    } catch (IOException _) {
      return path;
    }
  }

  private static Path above(Path file) {
    return Optional.ofNullable(file.getParent()).orElse(file);
  }
}
