package net.facteur.it;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The server of `example.org` as a process of its own, which can be killed.
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Starts the server and returns once it takes connections.
  ///
  /// @param prefix what the command line begins with, such as a shell that sets limits
  static ServerProcess start(Site site, InetSocketAddress submission, String... prefix)
      throws Exception {
    return start(classPath(), site, submission, List.of(prefix), List.of("-Xmx256m"));
  }

  /// Starts the server with options of Java, and returns once it takes connections.
  static ServerProcess startWith(Site site, InetSocketAddress submission, List<String> options)
      throws Exception {
    return start(classPath(), site, submission, List.of(), options);
  }

  /// Starts the server as another user.
  ///
  /// @param classes a directory of what the class path holds, which that user may read
  static ServerProcess startAs(String user, Path classes, Site site, InetSocketAddress submission)
      throws Exception {
    try (Stream<Path> all = Files.list(classes)) {
      String path = all.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
      return start(
          path,
          site,
          submission,
          List.of("setpriv", "--reuid=" + user, "--clear-groups", "--"),
          List.of("-Xmx256m"));
    }
  }

  private static ServerProcess start(
      String classes,
      Site site,
      InetSocketAddress submission,
      List<String> prefix,
      List<String> options)
      throws Exception {
    var command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            classes,
            "net.facteur.server.cli.Facteur",
            "run",
            "-c",
            site.configuration().toString()));
    Path log = site.directory().resolve("server.log");
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(k -> k.startsWith("DKIM_SELECTOR"));
    var server = new ServerProcess(builder.start(), log);
    try {
      Await.until(server::log, () -> server.listens(submission));
    } catch (Exception | AssertionError e) {
      server.close();
      throw e;
    }
    return server;
  }

  /// Where this very test's classes come from. Some test runners load them by a loader of theirs.
  static String classPath() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  private boolean listens(InetSocketAddress address) {
    if (!process.isAlive()) {
      throw new AssertionError("the server ended: " + log());
    }
    try (var socket = new Socket()) {
      socket.connect(address, 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// All that the server said.
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// The most memory that the process ever had, in octets, as the kernel counts it.
  long mostMemory() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException e) {
      throw new AssertionError("the server has ended: " + log(), e);
    }
  }

  /// What `jcmd` says of the process.
  String jcmd(String... words) throws IOException {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    line.add(Long.toString(process.pid()));
    line.addAll(List.of(words));
    return Command.run(line.toArray(String[]::new)).succeeded();
  }

  /// What the process has used of processors so far.
  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// The memory of the process now, in octets: its share of what the kernel holds (PSS).
  long memory() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "smaps_rollup"))
        .stream()
        .filter(line -> line.startsWith("Pss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .sum();
  }

  /// Sends a signal such as `HUP`.
  void signal(String name) throws IOException {
    Command sent = Command.run("/bin/sh", "-c", "kill -" + name + " " + process.pid());
    if (sent.exitCode() != 0) {
      throw new IOException(sent.output());
    }
  }

  /// Waits for the end of the process.
  ///
  /// @return the exit code
  int exit() throws Exception {
    Await.until(this::log, () -> !process.isAlive());
    return process.exitValue();
  }

  /// What kill -9 does.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Asks the server to stop, and waits.
  @Override
  public void close() {
    Command.stop(process);
  }
}
