package net.facteur.server.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed between a copy in a Maildir and the record of it, again and again,
/// leaves one copy of each message in each mailbox, while a reader takes them out of `new`.
class KilledDeliveryTest {
  private static final int MESSAGES = 8;
  private static final List<String> BOXES =
      List.of("alice/Maildir", "bob/Maildir", "carol/Maildir/.Junk");

  @TempDir private Path directory;

  @Test
  void aKillBetweenACopyAndItsRecordDoublesNothing() throws IOException, InterruptedException {
    for (int copies = 1; copies <= 5; copies++) {
      assertEquals(MaildirProcess.DIED, run(copies == 1 ? MESSAGES : 0, copies));
      if (copies % 2 == 0) {
        read();
      }
    }
    assertEquals(0, run(0, 0));
    List<String> wanted = IntStream.range(0, MESSAGES).mapToObj(i -> "Subject: m" + i).toList();
    for (String box : BOXES) {
      assertEquals(wanted, subjects(box), box);
    }
  }

  private int run(int messages, int copies) throws IOException, InterruptedException {
    Path errors = directory.resolve("errors");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                MaildirProcess.class.getName(),
                directory.toString(),
                Integer.toString(messages),
                Integer.toString(copies))
            .redirectErrorStream(true)
            .redirectOutput(errors.toFile())
            .start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertTrue(ended, () -> "does not end: " + errors);
    assertTrue(
        process.exitValue() == 0 || process.exitValue() == MaildirProcess.DIED,
        Files.readString(errors));
    return process.exitValue();
  }

  /// Where this test's classes come from. Some test runners load them by a loader of theirs.
  private static String classPath() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  /// What a mail program does with what is new.
  private void read() throws IOException {
    for (String box : BOXES) {
      for (Path file : files(box, "new")) {
        Path cur = directory.resolve("mail/example.org").resolve(box).resolve("cur");
        Files.move(file, cur.resolve(file.getFileName() + ":2,S"));
      }
    }
  }

  private List<String> subjects(String box) throws IOException {
    var all = new ArrayList<>(files(box, "new"));
    all.addAll(files(box, "cur"));
    var subjects = new ArrayList<String>();
    for (Path file : all) {
      Files.readAllLines(file).stream()
          .filter(line -> line.startsWith("Subject: "))
          .forEach(subjects::add);
    }
    subjects.sort(null);
    return subjects;
  }

  private List<Path> files(String box, String part) throws IOException {
    Path path = directory.resolve("mail/example.org").resolve(box).resolve(part);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(path)) {
      return list.toList();
    }
  }
}
