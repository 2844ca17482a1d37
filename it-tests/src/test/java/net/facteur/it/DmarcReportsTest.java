package net.facteur.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.server.signing.CryptoProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the owner of a domain is told of mail in its name, read by Mail::DMARC.
@RequiresProgram(Program.MAIL_DMARC)
class DmarcReportsTest {
  private static final String CAROL = "carol@example.net";

  @TempDir private Path directory;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  private Instant now() {
    return Instant.now().plus(ahead.get());
  }

  private static void send(RunningServer server, InetAddress from) throws IOException {
    try (var link = SmtpLink.open(server.reception(), from, "mail.example.net")) {
      String reply = link.send(CAROL, Site.BOB, Mail.of(CAROL, Site.BOB, "news", "Hello"));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  /// What comes back: an empty reverse-path, and a report or something else in it.
  private static String back(RunningServer server, String reversePath, String to, String type)
      throws IOException {
    try (var link = SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net")) {
      return link.send(
          reversePath,
          to,
          Mail.ofLocal(
              "From: <mailer-daemon@example.net>\nSubject: Undeliverable\nContent-Type: "
                  + type
                  + "\n\n\n"));
    }
  }

  private static String told(RunningServer server) {
    CommandLineRun run =
        CommandLineRun.of(
            "reports", "sent", "--json", "-c", server.site().configuration().toString());
    assertEquals(0, run.code(), run.text());
    return run.text();
  }

  @Test
  void mailDmarcReadsTheNumbersAndAnAddressFromWhichReportsComeBackRests() throws Exception {
    var world = new World(directory);
    world.text("_dmarc.example.net", "v=DMARC1; p=reject; rua=mailto:rua@example.net");
    InstantSource clock = this::now;
    try (var mx = new RecordingMx(world.theirMx(), false);
        var server =
            RunningServer.start(
                world, "reports { dmarc = true, hour = 0 }", CryptoProviders.detect(), clock)) {
      LocalDate day = LocalDate.ofInstant(now(), ZoneOffset.UTC);
      for (int i = 0; i < 3; i++) {
        send(server, World.THEIRS);
      }
      send(server, World.STRANGER);
      send(server, World.STRANGER);
      nextNoon(server);
      Await.until(() -> "no report", () -> !mx.taken().isEmpty());
      RecordingMx.Transaction report = mx.transactions().getFirst();
      assertEquals(expected(day, report.mail()), read(report.mail()));
      assertTrue(
          report.mail().fields("DKIM-Signature").stream()
              .anyMatch(f -> f.contains("d=example.org")),
          report.mail().text());
      assertEquals(
          "RCPT TO:<rua@example.net>", report.paths().getLast().replaceAll(" NOTIFY.*", ""));
      comesBack(server, report);
      // It rests: what is counted now is told to nobody.
      send(server, World.THEIRS);
      nextNoon(server);
      assertTrue(told(server).contains("\"outcome\":\"resting\""), told(server));
      assertEquals(1, mx.taken().size());
    }
  }

  private void nextNoon(RunningServer server) {
    Instant noon =
        LocalDate.ofInstant(now(), ZoneOffset.UTC)
            .plusDays(1)
            .atTime(12, 0)
            .toInstant(ZoneOffset.UTC);
    ahead.set(Duration.between(Instant.now(), noon));
    server.server().sendReports();
  }

  private static void comesBack(RunningServer server, RecordingMx.Transaction report)
      throws IOException {
    String path = report.paths().getFirst().replaceAll("MAIL FROM:<(dmarc-return-[^>]*)>.*", "$1");
    assertTrue(path.endsWith("@example.org"), path);
    String guessed = path.replaceFirst("dmarc-return-.", "dmarc-return-x");
    assertTrue(back(server, "", guessed, "text/plain").startsWith("550"));
    assertTrue(back(server, CAROL, path, "text/plain").startsWith("550"));
    String read = "multipart/report; report-type=disposition-notification";
    assertTrue(back(server, "", path, read).startsWith("250"));
    assertTrue(!told(server).contains("\"rests\""), told(server));
    assertTrue(
        back(server, "", path, "multipart/report; report-type=delivery-status").startsWith("250"));
    assertTrue(told(server).contains("\"outcome\":\"refused\""), told(server));
    assertTrue(
        told(server).contains("{\"kind\":\"rests\",\"to\":\"rua@example.net\""), told(server));
  }

  private String read(Mail mail) throws IOException {
    Path script = directory.resolve("read.pl");
    try (InputStream in =
        Objects.requireNonNull(
            DmarcReportsTest.class.getResourceAsStream("read-dmarc-report.pl"))) {
      Files.write(script, in.readAllBytes());
    }
    Path file = mail.write(directory.resolve("report.eml"));
    List<String> lines =
        Command.with(file, "/usr/bin/perl", script.toString()).succeeded().lines().toList();
    return String.join("\n", lines.subList(1, lines.size()));
  }

  private static String expected(LocalDate day, Mail mail) {
    long begin = day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    String id = mail.fields("Subject").getFirst().replaceAll(".*Report-ID: <(.*)>", "$1");
    assertTrue(
        mail.text()
            .contains(
                "example.org!example.net!%d!%d!%s.xml.gz".formatted(begin, begin + 86_399, id)),
        () -> new String(mail.octets(), UTF_8));
    // What passes an enforcing policy is `pass` by RFC 9990, which Mail::DMARC takes for `none`.
    return """
    aggregate|mail.example.org|postmaster@example.org|%s|%d|%d
    example.net|reject|reject|r|r
    127.0.0.3|3|none|fail|pass|example.net|example.net|example.org|example.net mfrom pass
    127.0.0.4|2|quarantine|fail|fail|local_policy|example.net|example.net|example.org|example.net mfrom fail\
    """
        .formatted(id, begin, begin + 86_399);
  }
}
