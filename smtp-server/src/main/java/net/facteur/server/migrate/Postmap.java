package net.facteur.server.migrate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Asks `postmap -s` of this machine, which reads and changes nothing.
public final class Postmap implements DatabaseDump {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// What each type adds to the name of its file.
  private static final Set<String> ENDINGS = Set.of(".db", ".lmdb", ".cdb", ".dir", "");

  @Override
  public List<String> lines(String name) {
    String file = name.substring(name.indexOf(':') + 1);
    if (ENDINGS.stream().noneMatch(end -> Files.isRegularFile(Path.of(file + end)))) {
      return List.of();
    }
    try {
      Process process =
          new ProcessBuilder("postmap", "-s", name)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      var deadline =
          CompletableFuture.runAsync(
              process::destroyForcibly,
              CompletableFuture.delayedExecutor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      try (InputStream out = process.getInputStream()) {
        byte[] octets = out.readNBytes((int) OldTree.OCTETS_MAX);
        boolean whole = out.read() < 0 && process.waitFor() == 0;
        return whole ? new String(octets, StandardCharsets.ISO_8859_1).lines().toList() : List.of();
      } finally {
        deadline.cancel(false);
        process.destroyForcibly();
      }
    } catch (IOException _) {
      return List.of();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
