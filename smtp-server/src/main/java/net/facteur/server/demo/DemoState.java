package net.facteur.server.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;

/// What a demo leaves for its other commands: who runs, the authority's certificate, and the last
/// message that arrived.
///
/// @param directory mode 0700
record DemoState(Path directory) {
  /// The usual place, `$XDG_STATE_HOME/facteur/demo`.
  static Path usual(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isEmpty()
            ? Path.of(environment.getOrDefault("HOME", "."), ".local", "state")
            : Path.of(state);
    return base.resolve("facteur").resolve("demo").toAbsolutePath();
  }

  /// The state in `directory`, which is made where it is missing.
  static DemoState in(Path directory) throws IOException {
    DurableDirectory.secret(directory).make();
    return new DemoState(directory);
  }

  private Path pids() {
    return directory.resolve("running");
  }

  private Path last() {
    return directory.resolve("last.eml");
  }

  /// Where the certificate of the throw-away authority lies.
  Path authority() {
    return directory.resolve("ca.pem");
  }

  /// The process of a demo that runs already.
  Optional<Long> running() throws IOException {
    if (!Files.exists(pids())) {
      return Optional.empty();
    }
    return Files.readAllLines(pids()).stream()
        .limit(1)
        .filter(line -> line.matches("[0-9]{1,9}"))
        .map(Long::valueOf)
        .filter(pid -> ProcessHandle.of(pid).filter(DemoState::isJava).isPresent())
        .findFirst();
  }

  private static boolean isJava(ProcessHandle process) {
    return process.info().command().filter(c -> c.endsWith("java")).isPresent();
  }

  /// Notes that this process and its children run.
  void started(long self, List<Long> children) throws IOException {
    var lines = new java.util.ArrayList<String>();
    lines.add(Long.toString(self));
    children.forEach(c -> lines.add(Long.toString(c)));
    DurableFile.secret(pids()).replace(String.join("\n", lines) + "\n");
  }

  void ended() throws IOException {
    Files.deleteIfExists(pids());
  }

  /// Keeps `message` as the last one.
  void arrived(ArrivedMessage message) throws IOException {
    DurableFile.secret(last()).replace(message.octets());
  }

  /// The last message that arrived, in this run or the one before.
  Optional<byte[]> lastMessage() throws IOException {
    return Files.exists(last()) ? Optional.of(Files.readAllBytes(last())) : Optional.empty();
  }
}
