package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Text;

/// A server of the trial: `facteur run -c FILE` as a process of its own.
final class ServerProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int LOG_TAIL = 20;

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread pump;

  private ServerProcess(String name, Process process, Path log, Thread pump) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.pump = pump;
  }

  /// Starts the server.
  ///
  /// @param launcher the command that starts this program, without arguments
  /// @param configuration its settings file
  /// @param log where its output goes
  /// @param listener told of each step that the log has
  static ServerProcess start(
      String name, List<String> launcher, Path configuration, Path log, Consumer<LogEvent> listener)
      throws IOException {
    var command = new ArrayList<>(launcher);
    command.addAll(List.of("run", "-c", configuration.toString()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    // What pins a selector for the surrounding shell must not reach the trial.
    builder.environment().keySet().removeIf(k -> k.startsWith("DKIM_SELECTOR"));
    Process process = builder.start();
    process.getOutputStream().close();
    Thread pump = Thread.ofVirtual().name("log-" + name).start(() -> pump(process, log, listener));
    return new ServerProcess(name, process, log, pump);
  }

  private static void pump(Process process, Path log, Consumer<LogEvent> listener) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        var out = Files.newBufferedWriter(log)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
        LogEvent.parse(line).ifPresent(listener);
      }
    } catch (IOException _) {
      // The pipe closes under the reader's hands when the process is stopped.
    }
  }

  /// Waits until each address takes connections.
  ///
  /// @throws IOException where the server ends or is too slow, with the last lines of its log
  void awaitListening(List<InetSocketAddress> addresses) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    for (InetSocketAddress address : addresses) {
      while (!listens(address)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new ToldException(Text.lines(List.of(SAY.notStarted(name), Text.of(tail()))));
        }
        Thread.sleep(POLL);
      }
    }
  }

  private static boolean listens(InetSocketAddress address) {
    try (var socket = new Socket()) {
      socket.connect(address, 1_000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private String tail() throws IOException, InterruptedException {
    pump.join(Duration.ofSeconds(1));
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /// Asks the server to stop, which it does after the work in hand; insists after a while.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      pump.join(Duration.ofSeconds(2));
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
