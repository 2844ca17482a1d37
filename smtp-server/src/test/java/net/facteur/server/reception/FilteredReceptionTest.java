package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.facteur.auth.message.HeaderField;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.server.filter.Filtering;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Quarantine;
import net.facteur.server.filter.Verdict;
import net.facteur.server.smtp.SmtpReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilteredReceptionTest {
  private static final String FROM = "From: alice@plain.example\r\n";

  private final ReceptionBench bench = new ReceptionBench();
  private final List<Quarantine.Kept> kept = new ArrayList<>();

  FilteredReceptionTest() {
    bench.zone.putAll(
        Map.of(
            "strict.example",
            Map.of("TXT", List.of("v=spf1 -all")),
            "_dmarc.strict.example",
            Map.of("TXT", List.of("v=DMARC1; p=reject"))));
  }

  private void says(Verdict verdict) {
    bench.filtering =
        new Filtering(
            _ -> CompletableFuture.completedStage(verdict),
            message -> {
              kept.add(message);
              return CompletableFuture.completedStage(message.id());
            });
  }

  private SmtpReply receive(String to, String header) {
    return bench.receive(
        bench.service(ReceptionSettings.DEFAULTS, Optional.empty()),
        List.of(to.split(" ")),
        header + "\r\n");
  }

  private List<String> destinations() {
    return bench.queued.stream()
        .flatMap(message -> message.envelopes().stream())
        .flatMap(envelope -> envelope.recipients().stream())
        .map(recipient -> recipient.destination().text())
        .toList();
  }

  private static Handling handling(String word) {
    return switch (word) {
      case "pass" -> Handling.Pass.PLAIN;
      case "junk" -> new Handling.Junk("score=8");
      case "quarantine" -> new Handling.Quarantine(Handling.Cause.VIRUS, "Eicar");
      case "defer" -> new Handling.Defer(SmtpReply.of(451, 4, 7, 1, "Later"), "down");
      default ->
          new Handling.Reject(
              SmtpReply.of(554, 5, 7, 1, "Unwanted"),
              word.equals("spam") ? Handling.Cause.SPAM : Handling.Cause.VIRUS,
              "found");
    };
  }

  @ParameterizedTest
  @CsvSource({
    "pass, 250, maildir:bob@example.org, 0",
    "junk, 250, junk:bob@example.org, 0",
    "quarantine, 250, , 1",
    "defer, 451, , 0",
    "spam, 554, , 0",
    "virus, 554, , 0",
  })
  void doesWhatFiltersSay(String word, int code, String destination, int quarantined) {
    says(Verdict.of(handling(word)));
    assertEquals(code, receive("bob", FROM).code());
    assertEquals(Optional.ofNullable(destination).stream().toList(), destinations());
    assertEquals(quarantined, kept.size());
  }

  @ParameterizedTest
  @CsvSource({"spam, junk:bob@example.org, 0", "virus, , 1"})
  void whatAGatewayTookIsNotRefused(String word, String destination, int quarantined) {
    says(Verdict.of(handling(word)));
    SmtpReply reply =
        bench.receive(
            bench.service(
                ReceptionBench.settings("reception.gateways = [\"192.0.2.7\"]"), Optional.empty()),
            List.of("bob"),
            FROM + "\r\n");
    assertEquals(250, reply.code());
    assertEquals(Optional.ofNullable(destination).stream().toList(), destinations());
    assertEquals(quarantined, kept.size());
  }

  @Test
  void oneRecipientMayWantWhatAnotherDoesNot() {
    says(
        new Verdict(
            Handling.Pass.PLAIN,
            Map.of(new MailAddress("erin", "example.org"), new Handling.Junk("blocked")),
            Set.of(),
            List.of(),
            List.of()));
    assertEquals(250, receive("bob erin", FROM).code());
    assertEquals(
        List.of("junk:erin@example.org", "maildir:bob@example.org"),
        destinations().stream().sorted().toList());
    assertEquals(1, bench.queued.size(), "one message");
    assertTrue(bench.header().all("X-Spam-Flag").isEmpty(), "it is not junk for everybody");
    assertTrue(fact("checked").endsWith("; put into the junk folder of erin@example.org"));
  }

  @Test
  void aFilterDoesNotClearWhatFailsDmarc() {
    says(
        new Verdict(
            Handling.Pass.PLAIN,
            Map.of(new MailAddress("bob", "example.org"), Handling.Pass.PLAIN),
            Set.of(),
            List.of(),
            List.of()));
    assertEquals(250, receive("bob", "From: alice@strict.example\r\n").code());
    assertEquals(List.of("junk:bob@example.org"), destinations());
  }

  @Test
  void junkIsNotForwarded() {
    says(Verdict.of(handling("junk")));
    assertEquals(550, receive("carol", FROM).code());
    assertEquals(250, receive("dave", FROM).code());
    assertEquals(List.of("junk:dave@example.org"), destinations());
  }

  @Test
  void fieldsOfStrangersGiveWayToThoseOfTheFilter() {
    says(
        new Verdict(
            Handling.Pass.PLAIN,
            Map.of(),
            Set.of("x-spam-score"),
            List.of(HeaderField.of("X-Spam-Score", " 1.2")),
            List.of(new Fact("rspamd", "1.2 of 15"))));
    assertEquals(250, receive("bob", "X-SPAM-Score: -100\r\n" + FROM).code());
    assertEquals(
        List.of(" 1.2"),
        bench.header().all("X-Spam-Score").stream().map(HeaderField::value).toList());
    assertEquals("1.2 of 15", fact("rspamd"));
  }

  @Test
  void whatIsQuarantinedBearsOurFields() {
    says(Verdict.of(handling("quarantine")));
    receive("bob erin", FROM);
    Quarantine.Kept message = kept.getFirst();
    String header = new String(message.header(), StandardCharsets.ISO_8859_1);
    assertTrue(header.startsWith("Authentication-Results: mail.example.org;"), header);
    assertTrue(message.inbound());
    assertEquals(2, message.paths().size());
    assertEquals("Eicar", message.handling().reason());
  }

  private String fact(String what) {
    return bench.queued.getFirst().facts().stream()
        .filter(fact -> fact.what().equals(what))
        .map(Fact::detail)
        .findFirst()
        .orElseThrow();
  }
}
