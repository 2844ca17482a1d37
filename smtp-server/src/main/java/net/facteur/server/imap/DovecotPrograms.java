package net.facteur.server.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs the programs of Dovecot.
///
/// @param before words that stand before each command, such as `chroot DIRECTORY`
public record DovecotPrograms(List<String> before) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_SAID = 256 * 1024;

  /// Those of this machine.
  public static final DovecotPrograms HERE = new DovecotPrograms(List.of());

  public DovecotPrograms {
    before = List.copyOf(before);
  }

  /// What a program said on both outputs, and its exit code.
  public record Ran(int code, String said) {
    public boolean well() {
      return code == 0;
    }
  }

  /// @throws IOException where there is no such program, or it took too long
  Ran run(String... words) throws IOException {
    List<String> line = Stream.concat(before.stream(), Stream.of(words)).toList();
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    Thread killer = Thread.ofVirtual().start(() -> endLate(process));
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readNBytes(MAX_SAID), StandardCharsets.UTF_8);
      out.transferTo(OutputStream.nullOutputStream());
      return new Ran(process.waitFor(), said.strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      killer.interrupt();
      process.destroyForcibly();
    }
  }

  private static void endLate(Process process) {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      // It has ended by itself.
    }
  }
}
