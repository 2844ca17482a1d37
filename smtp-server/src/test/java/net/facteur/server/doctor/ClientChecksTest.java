package net.facteur.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.autoconfig.AutoconfigSettings;
import net.facteur.server.autoconfig.MailService;
import net.facteur.server.autoconfig.MailServices;
import net.facteur.server.autoconfig.ServiceRecords;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Language;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.tls.CertificateAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What mail programs look for.
class ClientChecksTest {
  private static final DomainName HOST = DomainName.of("mail.example.org");
  private static final DomainName ORG = DomainName.of("example.org");

  /// A server that offers nothing to mail programs.
  static final ServiceRecords NOTHING = records(Optional.empty());

  @TempDir private Path data;

  private static ServiceRecords records(Optional<Integer> web, String... services) {
    return new ServiceRecords(
        new AutoconfigSettings(
            HOST,
            Set.of(ORG),
            new MailServices(
                List.of(services).stream()
                    .map(text -> MailService.parse(text).orElseThrow())
                    .toList()),
            web,
            Optional.empty()));
  }

  private static final ServiceRecords WANTED =
      records(Optional.of(443), "submissions://mail.example.org", "imaps://mail.example.org");

  private static final String DIGEST =
      WANTED.of(ORG).stream()
          .filter(record -> record.type().equals("TXT"))
          .findFirst()
          .orElseThrow()
          .data();

  /// What the doctor says, each in a line.
  private List<String> told(ServiceRecords wanted, Map<String, ?> zone, String certified) {
    X509Certificate certificate =
        new CertificateAuthority("Test", Duration.ofDays(1), Instant::now, new SecureRandom())
            .issue(DomainName.of(certified))
            .leaf();
    var patient =
        new ServerFacts(
            HOST,
            Set.of(ORG),
            Set.of(),
            Map.of(),
            Map.of(),
            List.of(certificate),
            Optional.empty(),
            Optional.empty(),
            RoutesSettings.NOTHING,
            Optional.empty(),
            List.of(),
            data,
            "",
            ReceivedReportSettings.from(Settings.DEFAULTS),
            _ -> false,
            0,
            Optional.empty(),
            wanted,
            ZoneResolver.of(zone),
            new ClockExamTest.Alone(),
            _ -> {
              throw new AssertionError("no policy is asked for");
            },
            InstantSource.fixed(Instant.parse("2026-11-30T00:00:00Z")));
    return new ClientChecks(patient)
        .examine().stream()
            .map(
                one ->
                    one.level()
                        + " "
                        + one.subject().in(Language.ENGLISH)
                        + one.paste().stream()
                            .map(line -> " / " + line.in(Language.ENGLISH))
                            .reduce("", String::concat))
            .toList();
  }

  private static Map<String, Object> zone() {
    var zone = new TreeMap<String, Object>();
    zone.put("mail.example.org", Map.of("A", List.of("192.0.2.25")));
    zone.put("autoconfig.example.org", Map.of("A", List.of("192.0.2.25")));
    zone.put("_submissions._tcp.example.org", Map.of("SRV", List.of("0 5 465 mail.example.org")));
    zone.put("_imaps._tcp.example.org", Map.of("SRV", List.of("0 1 993 mail.example.org")));
    zone.put("_autodiscover._tcp.example.org", Map.of("SRV", List.of("0 0 443 mail.example.org")));
    return zone;
  }

  @Test
  void wholeZoneIsWellWithoutTheDraft() {
    assertEquals(List.of("OK example.org"), told(WANTED, zone(), "autoconfig.example.org"));
  }

  @Test
  void emptyZoneIsNoFault() {
    assertEquals(List.of("OK example.org"), told(WANTED, Map.of(), "mail.example.org"));
    assertEquals(List.of(), told(NOTHING, Map.of(), "mail.example.org"));
  }

  @Test
  void whatLeadsElsewhereIsToldWithTheLine() {
    Map<String, Object> zone = zone();
    zone.put("_imaps._tcp.example.org", Map.of("SRV", List.of("0 1 993 old.example.net")));
    zone.put("autoconfig.example.org", Map.of("A", List.of("192.0.2.99")));
    assertEquals(
        List.of(
            "WARNING _imaps._tcp.example.org"
                + " / _imaps._tcp.example.org. IN SRV 0 1 993 mail.example.org.",
            "WARNING autoconfig.example.org"
                + " / autoconfig.example.org. IN CNAME mail.example.org."),
        told(WANTED, zone, "autoconfig.example.org"));
  }

  @Test
  void nameOfTheWebNeedsACertificate() {
    assertEquals(
        List.of("WARNING autoconfig.example.org / facteur explain acme.names"),
        told(WANTED, zone(), "mail.example.org"));
  }

  @Test
  void digestHasToBeThatOfTheSettings() {
    Map<String, Object> zone = zone();
    zone.put("_ua-auto-config.example.org", Map.of("TXT", List.of(DIGEST)));
    assertEquals(List.of("OK example.org"), told(WANTED, zone, "autoconfig.example.org"));
    zone.put("_ua-auto-config.example.org", Map.of("TXT", List.of("v=UAAC1; a=sha256; d=eA==")));
    assertEquals(
        List.of(
            "WARNING _ua-auto-config.example.org / _ua-auto-config.example.org. IN TXT \""
                + DIGEST
                + "\""),
        told(WANTED, zone, "autoconfig.example.org"));
  }

  @Test
  void whatNobodyAnswersIsUnknown() {
    Map<String, Object> zone = zone();
    zone.put("_imaps._tcp.example.org", "TIMEOUT");
    assertEquals(
        List.of("WARNING _imaps._tcp.example.org"), told(WANTED, zone, "autoconfig.example.org"));
  }
}
