package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is advised for a zone in which something stands already, or which cannot be asked.
class ZoneAdviceTest {
  @TempDir private Path directory;
  private Path settings = Path.of("");
  private final Map<String, Object> zone = new HashMap<>();

  @BeforeEach
  void write() throws IOException {
    settings = directory.resolve("mail.conf");
    Files.createDirectory(directory.resolve("data"));
    settings("");
    zone.put("mail.example.org", Map.of("A", "192.0.2.25", "AAAA", "2001:db8::25"));
  }

  private void settings(String more) throws IOException {
    Files.writeString(
        settings, "hostname = mail.example.org\ndomains { \"example.org\" {} }\n" + more);
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(settings, zone, "", arguments);
  }

  private static long count(String text, String wanted) {
    return text.lines().filter(line -> line.contains(wanted) && !line.startsWith(";")).count();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "v=spf1 include:_spf.example.net ~all | v=spf1 mx include:_spf.example.net ~all",
        "v=spf1 mx include:_spf.example.net -all | v=spf1 mx include:_spf.example.net -all",
        "v=spf1 a:mail.example.org ?all | v=spf1 a:mail.example.org ?all",
        "v=spf1 +all | v=spf1 mx ~all",
        "v=spf1 ip4:192.0.2.0/24 redirect=x.example | v=spf1 mx ip4:192.0.2.0/24"
            + " redirect=x.example",
      })
  void anSpfRecordThatStandsIsKeptAndCompleted(String old, String wanted) {
    zone.put("example.org", Map.of("TXT", old));
    String out = run("dns", "records").out();
    assertEquals(1, count(out, "example.org. 3600 IN TXT \"" + wanted + "\""), out);
    assertEquals(
        old.equals(wanted) ? 0 : 1,
        out.lines().filter(l -> l.startsWith("; in place of:") && l.contains(old)).count(),
        out);
    String update = run("dns", "records", "--format", "nsupdate").out();
    assertEquals(
        !old.equals(wanted), update.contains("update delete example.org. TXT \"" + old), update);
    String list = run("dns", "records", "--format", "list").out();
    assertEquals(!old.equals(wanted), list.contains("in place of  " + old), list);
    String json = run("dns", "records", "--format", "json").out();
    assertEquals(!old.equals(wanted), json.contains("\"replaces\":\"" + old), json);
  }

  @Test
  void aDmarcRecordThatStandsStays() {
    zone.put("_dmarc.example.org", Map.of("TXT", "v=DMARC1; p=reject"));
    String out = run("dns", "records").out();
    assertEquals(1, count(out, "v=DMARC1"), out);
    assertTrue(out.contains("_dmarc.example.org. 3600 IN TXT \"v=DMARC1; p=reject\""), out);
  }

  @Test
  void aHostThatIsADomainGetsOneSpfRecord() throws IOException {
    settings("domains { \"mail.example.org\" {} }\n");
    String out = run("dns", "records").out();
    assertEquals(1, count(out, "mail.example.org. 3600 IN TXT \"v=spf1"), out);
  }

  @Test
  void whoeverSendsThroughASmarthostIsAskedForItsInclude() throws IOException {
    settings("smarthost.host = smtp.example.net\n");
    String out = run("dns", "records").out();
    assertTrue(out.contains("ask whoever runs it which include:"), out);
    assertFalse(out.contains("\"v=spf1 mx -all\""), out);
  }

  @Test
  void addressesAreWrittenShort() {
    String out = run("dns", "records").out();
    assertTrue(out.contains("mail.example.org. 3600 IN AAAA 2001:db8::25"), out);
    assertFalse(out.contains("YOUR-IPV4-ADDRESS"), out);
  }

  @Test
  void whatTheDnsDidNotAnswerIsNotTakenForNothing() {
    zone.put("example.org", "SERVFAIL");
    String out = run("dns", "records").out();
    assertTrue(out.contains("; The DNS gave no answer about example.org."), out);
  }

  @Test
  void theDoctorSaysThatTheDnsIsMuteAndAsksNothingMore() {
    zone.clear();
    zone.put("mail.example.org", "SERVFAIL");
    zone.put("com", "SERVFAIL");
    CommandRun run = run("doctor", "--offline");
    assertTrue(run.out().contains("name servers of this machine do not answer"), run.out());
    assertFalse(run.out().contains("IN A "), run.out());
    assertFalse(run.out().contains("mx: "), run.out());
    assertEquals(Facteur.PROBLEM, run.code());
  }

  @Test
  void theDoctorKnowsTheSmarthost() throws IOException {
    settings("smarthost.host = smtp.example.net\n");
    zone.put("example.org", Map.of("TXT", "v=spf1 include:_spf.example.net -all"));
    zone.put("_spf.example.net", Map.of("TXT", "v=spf1 ip4:198.51.100.0/24 -all"));
    String out = run("doctor", "--offline").out();
    assertTrue(out.contains("mail leaves through smtp.example.net"), out);
    assertFalse(out.contains("our own mail looks forged"), out);
  }

  @Test
  void theDoctorSeesARecordThatLetsEverybodyIn() {
    zone.put("example.org", Map.of("TXT", "v=spf1 mx +all"));
    assertTrue(run("doctor", "--offline").out().contains("everybody may send in your name"));
  }

  @Test
  void theDoctorAdvisesThePolicyThatSetUpPrints() {
    String advice = "v=DMARC1; p=quarantine; rua=mailto:dmarc-reports@example.org";
    assertTrue(run("doctor", "--offline").out().contains(advice));
    assertTrue(run("dns", "records").out().contains(advice));
  }
}
