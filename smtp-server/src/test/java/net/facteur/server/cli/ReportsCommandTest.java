package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.server.report.received.ReceivedReports.Arrival;
import net.facteur.server.report.received.SqlReceivedReports;
import net.facteur.server.report.received.SqlReceivedReports.Limits;
import net.facteur.server.sources.Weeks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportsCommandTest {
  private static final Map<String, ?> ZONE = Map.of("mail.example.org", Map.of("A", Weeks.OWN));

  @TempDir private Path directory;

  private Path settings = Path.of("mail.conf");

  @BeforeEach
  void settings() throws IOException {
    settings =
        Files.writeString(
            directory.resolve("mail.conf"),
            """
            hostname = mail.example.org
            domains { "example.org" { dkim.selector = s1 } }
            directories.data = "%s"
            """
                .formatted(directory));
    Files.createDirectories(directory.resolve("queue"));
  }

  private void keep(List<AggregateReport> reports) throws IOException {
    try (SqlReceivedReports kept =
        SqlReceivedReports.in(
            directory.resolve("queue"), new Limits(Duration.ofDays(400), 1 << 30, 1000))) {
      for (AggregateReport report : reports) {
        var _ = kept.add(report, new Arrival(report.metadata().end(), "receiver.example"));
      }
      for (int day = 0; day < 20; day++) {
        var _ =
            kept.add(
                Weeks.tls(day, "testing", 7, day == 5 ? 2 : 0),
                new Arrival(Instant.parse("2026-11-21T00:00:00Z"), "receiver.example"));
      }
    }
  }

  private CommandRun run(String language, String... arguments) {
    return CommandRun.with(Map.of("LANG", language, "COLUMNS", "80"), settings, ZONE, arguments);
  }

  private void keepSomeWeeks() throws IOException {
    keep(
        Weeks.daily(
            0,
            20,
            "none",
            Weeks.own(40),
            Weeks.brevo(6),
            Weeks.forwarded(2),
            Weeks.listed(1),
            Weeks.ionos(3),
            Weeks.website(2, true),
            Weeks.forged(1, "none")));
  }

  @Test
  void whatTheReportsSayIsShownInWords() throws IOException {
    keepSomeWeeks();
    CommandRun run = run("en_GB.UTF-8", "reports", "example.org", "-c", settings.toString());
    assertEquals(0, run.code(), run::err);
    for (String said :
        List.of(
            "Messages: 1100. Reports: 20, of 1",
            "880 pass DMARC and 220 fail (80 % pass)",
            "this server                                    800       800   0",
            "Brevo (Sendinblue)                             120       0     120",
            "DKIM of Brevo (Sendinblue) signs with its own domain (sendinblue.com)",
            "    include:_spf-eu.ionos.com",
            "Strangers sent 20 messages that fail",
            "140 sessions went well, 2 failed.",
            "2 times at mail.example.org: the certificate has run out",
            "█")) {
      assertTrue(
          run.out().replaceAll("\\s+", " ").contains(said.replaceAll("\\s+", " ")),
          () -> said + "\n" + run.out());
    }
  }

  @Test
  void aTerminalThatIsFrenchAndKnowsNoUnicodeIsSpokenToSo() throws IOException {
    keepSomeWeeks();
    CommandRun run = run("fr_FR", "reports", "-c", settings.toString());
    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().contains("ce serveur"), run::out);
    assertTrue(run.out().contains("signe avec son propre domaine"), run::out);
    assertFalse(run.out().contains("█"), run::out);
  }

  @Test
  void theNumbersOfTheJsonAreTheSumsOfTheReports() throws IOException {
    keepSomeWeeks();
    CommandRun run = run("C", "reports", "--json", "-c", settings.toString());
    assertEquals(0, run.code(), run::err);
    List<JsonNode> lines = run.out().lines().map(line -> new JsonMapper().readTree(line)).toList();
    assertEquals(2, lines.size(), run::out);
    JsonNode dmarc = lines.getFirst();
    assertEquals(1100, dmarc.path("messages").asLong(0));
    long sum = 0;
    for (JsonNode source : dmarc.path("sources")) {
      sum += source.path("passed").asLong(0) + source.path("failed").asLong(0);
    }
    assertEquals(1100, sum);
    assertEquals("repair", lines.getLast().path("step").asString(""));
  }

  @Test
  void reportsBeforeTheTimeThatIsAskedForDoNotCount() throws IOException {
    keepSomeWeeks();
    // it is the 22nd, 6 o'clock
    CommandRun run = run("C", "reports", "--since", "1w", "-c", settings.toString());
    assertTrue(run.out().contains("Messages: 275. Reports: 5"), run::out);
  }

  @Test
  void withoutReportsItSaysHowTheyCome() {
    CommandRun run = run("C", "reports", "-c", settings.toString());
    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().contains("No reports of others came within 30d."), run::out);
    assertTrue(run.out().contains("facteur"), run::out);
    assertFalse(Files.exists(directory.resolve("queue/counts.db")));
  }

  @Test
  void whatIsNoTimeOrNoDomainIsNotUnderstood() {
    assertEquals(2, run("C", "reports", "--since", "soon", "-c", settings.toString()).code());
    assertEquals(2, run("C", "reports", "a..b", "-c", settings.toString()).code());
  }
}
