package net.facteur.server.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices.Notice;

/// A program of the administrator: it gets the subject as its one argument, and the text on its
/// standard input. Nothing that strangers sent reaches a shell.
///
/// @param program without arguments
/// @param patience after which it is ended
public record CommandWay(Path program, Language language, Duration patience) implements AlertWay {
  /// How long a program may take.
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "command";
  }

  @Override
  public void send(Notice notice) throws IOException {
    Process process =
        new ProcessBuilder(program.toString(), notice.subject().in(language))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      try (var in = process.getOutputStream()) {
        in.write((notice.text().in(language) + "\n").getBytes(UTF_8));
      } catch (IOException _) {
        // It may well not read what it is told; what counts is how it ends.
      }
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(program + " did not end within " + patience.toSeconds() + " seconds");
      }
      if (process.exitValue() != 0) {
        throw new IOException(program + " ended with " + process.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
