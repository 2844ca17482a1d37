package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.facteur.server.signing.CryptoProviders;

/// A server whose pages have something to show: mail that was delivered, waits, was refused, is
/// held, lies in quarantine; reports of others, a journal. Alice looks after it, Bob is a member.
/// Whatever a stranger may say holds [#EVIL], which is to be shown as the text that it is.
final class LivedInServer implements AutoCloseable {
  /// What runs in a browser that takes it for a part of the page.
  static final String EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>";

  /// The same, in a local-part.
  static final String EVIL_LOCAL = "\"<script>alert(3)</script>\"";

  private final RunningServer server;
  private final RecordingMx mx;

  private LivedInServer(RunningServer server, RecordingMx mx) {
    this.server = server;
    this.mx = mx;
  }

  static LivedInServer start(Path directory) throws Exception {
    return start(directory, "");
  }

  /// @param more settings
  static LivedInServer start(Path directory, String more) throws Exception {
    var world = new World(directory);
    RecordingMx mx = new RecordingMx(world.theirMx(), false);
    try {
      var server =
          RunningServer.start(
              world, settings() + more, CryptoProviders.detect(), InstantSource.system());
      var lived = new LivedInServer(server, mx);
      try {
        lived.live();
        return lived;
      } catch (Exception | AssertionError e) {
        server.close();
        throw e;
      }
    } catch (Exception | AssertionError e) {
      mx.close();
      throw e;
    }
  }

  private static String settings() {
    return """
    listen.web = ["127.0.0.1:0"]
    web.administrators = ["%s"]
    filter.attachments = [programs]
    filter.attachments-action = quarantine
    autoconfig.services = ["submissions://mail.example.org:465", "imaps://mail.example.org:993"]
    """
        .formatted(Site.ALICE);
  }

  private void live() throws Exception {
    server.mail("carol@example.net");
    Await.until(() -> "nothing was delivered", () -> !mx.taken().isEmpty());
    mx.refuse("550 5.7.1 " + EVIL);
    server.mail("refused@example.net");
    server.mail(EVIL_LOCAL + "@example.net");
    Await.until(() -> "no report", () -> server.site().mailbox(Site.ALICE).mails().size() >= 2);
    mx.refuse("451 4.3.2 " + EVIL);
    server.mail("waiting@example.net");
    server.awaitDeferred("waiting@example.net", "451 4.3.2 " + EVIL.replace("\"", "\\\""));
    strangers();
    command("user", "hold", Site.BOB);
    try (SmtpLink bob =
        SmtpLink.open(server.submission()).login(server.world().trust(), Site.BOB, Site.PASSWORD)) {
      String reply =
          bob.send(
              Site.BOB,
              "everybody@example.net",
              Mail.of(Site.BOB, "everybody@example.net", "Letter " + EVIL, "Hello"));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  /// What comes from outside.
  private void strangers() throws IOException {
    String from = "carol@example.net";
    taken(stranger(from, Site.BOB, Mail.of(from, Site.BOB, "Dinner " + EVIL, "At eight?")));
    Mail program =
        Mail.ofLocal(
            """
            From: %s <%s>
            To: <%s>
            Subject: Invoice %s
            Date: Sun, 22 Nov 2026 12:00:00 +0000
            Message-ID: <%s@client.test>
            MIME-Version: 1.0
            Content-Type: application/octet-stream; name="invoice.exe"
            Content-Disposition: attachment; filename="invoice.exe"
            Content-Transfer-Encoding: base64

            TVqQAAMAAAAEAAAA
            """
                .formatted(
                    EVIL.replace("\"", ""),
                    from,
                    Site.BOB,
                    EVIL,
                    EVIL.replaceAll("[^a-z<>/()]", "")));
    taken(stranger(from, Site.BOB, program));
    taken(stranger(from, Site.ALICE, program));
    taken(
        stranger(
            EVIL_LOCAL + "@example.net",
            Site.BOB,
            Mail.of(from, Site.BOB, "By a strange name", "Hello")));
    stranger(EVIL_LOCAL + "@example.net", "nobody@example.org", Mail.of(from, from, "x", "x"));
    report();
  }

  private static void taken(String reply) {
    assertTrue(reply.startsWith("250"), reply);
  }

  private String stranger(String from, String to, Mail mail) throws IOException {
    try (var link = SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net")) {
      return link.send(from, to, mail);
    }
  }

  /// What others saw in our name in the last weeks, by mail from somebody with an evil name.
  private void report() throws IOException {
    Instant midnight = Instant.now().truncatedTo(ChronoUnit.DAYS);
    for (int day = 1; day <= 28; day++) {
      Instant begin = midnight.minus(Duration.ofDays(day));
      String name =
          "receiver%d.example!example.org!%d!%d"
              .formatted(
                  day % 2, begin.getEpochSecond(), begin.plusSeconds(86399).getEpochSecond());
      String xml = xml(begin, day);
      Mail mail =
          Mail.ofLocal(
              """
              From: <reports@example.net>
              To: <dmarc-reports@example.org>
              Subject: Report Domain: example.org Submitter: %s Report-ID: <%d>
              Date: Sun, 22 Nov 2026 12:00:00 +0000
              Message-ID: <report-%d@client.test>
              MIME-Version: 1.0
              Content-Type: application/gzip; name="%s.xml.gz"
              Content-Disposition: attachment; filename="%s.xml.gz"
              Content-Transfer-Encoding: base64

              %s
              """
                  .formatted(EVIL, day, day, name, name, packed(xml)));
      taken(stranger("reports@example.net", "dmarc-reports@example.org", mail));
    }
  }

  private static String packed(String xml) throws IOException {
    var octets = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(octets)) {
      out.write(xml.getBytes(StandardCharsets.UTF_8));
    }
    return Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(octets.toByteArray());
  }

  private static String xml(Instant begin, int day) {
    String evil = EVIL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    String rows =
        row("127.0.0.2", 20 + day % 7, "pass", "example.org", "example.org")
            + row("192.0.2.99", 2 + day % 3, "fail", evil, "evil.example")
            + row("198.51.100.7", 3, "fail", "newsletter.example", "newsletter.example");
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <feedback>
      <report_metadata>
        <org_name>%s</org_name><email>reports@example.net</email>
        <report_id>%d</report_id>
        <date_range><begin>%d</begin><end>%d</end></date_range>
      </report_metadata>
      <policy_published><domain>example.org</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct></policy_published>
    %s</feedback>
    """
        .formatted(
            evil, day, begin.getEpochSecond(), begin.plusSeconds(86399).getEpochSecond(), rows);
  }

  private static String row(String ip, int count, String result, String signer, String envelope) {
    return """
      <record>
        <row><source_ip>%s</source_ip><count>%d</count><policy_evaluated><disposition>none</disposition><dkim>%s</dkim><spf>%s</spf></policy_evaluated></row>
        <identifiers><header_from>example.org</header_from><envelope_from>%s</envelope_from></identifiers>
        <auth_results><dkim><domain>%s</domain><selector>s</selector><result>%s</result></dkim><spf><domain>%s</domain><result>%s</result></spf></auth_results>
      </record>
    """
        .formatted(ip, count, result, result, envelope, signer, result, envelope, result);
  }

  /// Types a command.
  String command(String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("-c");
    all.add(server.site().configuration().toString());
    CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));
    assertEquals(0, run.code(), run.text());
    return run.text();
  }

  RunningServer server() {
    return server;
  }

  /// Where the pages are.
  InetSocketAddress pages() {
    return server.server().webListeners().getFirst();
  }

  /// A page as somebody sees it from outside.
  URI outside(String path) {
    return URI.create("https://" + Site.HOST + ":" + pages().getPort() + path);
  }

  /// A page as somebody sees it who sits at the machine.
  URI here(String path) {
    return URI.create("https://localhost:" + pages().getPort() + path);
  }

  @Override
  public void close() throws IOException {
    server.close();
    mx.close();
  }
}
