package net.facteur.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A Debian of its own in a directory, without a kernel: for what can be tried only on a machine
/// that has nothing yet. Needs root.
final class DebianTree implements AutoCloseable {
  private static final Path SCRIPTS = Path.of("src/test/resources/debian").toAbsolutePath();

  private final Path path;

  /// Keeps the namespaces of the tree: its first child is the first process in them.
  private Optional<Process> booted = Optional.empty();

  private DebianTree(Path path) {
    this.path = path;
  }

  /// A fresh copy of the base of a release, with systemd. The base is fetched once.
  static DebianTree fresh(String release, Path directory) throws IOException {
    Path base = Path.of("target/debian", release).toAbsolutePath();
    if (!Files.exists(base)) {
      Path fetched = base.resolveSibling(release + ".new");
      Command.patiently("rm", "-rf", "--one-file-system", fetched.toString()).succeeded();
      Files.createDirectories(fetched);
      Command.patiently(
              Program.DEBOOTSTRAP.path(),
              "--variant=minbase",
              "--include=systemd,man-db",
              release,
              fetched.toString())
          .succeeded();
      Files.move(fetched, base);
    }
    return copy(base, directory);
  }

  /// A copy of a tree that is there already.
  static DebianTree copy(Path tree, Path directory) throws IOException {
    Path copy = directory.resolve(tree.getFileName());
    Command.patiently("cp", "-a", tree.toString(), copy.toString()).succeeded();
    return new DebianTree(copy);
  }

  Path path() {
    return path;
  }

  /// Puts files into the home directory of root.
  void bring(List<Path> files) throws IOException {
    for (Path file : files) {
      Command.run("cp", file.toString(), path.resolve("root").toString()).succeeded();
    }
  }

  /// Runs a shell script with the network and the proxies of this machine, while nothing else runs
  /// in the tree.
  Command enter(String script) throws IOException {
    return Command.atLeisure("sh", SCRIPTS.resolve("enter").toString(), path.toString(), script);
  }

  /// Keeps it for daemons that scripts start, without systemd, with the network of this machine.
  void hold() throws Exception {
    Path log = launch("hold");
    Await.until(
        () -> Files.readString(log),
        () -> first().isPresent() && run("test -e /run/held").exitCode() == 0);
  }

  /// Starts its systemd, with a network that has nobody else.
  void boot() throws Exception {
    boot(Optional.empty());
  }

  /// Starts its systemd, with a network that is there already.
  void boot(Path network) throws Exception {
    boot(Optional.of(network));
  }

  private void boot(Optional<Path> network) throws Exception {
    Path log = launch("boot", network.map(Path::toString).orElse(""));
    Await.until(
        () -> Files.readString(log),
        () -> {
          if (first().isEmpty()) {
            return false;
          }
          String state = run("systemctl is-system-running || true").output().strip();
          return state.equals("running") || state.equals("degraded");
        });
  }

  private Path launch(String script, String... more) throws IOException {
    Path log = path.resolveSibling(path.getFileName() + ".log");
    var line = new ArrayList<>(List.of("sh", SCRIPTS.resolve(script).toString(), path.toString()));
    line.addAll(List.of(more));
    booted =
        Optional.of(
            new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    return log;
  }

  /// Runs a shell script in the booted system, or in the tree that is held.
  Command run(String script) throws IOException {
    var line =
        new ArrayList<>(
            List.of(
                "nsenter",
                "-t",
                Long.toString(first().orElseThrow()),
                "-m",
                "-p",
                "-n",
                "-i",
                "-u",
                "-C"));
    line.addAll(List.of("-r", "-w", "--", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
    line.addAll(
        List.of("HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "sh", "-ec"));
    line.add(script);
    return Command.patiently(line.toArray(String[]::new));
  }

  /// The first process of the tree, as this machine numbers it.
  private Optional<Long> first() {
    return booted.stream()
        .flatMap(process -> process.toHandle().children())
        .map(ProcessHandle::pid)
        .findFirst();
  }

  @Override
  public void close() throws IOException {
    booted.ifPresent(
        process -> {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
          process.onExit().join();
        });
    Command.patiently("rm", "-rf", "--one-file-system", path.toString()).succeeded();
  }
}
