package net.facteur.server.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.text.StrangerText;

/// A program that changes a zone, as a process of its own: with the changes as its input and next
/// to nothing in its environment.
///
/// @param file what is run
/// @param patience how long it may take; it is killed then
record ZoneProgram(Path file, Duration patience) implements CommandPublisher.Program {
  static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int MAX_SAID = 4096;
  private static final int MAX_REASON = 300;

  @Override
  public Optional<String> run(DomainName zone, List<String> lines) throws IOException {
    var builder = new ProcessBuilder(file.toString()).redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", "/usr/local/bin:/usr/bin:/bin",
                "LC_ALL", "C.UTF-8",
                "FACTEUR_ZONE", zone.text()));
    Path home = file.getParent();
    if (home != null) {
      builder.directory(home.toFile());
    }
    Process process = builder.start();
    Thread killer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                      process.descendants().forEach(ProcessHandle::destroyForcibly);
                      process.destroyForcibly();
                    }
                  } catch (InterruptedException _) {
                    process.destroyForcibly();
                  }
                });
    try {
      Thread.ofVirtual().start(() -> tell(process, lines));
      String said = said(process);
      int code = process.waitFor();
      return code == 0 ? Optional.empty() : Optional.of(reason(code, said));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      killer.interrupt();
    }
  }

  private static void tell(Process process, List<String> lines) {
    try (OutputStream in = process.getOutputStream()) {
      in.write((String.join("\n", lines) + "\n").getBytes(UTF_8));
    } catch (IOException _) {
      // It did not read: its exit code says what that means.
    }
  }

  /// The end of what it said.
  private static String said(Process process) throws IOException {
    var tail = new byte[0];
    try (InputStream out = process.getInputStream()) {
      for (byte[] part = out.readNBytes(MAX_SAID);
          part.length > 0;
          part = out.readNBytes(MAX_SAID)) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(tail);
        both.writeBytes(part);
        byte[] all = both.toByteArray();
        tail = Arrays.copyOfRange(all, Math.max(0, all.length - MAX_SAID), all.length);
      }
    }
    return new String(tail, UTF_8);
  }

  /// What it said last, cleaned: providers put much into their answers.
  private static String reason(int code, String said) {
    List<String> lines = said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    String last = lines.isEmpty() ? "" : lines.getLast();
    String shown =
        StrangerText.of(last.substring(0, Math.min(last.length(), MAX_REASON))).onTerminal();
    return "it ended with " + code + (shown.isEmpty() ? "" : ": " + shown);
  }
}
