package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.SrsDomains;
import net.facteur.server.routing.SrsReversePaths;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.Transaction;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What may leave through us: to the sender of a forwarded message, to whoever lets his mail be
/// forwarded, and as a report.
class ReturnsAndForwardsTest {
  private static final String FORGED = "From: ceo@strict.example\r\n\r\n";

  private final ReceptionBench bench = new ReceptionBench();

  ReturnsAndForwardsTest() {
    bench.rewriter =
        new SrsReversePaths(
            new SrsDomains(
                List.of(new SrsSecret("tick".getBytes(StandardCharsets.US_ASCII))),
                Optional.empty(),
                ReceptionBench.CLOCK));
    publish("plain.example", "v=spf1 ip4:192.0.2.7 ip4:192.0.2.9 -all");
    publish("far.example", "v=spf1 ip4:192.0.2.7 -all");
    publish("mute.example", "v=spf1 ?all");
    publish("strict.example", "v=spf1 ip4:192.0.2.8 -all");
    publish("_dmarc.strict.example", "v=DMARC1; p=reject");
  }

  private void publish(String name, String text) {
    bench.zone.put(name, Map.of("TXT", List.of(List.of(text)), "A", List.of("192.0.2.7")));
  }

  private ReceptionService service() {
    return bench.service(ReceptionSettings.DEFAULTS, Optional.empty());
  }

  private static ReversePath path(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? ReversePath.Null.NULL
        : new ReversePath.Of(new MailAddress(text.substring(0, at), text.substring(at + 1)));
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private static Transaction transaction(
      int client, String from, MessageTraits.Body body, List<ForwardPath> to) {
    return new Transaction(
        ReceptionBench.client(client),
        path(from),
        new Transaction.MailParameters(
            -1, body, false, false, Optional.empty(), Optional.empty(), Optional.empty()),
        to);
  }

  private static ForwardPath to(String text) {
    return new ForwardPath(address(text), Optional.empty(), Optional.empty());
  }

  private SmtpReply send(int client, String from, String header, String... to) {
    return send(
        client,
        from,
        header,
        ReceptionBench.BODY,
        List.of(to).stream().map(ReturnsAndForwardsTest::to).toList());
  }

  private SmtpReply send(
      int client, String from, String header, byte[] body, List<ForwardPath> to) {
    return service()
        .endOfData(
            transaction(client, from, MessageTraits.Body.EIGHT_BIT_MIME, to),
            header.getBytes(StandardCharsets.ISO_8859_1),
            StagedBody.of(body))
        .toCompletableFuture()
        .join();
  }

  private SmtpReply rcpt(String from, MessageTraits.Body body, List<String> before, String to) {
    return service()
        .recipient(
            transaction(7, from, body, before.stream().map(ReturnsAndForwardsTest::to).toList()),
            to(to))
        .toCompletableFuture()
        .join();
  }

  private static String code(SmtpReply reply) {
    return reply.code() + " " + reply.status().orElseThrow();
  }

  /// The reverse-path under which a message of alice@plain.example is forwarded to carol.
  private String minted() {
    assertEquals(
        250,
        send(7, "alice@plain.example", "From: alice@plain.example\r\n\r\n", "carol@example.org")
            .code());
    String path = bench.queued.getFirst().envelopes().getFirst().reversePath().text();
    assertTrue(path.startsWith("SRS0="), path);
    bench.queued.clear();
    return path;
  }

  private List<String> destinations() {
    return bench.queued.stream()
        .flatMap(m -> m.envelopes().stream())
        .flatMap(e -> e.recipients().stream())
        .map(r -> r.destination().text())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                        | 9 | From: mailer-daemon@far.example      | 250 2.0.0",
        "''                        | 9 | From: a@plain.example                | 250 2.0.0",
        "postmaster@far.example    | 7 | From: postmaster@far.example         | 250 2.0.0",
        "MAILER-DAEMON@far.example | 7 | From: x@far.example                  | 250 2.0.0",
        "x@far.example             | 7 | From: Mailer-Daemon@far.example      | 250 2.0.0",
        "x@far.example             | 7 | From: x@far.example/Auto-Submitted: auto-replied | 250"
            + " 2.0.0",
        "x@far.example             | 7 | From: x@far.example/Auto-Submitted: auto-generated; a=b"
            + " | 250 2.0.0",
        "x@far.example             | 7 | From: x@far.example/Auto-Submitted: no | 550 5.7.1",
        "x@far.example             | 7 | From: x@far.example/Auto-Submitted: No (x) | 550 5.7.1",
        "x@far.example             | 7 | From: x@far.example                  | 550 5.7.1",
        // not proven
        "x@far.example             | 9 | From: x@far.example/Auto-Submitted: auto-replied | 550"
            + " 5.7.1",
        "postmaster@far.example    | 9 | From: postmaster@far.example         | 550 5.7.1",
        "postmaster@mute.example   | 9 | From: postmaster@mute.example        | 550 5.7.1",
        // quarantined, even as a report
        "''                        | 9 | From: ceo@strict.example             | 550 5.7.1",
        "postmaster@far.example    | 7 | From: postmaster@strict.example      | 550 5.7.1",
        "''                        | 9 | From: CEO                            | 550 5.7.1",
      })
  void onlyReportsGoBackToTheSenderOfAForwardedMessage(
      String from, int client, String fields, String reply) {
    String back = minted();
    assertEquals(reply, code(send(client, from, fields.replace("/", "\r\n") + "\r\n\r\n", back)));
    assertEquals(
        reply.startsWith("250") ? List.of("smtp:plain.example") : List.of(),
        destinations().stream().map(d -> d.replaceAll("^[a-z]+:", "smtp:")).toList());
  }

  @Test
  void fiveReportsAreTakenHoweverThePathIsSpelledAndWhateverRestarts() throws IOException {
    String back = minted();
    String report = "From: mailer-daemon@far.example\r\n\r\n";
    List<String> spellings =
        List.of(
            back,
            back.toLowerCase(java.util.Locale.ROOT),
            back.replaceFirst("SRS0=", "srs0-"),
            back.replaceFirst("SRS0=", "SRS0+"),
            back.replace("@example.org", "@EXAMPLE.org"));
    for (String spelling : spellings) {
      assertEquals(250, send(9, "", report, spelling).code(), spelling);
    }
    assertEquals("550 5.7.1", code(send(9, "", report, back)));
    assertEquals(5, bench.queued.size());
    assertEquals(
        "550 5.7.1", code(rcpt("", MessageTraits.Body.SEVEN_BIT, List.of(), spellings.get(1))));
    String other = minted2();
    assertEquals(250, send(9, "", report, other).code());
  }

  private String minted2() {
    bench.queued.clear();
    send(7, "dora@plain.example", "From: dora@plain.example\r\n\r\n", "carol@example.org");
    String path = bench.queued.getFirst().envelopes().getFirst().reversePath().text();
    bench.queued.clear();
    return path;
  }

  @Test
  void countsAreOnDiskAndForgottenWhenNoPathCanBeThatOld(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("srs-returns");
    MailAddress path = address("SRS0=abcd=AA=plain.example=alice@example.org");
    SrsReturns first = SrsReturns.open(file, ReceptionBench.CLOCK);
    for (int i = 0; i < 4; i++) {
      first.reserve(List.of(path)).orElseThrow().keep();
    }
    var released = first.reserve(List.of(path)).orElseThrow();
    assertTrue(first.reserve(List.of(path)).isEmpty());
    released.release();
    assertFalse(first.usedUp(path));
    first.reserve(List.of(path)).orElseThrow().keep();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Files.writeString(file, Files.readString(file) + "12 torn");
    assertTrue(SrsReturns.open(file, ReceptionBench.CLOCK).usedUp(path));
    assertEquals(5, Files.readAllLines(file).size());
    var later = ReceptionBench.NOW.plus(Duration.ofDays(401));
    assertFalse(SrsReturns.open(file, () -> later).usedUp(path));
    assertEquals(0, Files.size(file));
  }

  @Test
  void aPathIsBelievedOnlyAtTheDomainThatMadeIt() {
    String back = minted();
    var elsewhere = address(back.replace("@example.org", "@example.net"));
    assertTrue(bench.rewriter.restore(address(back)).isPresent());
    assertTrue(bench.rewriter.restore(elsewhere).isEmpty());
    var fixed =
        new SrsReversePaths(
            new SrsDomains(
                List.of(new SrsSecret(new byte[] {1})),
                Optional.of(net.facteur.auth.dns.DomainName.of("srs.example.org")),
                ReceptionBench.CLOCK));
    var made =
        (ReversePath.Of)
            fixed.rewrite(new ReversePath.Of(address("a@b.example")), address("carol@example.org"));
    assertTrue(fixed.restore(made.address()).isPresent());
    assertTrue(fixed.restore(new MailAddress(made.address().localPart(), "example.org")).isEmpty());
  }

  @Test
  void whatIsNoReportStandsAloneSoThatItCanBeRefusedAlone() {
    String back = minted();
    var seven = MessageTraits.Body.SEVEN_BIT;
    assertEquals("250 2.1.5", code(rcpt("x@far.example", seven, List.of(), back)));
    assertEquals("452 4.5.3", code(rcpt("x@far.example", seven, List.of("bob@example.org"), back)));
    assertEquals("452 4.5.3", code(rcpt("x@far.example", seven, List.of(back), "bob@example.org")));
    assertEquals("250 2.1.5", code(rcpt("", seven, List.of(back), "bob@example.org")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bob@example.org                   | 250 2.0.0 | junk:bob@example.org",
        "carol@example.org                 | 550 5.7.1 | ''",
        "dave@example.org                  | 250 2.0.0 | junk:dave@example.org",
        "bob@example.org,carol@example.org | 550 5.7.1 | ''",
        "bob@example.org,dave@example.org  | 250 2.0.0 |"
            + " junk:bob@example.org,junk:dave@example.org",
        "x@relay.example                   | 250 2.0.0 | smtp:relay.example",
      })
  void whatIsQuarantinedStaysInAMailboxOrIsRefused(String to, String reply, String kept) {
    assertEquals(reply, code(send(9, "x@far.example", FORGED, to.split(",", -1))));
    assertEquals(
        kept,
        String.join(",", destinations().stream().map(d -> d.replaceAll("^mx:", "smtp:")).toList()));
    if (!bench.queued.isEmpty()) {
      assertEquals("YES", bench.header().first("X-Spam-Flag").orElseThrow().unfolded());
      assertEquals(
          "x@far.example", bench.queued.getFirst().envelopes().getFirst().reversePath().text());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // SPF passes
        "alice@plain.example | 7 | alice@plain.example | SUCCESS,FAILURE,DELAY |"
            + " SUCCESS,FAILURE,DELAY",
        "alice@plain.example | 7 | alice@plain.example | -                     | -",
        // SPF says nothing
        "a@mute.example      | 9 | a@mute.example      | SUCCESS,FAILURE,DELAY | FAILURE,DELAY",
        "a@mute.example      | 9 | a@mute.example      | SUCCESS               | ''",
        "a@mute.example      | 9 | a@mute.example      | -                     | -",
        "a@none.example      | 9 | a@none.example      | SUCCESS,FAILURE       | FAILURE",
        // SPF fails
        "a@far.example       | 9 | a@far.example       | SUCCESS,FAILURE,DELAY | ''",
        "a@far.example       | 9 | a@far.example       | -                     | ''",
        // quarantined
        "alice@plain.example | 7 | ceo@strict.example  | -                     | ''",
        "alice@plain.example | 7 | ceo@strict.example  | SUCCESS,FAILURE,DELAY | ''",
      })
  void reportsAreNotSentToForgedSenders(
      String from, int client, String author, String asked, String granted) {
    var path = new ForwardPath(address("bob@example.org"), wishes(asked), Optional.empty());
    assertEquals(
        250,
        send(client, from, "From: " + author + "\r\n\r\n", ReceptionBench.BODY, List.of(path))
            .code());
    Recipient queued = bench.queued.getFirst().envelopes().getFirst().recipients().getFirst();
    assertEquals(wishes(granted), queued.notifyOn());
    boolean silent = granted != null && granted.isEmpty() && !"SUCCESS".equals(asked);
    assertEquals(
        silent,
        bench.queued.getFirst().facts().stream().anyMatch(f -> f.what().equals("reports")),
        "whoever asks where the mail is hears that nobody was told");
  }

  private static Optional<Set<Notify>> wishes(String words) {
    if (words == null) {
      return Optional.empty();
    }
    Set<Notify> wishes = EnumSet.noneOf(Notify.class);
    for (String word : words.isEmpty() ? new String[0] : words.split(",", -1)) {
      wishes.add(Notify.valueOf(word));
    }
    return Optional.of(wishes);
  }

  @Test
  void anAlignedSignatureProvesTheReversePathWhereSpfDoesNot() {
    var forwarded = new ReversePathProof(net.facteur.auth.spf.SpfResult.FAIL, true);
    var all =
        List.of(
            new ForwardPath(
                address("b@example.org"),
                Optional.of(EnumSet.allOf(Notify.class)),
                Optional.empty()));
    assertEquals(
        Optional.of(Set.of(Notify.SUCCESS, Notify.FAILURE)),
        forwarded.granted(all, false, _ -> true).getFirst().notifyOn());
    assertEquals(
        Optional.of(Set.of()), forwarded.granted(all, true, _ -> false).getFirst().notifyOn());
    assertTrue(forwarded.silence(false, true).isEmpty());
    assertTrue(forwarded.silence(true, false).isPresent());
  }

  @Test
  void whoIsNotProvenIsToldNothingOfRecipientsThatNobodyIsSureOf() {
    var unproven = new ReversePathProof(net.facteur.auth.spf.SpfResult.NONE, false);
    var all =
        List.of(
            new ForwardPath(address("a@sure.example"), Optional.empty(), Optional.empty()),
            new ForwardPath(address("b@unsure.example"), Optional.empty(), Optional.empty()));
    assertEquals(
        List.of(Optional.empty(), Optional.of(Set.of())),
        unproven
            .granted(all, false, path -> path.address().domain().equals("unsure.example"))
            .stream()
            .map(ForwardPath::notifyOn)
            .toList());
    assertTrue(unproven.silence(false, true).orElseThrow().contains("could not be asked"));
    assertTrue(unproven.silence(false, false).isEmpty());
    var proven = new ReversePathProof(net.facteur.auth.spf.SpfResult.PASS, false);
    assertEquals(all, proven.granted(all, false, _ -> true));
    assertTrue(proven.silence(false, true).isEmpty());
  }

  @Test
  void whatNoHostTakesByDataIsRefusedAtTheDoorIfItIsToLeave() {
    var binary = MessageTraits.Body.BINARY_MIME;
    assertEquals("550 5.6.3", code(rcpt("x@far.example", binary, List.of(), "carol@example.org")));
    assertEquals("550 5.6.3", code(rcpt("x@far.example", binary, List.of(), "dave@example.org")));
    assertEquals("250 2.1.5", code(rcpt("x@far.example", binary, List.of(), "bob@example.org")));
    for (String stray : List.of("a\nb\r\n", "a\rb\r\n", "\n", "a\r", "a\r\r\n")) {
      byte[] body = stray.getBytes(StandardCharsets.US_ASCII);
      String header = "From: alice@plain.example\r\n\r\n";
      bench.queued.clear();
      assertEquals(
          "550 5.6.11",
          code(send(7, "alice@plain.example", header, body, List.of(to("carol@example.org")))));
      assertEquals(List.of(), bench.queued);
      assertEquals(
          250, send(7, "alice@plain.example", header, body, List.of(to("bob@example.org"))).code());
    }
  }

  @Test
  void fieldsThatPretendToBeOurReceivedSpfAreRemoved() {
    var forged = new ArrayList<String>();
    for (String value :
        List.of(
            "pass (mail.example.org: x) receiver=mail.example.org;",
            "pass receiver=\"MAIL.example\\.org\";",
            "pass (mail.(x)example.org: ok) client-ip=192.0.2.1;",
            "pass",
            "pass (domain of a designates) client-ip=192.0.2.1; helo=x;")) {
      forged.add("Received-SPF: " + value);
      forged.add("received-spf\u00a0: " + value);
    }
    String theirs = "Received-SPF: pass (mx.other.example: x) receiver=mx.other.example;";
    send(
        7,
        "alice@plain.example",
        String.join("\r\n", forged) + "\r\n" + theirs + "\r\nFrom: alice@plain.example\r\n\r\n",
        "bob@example.org");
    assertEquals(
        List.of(theirs.substring(theirs.indexOf(':') + 1)),
        bench.header().resembling("Received-SPF").stream().map(f -> f.value()).toList());
  }
}
