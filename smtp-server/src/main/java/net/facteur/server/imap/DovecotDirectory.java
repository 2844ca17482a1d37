package net.facteur.server.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;

/// Where Dovecot's settings lie, and our files among them. None but ours is ever written.
///
/// @param path usually `/etc/dovecot`
/// @param libraries usually `/usr/lib/dovecot`
public record DovecotDirectory(Path path, Path libraries, DovecotPrograms programs) {
  private static final String DOVECOT = "/usr/sbin/dovecot";
  private static final String DOVECONF = "/usr/bin/doveconf";
  private static final String DOVEADM = "/usr/bin/doveadm";
  private static final String SIEVEC = "/usr/bin/sievec";

  /// Where Debian has them.
  public static DovecotDirectory at(Path path) {
    return new DovecotDirectory(path, Path.of("/usr/lib/dovecot"), DovecotPrograms.HERE);
  }

  /// What is there.
  public sealed interface Present {
    /// No Dovecot.
    record Nothing() implements Present {}

    /// One whose settings nobody here knows.
    record Unknown(String version) implements Present {}

    /// One that can be joined.
    ///
    /// @param baseDirectory where its sockets are
    /// @param group that of its own processes
    record Known(InstalledDovecot dovecot, Path baseDirectory, String group) implements Present {}

    /// Its settings are wrong already.
    record Broken(String said) implements Present {}
  }

  /// What became of a change.
  public sealed interface Outcome {
    /// All was so already.
    record Unchanged() implements Outcome {}

    /// @param files those that were written or taken away
    record Changed(List<Path> files) implements Outcome {}

    /// Dovecot does not take it; everything is as it was.
    record Refused(String said) implements Outcome {}

    /// The files in `conf.d` are not read by `dovecot.conf`; everything is as it was.
    record NotRead() implements Outcome {}
  }

  private Path main() {
    return path.resolve("dovecot.conf");
  }

  /// Looks what is there.
  public Present look() throws IOException {
    if (!Files.exists(libraries)) {
      return new Present.Nothing();
    }
    DovecotPrograms.Ran version;
    try {
      version = programs.run(DOVECOT, "--version");
    } catch (IOException _) {
      return new Present.Nothing();
    }
    Optional<DovecotRelease> release = DovecotRelease.of(version.said());
    if (release.isEmpty()) {
      return new Present.Unknown(version.said().lines().findFirst().orElse("?"));
    }
    DovecotPrograms.Ran values =
        programs.run(DOVECONF, "-c", main().toString(), "-h", "base_dir", "default_internal_group");
    List<String> lines = values.said().lines().toList();
    if (!values.well() || lines.size() < 2) {
      return new Present.Broken(values.said());
    }
    return new Present.Known(
        InstalledDovecot.in(release.get(), libraries),
        Path.of(lines.get(lines.size() - 2)),
        lines.getLast());
  }

  /// Where a program of this machine gets to one of its services, such as `localhost:143`.
  ///
  /// @param usual the port where its settings do not say
  String place(String service, String listener, int usual) throws IOException {
    String listen = value("listen").orElse("*");
    List<String> addresses =
        Stream.of(listen.split("[, ]+")).map(RoundcubeJoint::host).distinct().toList();
    String host = addresses.contains("localhost") ? "localhost" : addresses.getFirst();
    String port =
        value("service/" + service + "/inet_listener/" + listener + "/port")
            .filter(text -> text.matches("[1-9][0-9]{0,4}"))
            .orElse(Integer.toString(usual));
    return host + ":" + port;
  }

  private Optional<String> value(String setting) throws IOException {
    DovecotPrograms.Ran ran = programs.run(DOVECONF, "-c", main().toString(), "-h", setting);
    return ran.well()
        ? ran.said().lines().reduce((_, last) -> last).filter(line -> !line.isBlank())
        : Optional.empty();
  }

  /// True where rules can be edited by mail programs.
  boolean managesieve() {
    return InstalledDovecot.Part.MANAGESIEVE.isIn(libraries);
  }

  /// True where something of ours is there.
  public boolean joined() {
    return Files.exists(path.resolve(DovecotConfiguration.LAST));
  }

  /// Writes the files, has Dovecot check them, and puts everything back where it complains. What is
  /// there of ours and not among them goes.
  ///
  /// @param group that of Dovecot's own processes
  public Outcome write(List<DovecotFile> files, String group) throws IOException {
    Map<Path, Optional<byte[]>> before = present();
    var changed = new ArrayList<Path>();
    try {
      if (!files.isEmpty()) {
        var ours = DurableDirectory.open(path.resolve(DovecotConfiguration.OURS));
        ours.make();
        ours.giveGroup(group);
        DurableDirectory.open(path.resolve("conf.d")).make();
      }
      for (DovecotFile file : files) {
        if (write(file)) {
          changed.add(path.resolve(file.name()));
        }
      }
      for (String name : DovecotConfiguration.names()) {
        boolean wanted = files.stream().anyMatch(file -> file.name().equals(name));
        if (!wanted && Files.deleteIfExists(path.resolve(name))) {
          changed.add(path.resolve(name));
        }
      }
      if (changed.isEmpty()) {
        return new Outcome.Unchanged();
      }
      Optional<Outcome> refused = check(!files.isEmpty());
      if (refused.isPresent()) {
        restore(before);
        return refused.get();
      }
      sweep();
      return new Outcome.Changed(changed);
    } catch (IOException | RuntimeException e) {
      restore(before);
      throw e;
    }
  }

  /// Writes files for a Dovecot elsewhere, into a directory that it will be brought from. What is
  /// there of ours and not among them goes.
  ///
  /// @return those that were written
  public static List<Path> export(Path directory, List<DovecotFile> files) throws IOException {
    var out = new DovecotDirectory(directory, directory, DovecotPrograms.HERE);
    DurableDirectory.secret(directory).make();
    var written = new ArrayList<Path>();
    for (DovecotFile file : files) {
      if (out.write(file)) {
        written.add(directory.resolve(file.name()));
      }
    }
    for (String name : DovecotConfiguration.names()) {
      if (files.stream().noneMatch(file -> file.name().equals(name))) {
        Files.deleteIfExists(directory.resolve(name));
      }
    }
    out.sweep();
    return written;
  }

  private boolean write(DovecotFile file) throws IOException {
    Path at = path.resolve(file.name());
    byte[] octets = file.text().getBytes(StandardCharsets.UTF_8);
    if (Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)
        && Arrays.equals(Files.readAllBytes(at), octets)) {
      return false;
    }
    Path above = at.getParent();
    if (above != null) {
      DurableDirectory.open(above).make();
    }
    new DurableFile(at, file.access()).replace(octets);
    return true;
  }

  private Map<Path, Optional<byte[]>> present() throws IOException {
    var all = new LinkedHashMap<Path, Optional<byte[]>>();
    for (String name : DovecotConfiguration.names()) {
      Path at = path.resolve(name);
      all.put(at, Files.isRegularFile(at) ? Optional.of(Files.readAllBytes(at)) : Optional.empty());
    }
    return all;
  }

  private static void restore(Map<Path, Optional<byte[]>> before) throws IOException {
    for (Map.Entry<Path, Optional<byte[]>> each : before.entrySet()) {
      if (each.getValue().isPresent()) {
        DurableFile.open(each.getKey()).replace(each.getValue().get());
      } else {
        Files.deleteIfExists(each.getKey());
      }
    }
  }

  /// What Dovecot has against its settings, and the compiler of rules against ours.
  private Optional<Outcome> check(boolean ours) throws IOException {
    DovecotPrograms.Ran shown = programs.run(DOVECONF, "-n", "-x", "-c", main().toString());
    if (!shown.well()) {
      return Optional.of(new Outcome.Refused(shown.said()));
    }
    if (ours && !shown.said().contains(path.resolve(DovecotConfiguration.SCRIPT).toString())) {
      return Optional.of(new Outcome.NotRead());
    }
    for (String rule : DovecotConfiguration.rules()) {
      Path at = path.resolve(rule);
      if (ours && Files.exists(at)) {
        DovecotPrograms.Ran compiled =
            programs.run(
                SIEVEC,
                "-c",
                main().toString(),
                "-x",
                "+vnd.dovecot.pipe +vnd.dovecot.environment +imapsieve",
                at.toString());
        if (!compiled.well()) {
          return Optional.of(new Outcome.Refused(compiled.said()));
        }
      }
    }
    return Optional.empty();
  }

  /// Takes compiled rules away whose source is gone, and directories that are empty.
  private void sweep() throws IOException {
    for (String rule : DovecotConfiguration.rules()) {
      if (!Files.exists(path.resolve(rule))) {
        Files.deleteIfExists(path.resolve(rule.replaceAll("sieve$", "svbin")));
      }
    }
    for (String directory : List.of(DovecotConfiguration.LEARN, DovecotConfiguration.OURS)) {
      Path at = path.resolve(directory);
      if (Files.isDirectory(at)) {
        try (var within = Files.list(at)) {
          if (within.findAny().isPresent()) {
            continue;
          }
        }
        Files.delete(at);
      }
    }
  }

  /// Has a running Dovecot read its settings again.
  ///
  /// @return what it said; empty where it went well
  public Optional<String> reload() throws IOException {
    DovecotPrograms.Ran ran = programs.run(DOVEADM, "-c", main().toString(), "reload");
    return ran.well() ? Optional.empty() : Optional.of(ran.said());
  }
}
