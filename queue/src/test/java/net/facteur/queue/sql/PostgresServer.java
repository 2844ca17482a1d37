package net.facteur.queue.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.facteur.queue.PostgresSettings;

/// A real PostgreSQL server of our own on loopback, with a fresh database for whoever asks. Nothing
/// here is about what PostgreSQL keeps when the power fails, so it does not wait for the disk.
final class PostgresServer implements AutoCloseable {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

  private final Path directory;
  private final Process process;
  private final int port;
  private final AtomicInteger databases = new AtomicInteger();

  private PostgresServer(Path directory, Process process, int port) {
    this.directory = directory;
    this.process = process;
    this.port = port;
  }

  /// The newest installed one, empty where there is none.
  ///
  /// @throws IllegalStateException where there is none and CI wants one
  static Optional<PostgresServer> start() throws IOException, InterruptedException {
    Optional<Path> programs = programs();
    if (programs.isEmpty()) {
      System.out.println("not run: apt-get install postgresql");
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException("PostgreSQL is missing");
      }
      return Optional.empty();
    }
    Path directory = Files.createTempDirectory("facteur-postgres");
    var lender = new ProcessBuilder(command("true")).inheritIO();
    boolean root = System.getProperty("user.name", "").equals("root");
    if (root) {
      // The server refuses to run as root.
      run(List.of("chown", "postgres", directory.toString()), lender);
    }
    Path data = directory.resolve("data");
    run(
        command(
            programs.get().resolve("initdb").toString(),
            "-D",
            data.toString(),
            "-U",
            "facteur",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync"),
        new ProcessBuilder().redirectOutput(ProcessBuilder.Redirect.DISCARD));
    int port = freePort();
    Process process =
        new ProcessBuilder(
                command(
                    programs.get().resolve("postgres").toString(),
                    "-D",
                    data.toString(),
                    "-h",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(port),
                    "-k",
                    "",
                    "-c",
                    "shared_buffers=32MB",
                    "-c",
                    "fsync=off",
                    "-c",
                    "full_page_writes=off",
                    "-c",
                    "autovacuum=off"))
            .redirectErrorStream(true)
            .redirectOutput(Files.createTempFile("facteur-postgres", ".log").toFile())
            .start();
    var server = new PostgresServer(directory, process, port);
    server.await();
    return Optional.of(server);
  }

  private static Optional<Path> programs() throws IOException {
    if (!Files.isDirectory(VERSIONS)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(v -> v.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.comparing(Path::toString));
    }
  }

  private static List<String> command(String... words) {
    var command = new ArrayList<String>();
    if (System.getProperty("user.name", "").equals("root")) {
      command.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    command.addAll(List.of(words));
    return command;
  }

  private static void run(List<String> command, ProcessBuilder builder)
      throws IOException, InterruptedException {
    Process process = builder.command(command).redirectErrorStream(true).start();
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException(command.getFirst() + " failed");
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void await() throws IOException, InterruptedException {
    for (int i = 0; i < 1200; i++) {
      try (Connection connection = DriverManager.getConnection(url("postgres"))) {
        if (connection.isValid(10)) {
          return;
        }
      } catch (SQLException e) {
        if (!process.isAlive()) {
          throw new IOException("PostgreSQL ended at once", e);
        }
        Thread.sleep(50);
      }
    }
    throw new IOException("PostgreSQL does not answer");
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=facteur";
  }

  /// A database that nobody has used.
  PostgresSettings database(Duration lease) {
    String name = "queue" + databases.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(url("postgres"));
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return new PostgresSettings(url(name), Optional.empty(), Optional.empty(), lease);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(1, TimeUnit.MINUTES);
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
