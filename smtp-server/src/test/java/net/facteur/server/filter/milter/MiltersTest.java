package net.facteur.server.filter.milter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Rewritten;
import net.facteur.server.filter.Verdict;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MiltersTest {
  private static final MailAddress ALICE = new MailAddress("alice", "far.example");
  private static final MailAddress BOB = new MailAddress("bob", "example.org");
  private static final MailAddress ERIN = new MailAddress("erin", "example.org");
  private static final String HEADER =
      "Received: from a\r\n\tby b\r\nFrom: alice@far.example\r\nSubject:  Two spaces\r\n\r\n";
  private static final byte[] BODY = "Hello\r\n".getBytes(StandardCharsets.UTF_8);

  private final ScriptedMilter milter = new ScriptedMilter();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<StagedBody> discarded = new ArrayList<>();
  private MilterSettings.IfDown ifDown = MilterSettings.IfDown.ACCEPT;
  private Duration patience = Duration.ofSeconds(20);

  MiltersTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    milter.close();
    workers.close();
  }

  private Milters milters(int... ports) {
    return new Milters(
        new MilterSettings(
            IntStream.of(ports)
                .mapToObj(
                    port ->
                        new MilterSettings.Milter(
                            new MilterAddress.Tcp("127.0.0.1", port),
                            MilterSettings.Mail.BOTH,
                            ifDown,
                            patience))
                .toList(),
            10_000),
        "mail.example.org",
        workers,
        Stage::new,
        System::nanoTime);
  }

  /// Collects a body in memory.
  private final class Stage implements BodyStage {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

    @Override
    public void write(ByteBuffer more) {
      byte[] copy = new byte[more.remaining()];
      more.get(copy);
      octets.writeBytes(copy);
    }

    @Override
    public long size() {
      return octets.size();
    }

    @Override
    public boolean inFile() {
      return false;
    }

    @Override
    public StagedBody complete() {
      byte[] all = octets.toByteArray();
      return new StagedBody() {
        @Override
        public long size() {
          return all.length;
        }

        @Override
        public InputStream open() {
          return new java.io.ByteArrayInputStream(all);
        }

        @Override
        public void discard() {
          discarded.add(this);
        }
      };
    }

    @Override
    public void discard() {}
  }

  private static SmtpClient client() {
    return new SmtpClient(
        "s1",
        new InetSocketAddress(address(), 40000),
        new InetSocketAddress(address(), 25),
        SmtpClient.Listener.RECEPTION,
        "mx.far.example",
        true,
        Optional.empty(),
        Optional.empty());
  }

  private static InetAddress address() {
    try {
      return InetAddress.getByName("192.0.2.7");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final Transaction.MailParameters PARAMETERS =
      new Transaction.MailParameters(
          4321,
          MessageTraits.Body.EIGHT_BIT_MIME,
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static Transaction.ForwardPath path(MailAddress address) {
    return new Transaction.ForwardPath(address, Optional.empty(), Optional.empty());
  }

  private static Verdict judge(Milters milters) {
    return judge(milters, FilteredMessage.Direction.INBOUND);
  }

  private static Verdict judge(Milters milters, FilteredMessage.Direction direction) {
    return milters
        .judge(
            new FilteredMessage(
                direction,
                QueueId.next(InstantSource.system(), new SplittableRandom(1)),
                client(),
                address(),
                "mx.far.example",
                new ReversePath.Of(ALICE),
                List.of(path(BOB), path(ERIN)),
                MessageHeader.parse(HEADER.getBytes(StandardCharsets.UTF_8)),
                StagedBody.of(BODY),
                Optional.empty()))
        .toCompletableFuture()
        .join();
  }

  private static Packet words(char command, String... words) {
    return Packet.of(command, List.of(words));
  }

  private static Packet indexed(char command, int index, String... words) {
    byte[] rest = Packet.words(List.of(words));
    return new Packet(
        command, ByteBuffer.allocate(4 + rest.length).putInt(index).put(rest).array());
  }

  private static String header(Verdict verdict) {
    return new String(
        verdict.rewritten().orElseThrow().header().section(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aMilterHearsEveryStep() {
    assertEquals(Handling.Pass.PLAIN, judge(milters(milter.port())).handling());
    List<String> steps =
        milter.heard.stream().filter(line -> !line.startsWith("D")).skip(1).toList();
    assertEquals(
        List.of(
            "H mx.far.example|",
            "M <alice@far.example>|",
            "R <bob@example.org>|",
            "R <erin@example.org>|",
            "T ",
            "L Received|from a\n\tby b|",
            "L From|alice@far.example|",
            "L Subject| Two spaces|",
            "N ",
            "B Hello\r\n",
            "E "),
        steps.subList(1, 12));
    assertTrue(steps.getFirst().startsWith("C [192.0.2.7]|4"), steps.getFirst());
    assertTrue(steps.getFirst().endsWith("192.0.2.7|"), steps.getFirst());
    assertTrue(
        milter.heard.contains(
            "D R{rcpt_addr}|bob@example.org|{rcpt_host}|example.org|" + "{rcpt_mailer}|smtp|"),
        milter.heard.toString());
  }

  @Test
  void stepsThatAreNotWantedAreLeftOutAndAnswersThatDoNotComeAreNotWaitedFor() {
    // no HELO, no RCPT, no body; fields are not answered; values with their space; one macro
    milter.protocol = 0x2 | 0x8 | 0x10 | 0x80 | 0x100000;
    milter.macros =
        ByteBuffer.allocate(4 + 16)
            .putInt(2)
            .put("{mail_addr}\0".getBytes(StandardCharsets.US_ASCII))
            .array();
    assertEquals(Handling.Pass.PLAIN, judge(milters(milter.port())).handling());
    assertTrue(
        milter.heard.stream().noneMatch(l -> l.matches("[HRB] .*")), () -> "" + milter.heard);
    assertTrue(milter.heard.contains("L Subject|  Two spaces|"), () -> "" + milter.heard);
    assertTrue(milter.heard.contains("D M{mail_addr}|alice@far.example|"), () -> "" + milter.heard);
  }

  @ParameterizedTest
  @CsvSource({"2, false", "3, false", "4, true", "6, true"})
  void anOldMilterHearsNoStepThatItDoesNotKnow(int version, boolean data) {
    milter.answers.put(
        'O',
        List.of(
            new Packet(
                'O', ByteBuffer.allocate(12).putInt(version).putInt(0x3F).putInt(0).array())));
    milter.answers.put('E', List.of(words('h', "X-Old", "1"), Packet.of('c')));
    assertTrue(header(judge(milters(milter.port()))).contains("X-Old: 1\r\n"));
    assertEquals(data, milter.heard.contains("T "), () -> "" + milter.heard);
    assertEquals(data, milter.heard.stream().anyMatch(line -> line.startsWith("D T")));
  }

  @Test
  void theMessageIsWhatTheMilterMakesOfIt() throws IOException {
    milter.answers.put(
        'E',
        List.of(
            words('h', "X-Last", "a\n\tb"),
            indexed('i', 0, "X-First", "1"),
            indexed('m', 1, "subject", "[SPAM] x"),
            indexed('m', 1, "Received", ""),
            words('+', "<carol@example.org>"),
            words('-', "<bob@example.org>"),
            words('e', "<bounces@far.example>"),
            new Packet('b', "New\r".getBytes(StandardCharsets.UTF_8)),
            Packet.of('p'),
            new Packet('b', "\nbody\r\n".getBytes(StandardCharsets.UTF_8)),
            Packet.of('c')));
    Verdict verdict = judge(milters(milter.port()));
    Rewritten made = verdict.rewritten().orElseThrow();
    assertEquals(
        "X-First: 1\r\nFrom: alice@far.example\r\nSubject: [SPAM] x\r\nX-Last: a\r\n\tb\r\n\r\n",
        header(verdict));
    try (InputStream in = made.body().open()) {
      assertEquals("New\r\nbody\r\n", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertEquals("bounces@far.example", made.reversePath().text());
    assertEquals(
        List.of("erin@example.org", "carol@example.org"),
        made.paths().stream().map(p -> p.address().text()).toList());
    assertTrue(
        verdict.facts().getFirst().detail().endsWith("takes it fields=+1 body=new recipients=2"),
        verdict.facts().getFirst().detail());
  }

  @Test
  void eachMilterSeesWhatTheOneBeforeChanged() throws IOException {
    try (var second = new ScriptedMilter()) {
      milter.answers.put('E', List.of(words('h', "X-First", "1"), Packet.of('a')));
      second.answers.put('E', List.of(words('h', "X-Second", "2"), Packet.of('c')));
      Verdict verdict = judge(milters(milter.port(), second.port()));
      assertTrue(second.heard.contains("L X-First|1|"), () -> "" + second.heard);
      assertTrue(header(verdict).endsWith("X-First: 1\r\nX-Second: 2\r\n\r\n"), header(verdict));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "C, r, 550 5.7.1", "H, t, 451 4.7.1", "M, r, 550 5.7.1", "T, r, 550 5.7.1",
    "L, r, 550 5.7.1", "N, t, 451 4.7.1", "B, r, 550 5.7.1", "E, r, 550 5.7.1",
    "E, t, 451 4.7.1", "E, 4, 451 4.7.1", "E, f, 451 4.7.1",
  })
  void aRefusalAtAnyStepRefusesTheMessage(char step, char answer, String reply) {
    milter.answers.put(step, List.of(Packet.of(answer)));
    assertEquals(reply, reply(judge(milters(milter.port()))));
  }

  private static String reply(Verdict verdict) {
    SmtpReply reply =
        switch (verdict.handling()) {
          case Handling.Reject(SmtpReply r, Handling.Cause _, String _) -> r;
          case Handling.Defer(SmtpReply r, String _) -> r;
          default -> SmtpReply.OK;
        };
    return reply.code() + " " + reply.status().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '/',
      value = {
        "554 5.7.9 No thanks/554 5.7.9/No thanks",
        "550 No code/550 5.7.1/No code",
        "550 4.7.1 Codes that differ/550 5.7.1/Codes that differ",
        "451 4.2.1 Först/451 4.2.1/F??rst",
        "550-5.7.1 One~550 5.7.1 Two/550 5.7.1/One",
      })
  void aMilterMayHaveAReplyOfItsOwn(String said, String codes, String text) {
    milter.answers.put(
        'M',
        List.of(
            new Packet('y', (said.replace("~", "\r\n") + "\0").getBytes(StandardCharsets.UTF_8))));
    Verdict verdict = judge(milters(milter.port()));
    assertEquals(codes, reply(verdict));
    SmtpReply reply =
        verdict.handling() instanceof Handling.Reject(SmtpReply r, Handling.Cause _, String _)
            ? r
            : ((Handling.Defer) verdict.handling()).reply();
    assertEquals(text, reply.text());
  }

  @Test
  void whatAMilterThrowsAwayIsPutAway() {
    milter.answers.put('E', List.of(Packet.of('d')));
    assertInstanceOf(Handling.Quarantine.class, judge(milters(milter.port())).handling());
    milter.answers.put('E', List.of(words('q', "odd"), Packet.of('c')));
    Handling handling = judge(milters(milter.port())).handling();
    assertInstanceOf(Handling.Quarantine.class, handling);
    assertTrue(handling.reason().endsWith("odd"), handling.reason());
  }

  /// What no milter should do.
  static Stream<List<Packet>> nonsense() {
    return Stream.of(
        List.of(Packet.of('?')),
        List.of(words('h', "X", "a\nEvil: b"), Packet.of('c')),
        List.of(words('h', "X Y", "a"), Packet.of('c')),
        List.of(words('h', "", "a"), Packet.of('c')),
        List.of(words('h', "X", "a".repeat(998)), Packet.of('c')),
        List.of(words('+', "<nobody"), Packet.of('c')),
        List.of(words('-', "bob@example.org"), words('-', "erin@example.org"), Packet.of('c')),
        List.of(new Packet('b', "bare\nfeed\r\n".getBytes(StandardCharsets.UTF_8)), Packet.of('c')),
        List.of(new Packet('b', "half\r".getBytes(StandardCharsets.UTF_8)), Packet.of('c')),
        List.of(new Packet('b', new byte[10_001]), Packet.of('c')),
        List.of(new Packet('m', new byte[] {1, 2}), Packet.of('c')),
        List.of(new Packet('y', "250 Fine".getBytes(StandardCharsets.UTF_8))));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void nonsenseIsLikeAMilterThatIsDown(List<Packet> answers) {
    var all = new ArrayList<Packet>();
    all.add(words('h', "X-Before", "1"));
    all.addAll(answers);
    milter.answers.put('E', all);
    Verdict accepted = judge(milters(milter.port()));
    assertEquals(Handling.Pass.PLAIN, accepted.handling());
    assertTrue(accepted.rewritten().isEmpty(), "nothing of it stays");
    ifDown = MilterSettings.IfDown.DEFER;
    assertEquals("451 4.7.1", reply(judge(milters(milter.port()))));
    ifDown = MilterSettings.IfDown.REJECT;
    assertEquals("550 5.7.1", reply(judge(milters(milter.port()))));
  }

  static Stream<Packet> otherAuthors() {
    return Stream.of(
        indexed('m', 1, "From", "chief@other.example"),
        indexed('m', 1, "From", ""),
        indexed('m', 1, "From", "nonsense"),
        words('h', "From", "alice@far.example"),
        words('h', "from", "chief@other.example"));
  }

  @ParameterizedTest
  @MethodSource("otherAuthors")
  void noMilterMakesAnotherTheAuthorOfWhatAUserWrote(Packet change) {
    milter.answers.put('E', List.of(words('h', "X", "1"), change, Packet.of('c')));
    assertTrue(
        judge(milters(milter.port()), FilteredMessage.Direction.OUTBOUND).rewritten().isEmpty());
    ifDown = MilterSettings.IfDown.DEFER;
    assertEquals(
        "451 4.7.1", reply(judge(milters(milter.port()), FilteredMessage.Direction.OUTBOUND)));
  }

  @Test
  void aMilterMayWriteTheNameOfAnAuthorOtherwise() {
    milter.answers.put(
        'E', List.of(indexed('m', 1, "From", "Alice <a.smith@far.example>"), Packet.of('c')));
    Verdict verdict = judge(milters(milter.port()), FilteredMessage.Direction.OUTBOUND);
    assertTrue(header(verdict).contains("From: Alice <a.smith@far.example>\r\n"), header(verdict));
  }

  @Test
  void aChangeThatWasNotAnnouncedIsNotMade() {
    milter.actions = 0x1;
    milter.answers.put('E', List.of(words('e', "<x@far.example>"), Packet.of('c')));
    assertTrue(judge(milters(milter.port())).rewritten().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"O", "C", "M", "R", "B", "E"})
  void aMilterThatHangsUpOrFallsSilentIsDown(char at) {
    ifDown = MilterSettings.IfDown.DEFER;
    milter.hangsUpAt = at;
    assertEquals("451 4.7.1", reply(judge(milters(milter.port()))));
    milter.hangsUpAt = 0;
    patience = Duration.ofMillis(200);
    milter.silentFrom = at;
    assertEquals("451 4.7.1", reply(judge(milters(milter.port()))));
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Verdict verdict = judge(milters(port, milter.port()));
    assertEquals(Handling.Pass.PLAIN, verdict.handling());
    assertTrue(verdict.facts().getFirst().detail().contains("could not be asked"));
    assertTrue(milter.heard.contains("E "), "the others are asked");
  }

  @Test
  void recipientsAreRefusedOneByOneWhileTheClientCanBeTold() {
    milter.answers.put('R', List.of(Packet.of('r')));
    Milters milters = milters(milter.port());
    SmtpService service = milters.before(new Anything());
    assertEquals(250, join(service.mail(client(), new ReversePath.Of(ALICE), PARAMETERS)).code());
    assertTrue(
        milter.heard.contains("M <alice@far.example>|SIZE=4321|BODY=8BITMIME|"),
        () -> "" + milter.heard);
    var transaction = new Transaction(client(), new ReversePath.Of(ALICE), PARAMETERS, List.of());
    assertEquals(550, join(service.recipient(transaction, path(ERIN))).code());
    milter.answers.remove('R');
    assertEquals(250, join(service.recipient(transaction, path(BOB))).code());
    judge(milters);
    assertEquals(1, milter.heard.stream().filter(l -> l.startsWith("O")).count(), "one session");
    assertEquals(2, milter.heard.stream().filter(l -> l.startsWith("R")).count());
  }

  @Test
  void aSessionThatEndsTakesLeave() throws InterruptedException {
    SmtpService service = milters(milter.port()).before(new Anything());
    join(service.mail(client(), new ReversePath.Of(ALICE), PARAMETERS));
    assertFalse(milter.heard.contains("Q "));
    service.disconnected(client());
    for (int i = 0; i < 500 && !milter.heard.contains("Q "); i++) {
      Thread.sleep(10);
    }
    assertTrue(milter.heard.contains("Q "), () -> "" + milter.heard);
  }

  private static SmtpReply join(CompletionStage<SmtpReply> stage) {
    return stage.toCompletableFuture().join();
  }

  /// Takes everything.
  private static final class Anything implements SmtpService {
    @Override
    public CompletionStage<SmtpReply> connect(SmtpClient client) {
      return CompletableFuture.completedStage(SmtpReply.OK);
    }

    @Override
    public CompletionStage<SmtpReply> mail(
        SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
      return CompletableFuture.completedStage(SmtpReply.OK);
    }

    @Override
    public CompletionStage<SmtpReply> recipient(
        Transaction transaction, Transaction.ForwardPath path) {
      return CompletableFuture.completedStage(SmtpReply.OK);
    }

    @Override
    public BodyStage stage() {
      throw new AssertionError();
    }

    @Override
    public CompletionStage<SmtpReply> endOfData(
        Transaction transaction, byte[] header, StagedBody body) {
      return CompletableFuture.completedStage(SmtpReply.OK);
    }

    @Override
    public void disconnected(SmtpClient client) {}
  }
}
