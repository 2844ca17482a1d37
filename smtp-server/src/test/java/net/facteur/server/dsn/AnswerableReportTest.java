package net.facteur.server.dsn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter.Entry;
import net.facteur.queue.ReportWriter.Event;
import net.facteur.queue.ReportWriter.Report;
import net.facteur.queue.ReversePath;
import net.facteur.server.TextContent;
import net.facteur.server.explanations.Cause;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.language.Language;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsDomains;
import net.facteur.server.routing.SrsReversePaths;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whom reports come from, whom they go to, and what they say was written and said.
class AnswerableReportTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final MailAddress USUAL = new MailAddress("mailer-daemon", "mx.example.edu");
  private static final SrsReversePaths SRS =
      new SrsReversePaths(
          new SrsDomains(
              List.of(new SrsSecret("a secret of sixteen and more".getBytes(UTF_8))),
              Optional.empty(),
              InstantSource.fixed(NOW)));

  /// One where `one.example` has its postmaster by an alias, and `two.example` as a user.
  private static Router router(String... domains) {
    return new Router(
        RoutingSettings.of(List.of(domains).stream().map(DomainName::of).toArray(DomainName[]::new))
            .withAliases(Map.of("postmaster@one.example", List.of("alice@one.example"))),
        (local, domain) ->
            local.equals("alice")
                || (local.equals("postmaster") && domain.text().equals("two.example")),
        SRS);
  }

  private static Report report(String sender, DeliveryOutcome outcome, Recipient... recipients) {
    return new Report(
        new QueueId("0123456789ABCDEF"),
        new ReversePath.Of(address(sender)),
        new TextContent("From: s@example.net\r\n\r\n", "text\r\n"),
        MessageTraits.PLAIN,
        NOW,
        List.of(recipients).stream()
            .map(r -> new Entry(r, Event.FAILED, outcome, NOW, Optional.empty()))
            .toList());
  }

  private static DeliveryOutcome failed(String reply, boolean host) {
    return new DeliveryOutcome.Failed(
        EnhancedStatusCode.of(5, 0, 0),
        reply,
        host ? Optional.of(new RemoteHost("mx.example.com", "192.0.2.9:25", "none")) : none());
  }

  private static Optional<RemoteHost> none() {
    return Optional.empty();
  }

  private static Recipient to(String address, String original, List<MailAddress> forwarders) {
    return new Recipient(
        address(address),
        new Destination("mx:example.com"),
        Optional.empty(),
        original.isEmpty() ? Optional.empty() : Optional.of(original),
        forwarders);
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private static NewMessage write(Router router, Report report, Language... languages) {
    var settings =
        new DsnSettings(
            "mx.example.edu",
            USUAL,
            languages.length == 0 ? List.of(Language.ENGLISH) : List.of(languages),
            1000,
            false);
    return new DsnWriter(
            settings, router, ReportSigner.NONE, InstantSource.fixed(NOW), new Random(3))
        .report(report)
        .orElseThrow();
  }

  private static String field(NewMessage message, String name) {
    return MessageHeader.parse(message.header()).first(name).orElseThrow().unfolded().trim();
  }

  private static String text(NewMessage message) throws IOException {
    try (var body = message.body().open()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // the sender is ours
        "alice@two.example|x@example.com|one.example two.example|two.example",
        // a stranger wrote to one of ours
        "s@example.net|alice@two.example|one.example two.example|two.example",
        "s@example.net|alice@TWO.example|one.example two.example|two.example",
        // nobody reads answers there
        "s@example.net|alice@three.example|one.example three.example|one.example",
        // none of ours is concerned
        "s@example.net|x@example.com|one.example two.example|one.example",
        "s@example.net|x@example.com|two.example one.example|two.example",
        // nobody reads answers anywhere
        "s@example.net|alice@three.example|four.example three.example|three.example",
      })
  void comesFromTheDomainThatIsConcerned(
      String sender, String recipient, String domains, String expected) {
    Router router = router(domains.split(" ", -1));
    NewMessage message =
        write(router, report(sender, failed("550 no", true), to(recipient, "", List.of())));
    assertEquals("Mail Delivery System <mailer-daemon@" + expected + ">", field(message, "From"));
    if (!expected.equals("three.example")) {
      assertInstanceOf(
          Resolution.Routed.class,
          router.resolve(new MailAddress("mailer-daemon", expected)),
          "an answer arrives");
    }
  }

  @Test
  void comesFromTheHostWhereNoDomainIsOurs() {
    NewMessage message =
        write(
            router(),
            report("s@example.net", failed("550 no", true), to("x@example.com", "", List.of())));
    assertEquals("Mail Delivery System <mailer-daemon@mx.example.edu>", field(message, "From"));
  }

  @Test
  void namesTheOwnAddressOfASenderWhoseMailWasForwarded() throws IOException {
    MailAddress forwarder = address("alice@two.example");
    ReversePath path = SRS.rewrite(new ReversePath.Of(address("s@example.net")), forwarder);
    assertTrue(path.text().contains("SRS0="), path.text());
    NewMessage message =
        write(
            router("one.example", "two.example"),
            report(
                ((ReversePath.Of) path).address().text(),
                failed("550 5.1.1 no such user", true),
                to("x@example.com", OriginalRecipient.of(forwarder), List.of(forwarder))));
    assertEquals("<s@example.net>", field(message, "To"));
    assertEquals("Mail Delivery System <mailer-daemon@two.example>", field(message, "From"));
    assertEquals(
        "s@example.net", message.envelopes().getFirst().recipients().getFirst().address().text());
    assertTrue(text(message).contains("  <alice@two.example>\r\n"), text(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x@example.com|''|''|x@example.com",
        "x@example.com|rfc822;Team+2Bnews@one.example|''|Team+news@one.example",
        "x@example.com|utf-8;m\\x{FC}ller@one.example|''|m\u00fcller@one.example",
        "x@example.com|''|alice@one.example|alice@one.example",
        "x@example.com|rfc822;all@one.example|alice@one.example|all@one.example",
        // nothing that can be read
        "x@example.com|x400;C=de|''|x@example.com",
        "x@example.com|rfc822;|''|x@example.com",
      })
  void theWordsNameTheAddressThatWasWrittenTo(
      String reached, String original, String forwarder, String written) throws IOException {
    List<MailAddress> forwarders = forwarder.isEmpty() ? List.of() : List.of(address(forwarder));
    String text =
        text(
            write(
                router("one.example"),
                report("s@example.net", failed("550 no", true), to(reached, original, forwarders)),
                Language.ENGLISH,
                Language.FRENCH));
    assertTrue(text.contains("\r\n  <" + written + ">\r\n"), text);
    boolean same = written.equals(reached);
    assertEquals(!same, text.contains("  It was passed on from there to <" + reached + ">."), text);
    assertEquals(!same, text.contains("  Il a été transféré de là à <" + reached + ">."), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "550 5.1.1 no such user|true|The server mx.example.com said: |smtp",
        "550|true|The server mx.example.com said: |smtp",
        "550-5.7.1 go away|true|The server mx.example.com said: |smtp",
        "cannot connect: refused|true|What happened at the server mx.example.com: |x-facteur",
        "the host does not offer STARTTLS|true|What happened at the server mx.example.com:"
            + " |x-facteur",
        "5500 of them|true|What happened at the server mx.example.com: |x-facteur",
        "150 lines|true|What happened at the server mx.example.com: |x-facteur",
        "550 5.1.1 no such mailbox|false|What happened: |x-facteur",
        "there is no such mailbox here|false|What happened: |x-facteur",
      })
  void onlyWhatAServerSaidIsCalledThat(String reply, boolean host, String words, String type)
      throws IOException {
    String text =
        text(
            write(
                router("one.example"),
                report("s@example.net", failed(reply, host), to("x@example.com", "", List.of()))));
    assertTrue(text.contains("  " + words + " " + reply + "\r\n"), text);
    assertTrue(text.contains("Diagnostic-Code: " + type + "; " + reply + "\r\n"), text);
    assertEquals(words.contains("said"), text.contains(" said: "));
  }

  @Test
  void whatWasNeverSentWasNotRefusedByTheOtherServer() {
    var tls =
        new DeliveryOutcome.Failed(
            EnhancedStatusCode.of(4, 7, 5),
            "no TLS with the host: it ended",
            Optional.of(new RemoteHost("mx.example.com", "192.0.2.9:25", "none")));
    assertEquals(Cause.NO_TLS, Explanations.shipped().of(tls).cause());
    var password =
        new DeliveryOutcome.Failed(
            EnhancedStatusCode.of(4, 7, 8), "no password is sent", Optional.empty());
    assertEquals(Cause.UNKNOWN, Explanations.shipped().of(password).cause());
    assertTrue(PlainWords.words(Cause.NO_TLS).isPresent());
  }
}
