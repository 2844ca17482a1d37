package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;

class MtaStsCommandTest {
  private static final DomainName DOMAIN = DomainName.of("example.net");

  private static void expectNoPolicy(String words, Object txt) {
    CommandRun run =
        CommandRun.of(
            Path.of("mail.conf"),
            Map.of("_mta-sts.example.net", txt),
            "",
            "mta-sts",
            "show",
            "example.net");
    assertEquals(Facteur.PROBLEM, run.code(), run.out());
    assertTrue(run.out().contains("no policy: " + words), run.out());
  }

  @Test
  void saysWhyThereIsNoRecord() {
    expectNoPolicy("example.net publishes none", "NXDOMAIN");
    expectNoPolicy("example.net publishes none", Map.of("A", "192.0.2.1"));
    expectNoPolicy("example.net publishes none", Map.of("TXT", List.of("v=spf1 -all")));
    expectNoPolicy("the DNS gave no answer", "SERVFAIL");
    expectNoPolicy(
        "_mta-sts.example.net has 2 records",
        Map.of("TXT", List.of("v=STSv1; id=1;", "v=STSv1; id=2;")));
    expectNoPolicy(
        "the record at _mta-sts.example.net is broken; there should be the field id",
        Map.of("TXT", List.of("v=STSv1; i=1;")));
  }

  private static PolicyReading reading(String mode, Object mx) {
    MtaStsPolicyText policy =
        MtaStsPolicyText.parse(
                "version: STSv1\r\nmode: "
                    + mode
                    + "\r\nmax_age: 86400\r\n"
                    + (mode.equals("none") ? "" : "mx: mx.example.net\r\n"))
            .toOptional()
            .orElseThrow();
    return PolicyReading.of(
        DOMAIN, policy, ZoneResolver.of(Map.of("example.net", mx)).lookup(DOMAIN, RecordType.MX));
  }

  private static void expect(boolean fits, String line, PolicyReading reading) {
    assertEquals(fits, reading.fits(), reading.toString());
    assertTrue(reading.lines().stream().anyMatch(l -> said(l).equals(line)), reading.toString());
  }

  private static String said(PolicyReading.Line line) {
    return line.what().in(Language.ENGLISH) + ": " + line.found().in(Language.ENGLISH);
  }

  @Test
  void comparesThePolicyWithTheHosts() {
    Object named = Map.of("MX", "10 mx.example.net");
    Object other = Map.of("MX", List.of("10 mx.example.net", "20 backup.example.net"));
    expect(true, "mx: mx.example.net is named", reading("enforce", named));
    expect(false, "mx: backup.example.net is not named by the policy", reading("enforce", other));
    expect(true, "mode none: mail goes there as if there was no policy", reading("none", other));
    expect(false, "mode testing: what does not fit is only reported", reading("testing", other));
    expect(
        false,
        "mx: example.net is not named by the policy",
        reading("enforce", Map.of("A", "192.0.2.1")));
    expect(true, "mx: the domain takes no mail", reading("enforce", Map.of("MX", "0 .")));
    expect(false, "mx: there is no domain example.net", reading("enforce", "NXDOMAIN"));
    expect(
        false, "mx: the DNS gave no answer; try again in a minute", reading("enforce", "SERVFAIL"));
  }
}
