package net.facteur.server.filter.rspamd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static net.facteur.server.filter.FilteredMessages.inbound;
import static net.facteur.server.filter.FilteredMessages.lines;
import static net.facteur.server.filter.FilteredMessages.outbound;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
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
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.FilteredMessages;
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

class RspamdTest {
  private static final String FROM = "From: alice@example.com\r\nSubject: hello\r\n";
  private static final String BODY = "the end\r\n";

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<FakeDaemon> daemons = new ArrayList<>();
  @TempDir private Path directory;

  @AfterEach
  void close() throws IOException {
    for (FakeDaemon daemon : daemons) {
      daemon.close();
    }
  }

  private FakeDaemon daemon(FakeDaemon.Manner manner) {
    var daemon = new FakeDaemon(manner);
    daemons.add(daemon);
    return daemon;
  }

  /// One that answers like this once it has heard all.
  private FakeDaemon saying(String answer) {
    return daemon(
        connection -> {
          hear(connection);
          connection.getOutputStream().write(answer.getBytes(UTF_8));
        });
  }

  private void hear(Socket connection) throws IOException {
    asked.add(
        new String(FakeDaemon.readUntil(connection.getInputStream(), BODY.getBytes(UTF_8)), UTF_8));
  }

  private static String http(String json) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + json.length() + "\r\n\r\n" + json;
  }

  private static String json(String action, double score) {
    return "{\"action\":\""
        + action
        + "\",\"score\":"
        + score
        + ",\"required_score\":15.0,\"symbols\":{\"SMALL\":{\"score\":0.1},\"BIG\":{\"score\":7}}}";
  }

  private Rspamd rspamd(FakeDaemon daemon, String settings) {
    try {
      Path file = directory.resolve("mail.conf");
      Files.writeString(
          file,
          "hostname = mail.example.org\nfilter.rspamd.address = \""
              + daemon.address().text()
              + "\"\n"
              + settings);
      return switch (Reference.loader(Map.of(), Optional.empty()).load(file)) {
        case LoadedSettings.Good(Settings good) ->
            new Rspamd(
                "mail.example.org",
                RspamdSettings.from(good).orElseThrow(),
                ZoneResolver.of(
                    Map.of(
                        "7.2.0.192.in-addr.arpa", Map.of("PTR", List.of("mx.example")),
                        "mx.example", Map.of("A", List.of("192.0.2.7")))),
                Executors.newVirtualThreadPerTaskExecutor(),
                System::nanoTime);
        case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
      };
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Verdict judge(String answer, String settings, FilteredMessage message) {
    return judge(rspamd(saying(answer), settings), message);
  }

  private static Verdict judge(Rspamd rspamd, FilteredMessage message) {
    return rspamd.judge(message).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static FilteredMessage mail() {
    return inbound(FROM, BODY, "bob@example.org");
  }

  @ParameterizedTest
  @CsvSource({
    "no action, pass",
    "greylist, pass",
    "add header, junk",
    "rewrite subject, junk",
    "soft reject, defer",
    "reject, reject",
    "discard, quarantine",
    "tea, junk",
  })
  void eachActionLeadsToWhatIsUsual(String action, String word) {
    assertEquals(word, judge(http(json(action, 7.25)), "", mail()).handling().word());
  }

  @ParameterizedTest
  @CsvSource({"reject, reject", "add-header, add header", "greylist, greylist"})
  void anActionLeadsToWhatTheSettingsSay(String setting, String action) {
    for (String word : List.of("pass", "junk", "quarantine", "defer", "reject")) {
      assertEquals(
          word,
          judge(http(json(action, 7)), "filter.rspamd.actions." + setting + " = " + word, mail())
              .handling()
              .word());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7.25, 7.25",
    "0, 0.00",
    "-0.1, -0.10",
    "-0.001, 0.00",
    "15.999, 16.00",
    "0.05, 0.05",
    "1e300, 1000000000.00",
  })
  void aScoreHasTwoDecimals(double score, String shown) {
    assertEquals(shown, RspamdAnswer.number(score));
  }

  @Test
  void theMessageSaysWhatWasFound() {
    Verdict verdict = judge(http(json("add header", 7.25)), "", mail());
    assertEquals(
        List.of(
            "X-Spam-Score: 7.25",
            "X-Spam-Status: Yes, score=7.25 required=15.00 tests=[ BIG=7.00, SMALL=0.10]"),
        lines(verdict));
    assertTrue(verdict.removed().contains("x-spam-status"));
    assertEquals("rspamd", verdict.facts().getFirst().what());
    assertEquals(
        "says \"add header\", score 7.25 of 15.00: BIG=7.00, SMALL=0.10",
        verdict.facts().getFirst().detail());
  }

  @Test
  void rspamdIsToldOfTheTransaction() {
    judge(
        http(json("no action", 0)), "", inbound(FROM, BODY, "bob@example.org", "eve@example.org"));
    List<String> lines = asked.getFirst().lines().toList();
    assertEquals("POST /checkv2 HTTP/1.0", lines.getFirst());
    assertTrue(
        lines.containsAll(
            List.of(
                "MTA-Name: mail.example.org",
                "From: alice@example.com",
                "Rcpt: bob@example.org",
                "Rcpt: eve@example.org",
                "IP: 192.0.2.7",
                "Helo: mx.example",
                "Hostname: mx.example")),
        lines::toString);
    assertTrue(asked.getFirst().endsWith("\r\n\r\n" + FROM + "\r\n" + BODY));
  }

  @Test
  void aStrangerWritesNoFieldOfTheQuestion() {
    judge(
        http(json("no action", 0)),
        "",
        FilteredMessages.calling(mail(), "a\r\nUser: root\r\nSettings: {}\u0085x"));
    List<String> lines = asked.getFirst().split("\r\n\r\n", 2)[0].lines().toList();
    assertTrue(lines.contains("Helo: a  User: root  Settings: {}?x"), lines::toString);
    assertFalse(lines.stream().anyMatch(line -> line.startsWith("User:")), lines::toString);
  }

  @Test
  void fieldsThatRspamdWantsBeginWithX() {
    String json =
        """
        {"action":"no action","score":1,"required_score":15,"milter":{
         "add_headers":{"X-One":"a\\r\\nBcc: b","X-Two":{"value":"c","order":1},
          "X-Three":[{"value":"d"},"e"],"From":"mallory","Authentication-Results":"x"},
         "remove_headers":{"X-Odd":0,"Subject":0}}}\
        """;
    Verdict verdict = judge(http(json), "", mail());
    assertEquals(
        List.of("X-One: a Bcc: b", "X-Two: c", "X-Three: d", "X-Three: e"),
        lines(verdict).subList(2, 6));
    assertEquals(6, verdict.fields().size());
    assertTrue(verdict.removed().contains("x-odd"));
    assertFalse(verdict.removed().contains("subject"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "what?",
        "HTTP/1.1 500 Error\r\nContent-Length: 4\r\n\r\noops",
        "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"action\":\"no action\",\"score\":0,",
        "HTTP/1.1 200 OK\r\n\r\n{\"action\":\"no action\",\"score\":0,",
        "HTTP/1.1 200 OK\r\n\r\n[1,2,3]",
        "HTTP/1.1 200 OK\r\n\r\n{\"action\":7,\"score\":\"high\"}",
        "HTTP/1.1 200 OK\r\n\r\n{\"error\":\"no memory\"}",
      })
  void anAnswerThatIsNoneMarksTheMessage(String answer) {
    Verdict verdict = judge(answer, "", mail());
    assertEquals("pass", verdict.handling().word());
    assertEquals(List.of("X-Spam-Status: Unknown, reason=no-answer"), lines(verdict));
    assertTrue(verdict.facts().getFirst().detail().startsWith("did not answer: "));
    assertEquals(
        451,
        assertInstance(judge(answer, "filter.rspamd.when-down = defer", mail()).handling())
            .reply()
            .code());
  }

  private static Handling.Defer assertInstance(Handling handling) {
    return org.junit.jupiter.api.Assertions.assertInstanceOf(Handling.Defer.class, handling);
  }

  @Test
  void anAnswerWithoutEndIsNotListenedTo() {
    FakeDaemon endless =
        daemon(
            connection -> {
              hear(connection);
              connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
              while (true) {
                connection.getOutputStream().write(new byte[65_536]);
              }
            });
    Verdict verdict = judge(rspamd(endless, "filter.rspamd.time-limit = 60s"), mail());
    assertEquals(
        "did not answer: its answer is longer than 1048576 octets",
        verdict.facts().getFirst().detail());
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedFor() {
    var never = new Semaphore(0);
    FakeDaemon silent = daemon(_ -> never.acquire());
    Verdict verdict = judge(rspamd(silent, "filter.rspamd.time-limit = 200ms"), mail());
    assertEquals("did not answer: no answer within 200 ms", verdict.facts().getFirst().detail());
  }

  @Test
  void aDaemonThatIsSilentAgainAndAgainIsLeftAloneForAWhile() throws IOException {
    var times = new java.util.concurrent.atomic.AtomicInteger();
    FakeDaemon down = daemon(_ -> times.incrementAndGet());
    Rspamd rspamd = rspamd(down, "");
    for (int i = 0; i < 10; i++) {
      assertEquals(1, judge(rspamd, mail()).fields().size());
    }
    assertEquals(3, times.get());
  }

  @Test
  void itIsAskedAboutSoManyAtOnceAndNoMore() throws Exception {
    var open = new Semaphore(0);
    var present = new java.util.concurrent.atomic.AtomicInteger();
    var most = new java.util.concurrent.atomic.AtomicInteger();
    FakeDaemon slow =
        daemon(
            connection -> {
              most.accumulateAndGet(present.incrementAndGet(), Math::max);
              hear(connection);
              open.acquire();
              present.decrementAndGet();
              connection.getOutputStream().write(http(json("no action", 0)).getBytes(UTF_8));
            });
    Rspamd rspamd = rspamd(slow, "filter.rspamd.at-once = 3\nfilter.rspamd.time-limit = 60s");
    var verdicts =
        java.util.stream.IntStream.range(0, 20)
            .mapToObj(_ -> rspamd.judge(mail()).toCompletableFuture())
            .toList();
    open.release(20);
    for (var verdict : verdicts) {
      assertEquals(2, verdict.get(30, TimeUnit.SECONDS).fields().size());
    }
    assertTrue(most.get() <= 3, () -> most + " at once");
  }

  @Test
  void recipientsWithSettingsOfTheirOwnAreAskedForByThemselves() {
    FakeDaemon daemon =
        daemon(
            connection -> {
              hear(connection);
              String strict =
                  asked.getLast().contains("Settings-ID: strict") ? "reject" : "no action";
              connection.getOutputStream().write(http(json(strict, 20)).getBytes(UTF_8));
            });
    Verdict verdict =
        judge(
            rspamd(daemon, "filter.rspamd.settings-ids { \"Eve@Example.org\" = strict }"),
            inbound(FROM, BODY, "bob@example.org", "eve@example.org"));
    assertEquals("pass", verdict.handling().word());
    assertEquals("junk", verdict.handling(FilteredMessages.address("eve@example.org")).word());
    assertEquals("pass", verdict.handling(FilteredMessages.address("bob@example.org")).word());
    assertEquals(2, asked.size());
  }

  @ParameterizedTest
  @CsvSource({"note, pass, 1", "hold, hold, 1", "refuse, reject, 1", "off, pass, 0"})
  void spamOfOurUsers(String setting, String word, int questions) {
    Verdict verdict =
        judge(
            http(json("add header", 9)),
            "filter.rspamd.outbound = " + setting,
            outbound(FROM, BODY, "carol@example.net"));
    assertEquals(word, verdict.handling().word());
    assertEquals(questions, asked.size());
    assertEquals(questions, verdict.facts().size());
    assertTrue(verdict.changesNothing(), "what leaves says nothing of our filter");
    assertTrue(questions == 0 || asked.getFirst().contains("\r\nUser: bob@example.org\r\n"));
  }

  @Test
  void aMessageThatIsTooLargeIsMarked() {
    Verdict verdict =
        judge(
            http(json("reject", 20)),
            "filter.rspamd.size-limit = 1KiB",
            inbound(FROM, "x".repeat(1024) + BODY, "bob@example.org"));
    assertEquals(List.of("X-Spam-Status: Unknown, reason=too-large"), lines(verdict));
    assertEquals(List.of(), asked);
  }
}
