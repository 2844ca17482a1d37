package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.server.filter.Filtering;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Verdict;
import net.facteur.server.smtp.SmtpReply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What reception tells those who count for reports on DMARC.
class CountedReceptionTest {
  private static final String FROM = "From: alice@strict.example\r\n\r\n";

  private final ReceptionBench bench = new ReceptionBench();
  private final List<String> counted = new ArrayList<>();

  @BeforeEach
  void zone() {
    bench.zone.put(
        "_dmarc.strict.example",
        Map.of("TXT", List.of("v=DMARC1; p=reject; rua=mailto:rua@strict.example")));
    bench.zone.put("strict.example", Map.of("TXT", List.of("v=spf1 ip4:192.0.2.10 -all")));
    bench.reporter =
        (report, applied, recipients) ->
            counted.add(
                (report.dmarc() instanceof DmarcOutcome.Evaluated evaluated
                        ? evaluated.result().word()
                        : "none")
                    + " "
                    + applied.word()
                    + " "
                    + recipients);
  }

  private void filter(Handling handling) {
    bench.filtering =
        new Filtering(
            _ -> CompletableFuture.completedStage(Verdict.of(handling)),
            message -> CompletableFuture.completedStage(message.id()));
  }

  private SmtpReply receive(String settings, int client, String from) {
    return bench.receive(
        bench.service(ReceptionBench.settings(settings), Optional.empty()),
        "bob",
        client,
        from,
        FROM);
  }

  @Test
  void whatIsTakenIsCountedWithWhatBecameOfIt() {
    receive("", 10, "strict.example");
    receive("", 99, "strict.example");
    receive("reception.dmarc = note", 99, "strict.example");
    assertEquals(
        List.of(
            "pass none [bob@example.org]",
            "fail quarantine [bob@example.org]",
            "fail none [bob@example.org]"),
        counted);
  }

  @Test
  void whatIsRefusedForItsAuthenticationIsCounted() {
    assertEquals(550, receive("reception.dmarc = follow", 99, "strict.example").code());
    assertEquals(List.of("fail reject [bob@example.org]"), counted);
  }

  @Test
  void whatFiltersJudgeToBeUnwantedIsNot() {
    for (Handling handling :
        List.of(
            new Handling.Junk("found"),
            new Handling.Quarantine(Handling.Cause.SPAM, "found"),
            new Handling.Defer(SmtpReply.of(451, 4, 7, 1, "Later"), "greylisted"),
            new Handling.Reject(
                SmtpReply.of(554, 5, 7, 1, "Unwanted"), Handling.Cause.SPAM, "found"))) {
      filter(handling);
      receive("", 10, "strict.example");
    }
    assertEquals(List.of(), counted);
    filter(Handling.Pass.PLAIN);
    receive("", 10, "strict.example");
    assertEquals(List.of("pass none [bob@example.org]"), counted);
  }
}
