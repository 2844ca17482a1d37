package net.facteur.server.filter.clamav;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static net.facteur.server.filter.FilteredMessages.inbound;
import static net.facteur.server.filter.FilteredMessages.lines;
import static net.facteur.server.filter.FilteredMessages.outbound;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Verdict;
import net.facteur.server.filter.daemon.FakeDaemon;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClamavTest {
  private static final String FROM = "From: alice@example.com\r\n";

  private final List<FakeDaemon> daemons = new ArrayList<>();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  @TempDir private Path directory;

  @AfterEach
  void close() throws IOException {
    for (FakeDaemon daemon : daemons) {
      daemon.close();
    }
  }

  /// One that hears a stream to its end, and says this.
  private FakeDaemon saying(String answer) {
    var daemon =
        new FakeDaemon(
            connection -> {
              var in = new DataInputStream(connection.getInputStream());
              var all = new StringBuilder(new String(in.readNBytes(10), ISO_8859_1));
              for (int n = in.readInt(); n > 0; n = in.readInt()) {
                all.append(new String(in.readNBytes(n), UTF_8));
              }
              heard.add(all.toString());
              connection.getOutputStream().write(answer.getBytes(UTF_8));
            });
    daemons.add(daemon);
    return daemon;
  }

  private Verdict judge(FakeDaemon daemon, String settings, FilteredMessage message) {
    try {
      Path file = directory.resolve("mail.conf");
      Files.writeString(
          file,
          "hostname = mail.example.org\nfilter.clamav.address = \""
              + daemon.address().text()
              + "\"\n"
              + settings);
      return switch (Reference.loader(Map.of(), Optional.empty()).load(file)) {
        case LoadedSettings.Good(Settings good) ->
            new Clamav(
                    ClamavSettings.from(good).orElseThrow(),
                    Executors.newVirtualThreadPerTaskExecutor(),
                    System::nanoTime)
                .judge(message)
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
      };
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static FilteredMessage mail() {
    return inbound(FROM, "a body\r\n", "bob@example.org");
  }

  @Test
  void itHearsHeaderAndBody() {
    Verdict verdict = judge(saying("stream: OK\0"), "", mail());
    assertEquals(List.of("zINSTREAM\0" + FROM + "\r\na body\r\n"), heard);
    assertEquals("pass", verdict.handling().word());
    assertEquals(List.of("X-Virus-Status: Clean"), lines(verdict));
    assertTrue(verdict.removed().contains("x-virus-status"));
  }

  @ParameterizedTest
  @CsvSource({"refuse, reject", "quarantine, quarantine"})
  void aVirusLeadsToWhatTheSettingsSay(String setting, String word) {
    Verdict verdict =
        judge(
            saying("stream: Eicar-\u001b[31mTest FOUND\0"),
            "filter.clamav.found = " + setting,
            mail());
    assertEquals(word, verdict.handling().word());
    assertEquals("found Eicar-?[31mTest", verdict.facts().getFirst().detail());
    assertEquals("clamav found Eicar-?[31mTest", verdict.handling().reason());
    switch (verdict.handling()) {
      case Handling.Reject(var reply, var cause, _) -> {
        assertEquals(554, reply.code());
        assertFalse(reply.text().contains("Eicar"), "a stranger learns no name");
        assertEquals(Handling.Cause.VIRUS, cause);
      }
      case Handling.Quarantine(var cause, _) -> assertEquals(Handling.Cause.VIRUS, cause);
      case Handling.Pass _, Handling.Junk _, Handling.Hold _, Handling.Defer _ ->
          throw new AssertionError(verdict.handling());
    }
  }

  @Test
  void mailOfUsersIsRefusedToo() {
    Verdict verdict =
        judge(
            saying("stream: Eicar FOUND\0"), "", outbound(FROM, "a body\r\n", "carol@example.net"));
    assertEquals("reject", verdict.handling().word());
    assertTrue(verdict.changesNothing());
  }

  @ParameterizedTest
  @CsvSource({"accept, pass", "junk, junk", "quarantine, quarantine", "refuse, reject"})
  void whatHasAPasswordIsSaidToBeSo(String setting, String word) {
    Verdict verdict =
        judge(
            saying("stream: Heuristics.Encrypted.Zip FOUND\0"),
            "filter.clamav.encrypted = " + setting,
            mail());
    assertEquals(word, verdict.handling().word());
    assertEquals(List.of("X-Virus-Status: Not scanned, reason=encrypted"), lines(verdict));
    assertEquals(
        "cannot look into it: Heuristics.Encrypted.Zip", verdict.facts().getFirst().detail());
  }

  @ParameterizedTest
  @CsvSource({"accept, pass", "quarantine, quarantine", "refuse, reject"})
  void whatIsTooLargeForUsIsNotAskedAbout(String setting, String word) {
    Verdict verdict =
        judge(
            saying("stream: OK\0"),
            "filter.clamav.size-limit = 1KiB\nfilter.clamav.too-large = " + setting,
            inbound(FROM, "x".repeat(1024), "bob@example.org"));
    assertEquals(word, verdict.handling().word());
    assertEquals(List.of("X-Virus-Status: Not scanned, reason=too-large"), lines(verdict));
    assertEquals(List.of(), heard);
  }

  @Test
  void whatIsTooLargeForItIsMarked() {
    var daemon =
        new FakeDaemon(
            connection -> {
              var _ = connection.getInputStream().readNBytes(100);
              connection
                  .getOutputStream()
                  .write("INSTREAM size limit exceeded. ERROR\0".getBytes(UTF_8));
              connection.shutdownOutput();
              connection.getInputStream().skip(Long.MAX_VALUE);
            });
    daemons.add(daemon);
    Verdict verdict = judge(daemon, "", inbound(FROM, "x".repeat(100_000), "bob@example.org"));
    assertEquals(List.of("X-Virus-Status: Not scanned, reason=too-large"), lines(verdict));
    assertEquals(
        "did not look at it: the message is larger than StreamMaxLength of clamd.conf",
        verdict.facts().getFirst().detail());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "stream: OK", "stream: Can't allocate memory ERROR\0", "?\0", "OK FOUND\0"})
  void anAnswerThatIsNoneMarksTheMessageOrHasItWait(String answer) {
    Verdict verdict = judge(saying(answer), "", mail());
    assertEquals("pass", verdict.handling().word());
    assertEquals(List.of("X-Virus-Status: Not scanned, reason=no-answer"), lines(verdict));
    assertInstanceOf(
        Handling.Defer.class,
        judge(saying(answer), "filter.clamav.when-down = defer", mail()).handling());
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedFor() {
    var never = new Semaphore(0);
    var daemon = new FakeDaemon(_ -> never.acquire());
    daemons.add(daemon);
    Verdict verdict = judge(daemon, "filter.clamav.time-limit = 200ms", mail());
    assertEquals("did not answer: no answer within 200 ms", verdict.facts().getFirst().detail());
  }
}
