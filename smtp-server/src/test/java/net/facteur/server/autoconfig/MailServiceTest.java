package net.facteur.server.autoconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailServiceTest {
  private static final DomainName ORG = DomainName.of("example.org");

  @ParameterizedTest
  @CsvSource({
    "imaps://mail.example.org, imaps://mail.example.org:993",
    "imap://mail.example.org, imap://mail.example.org:143",
    "pop3s://mail.example.org:1995, pop3s://mail.example.org:1995",
    "submission://mail.example.org, submission://mail.example.org:587",
    "submissions://mail.example.org:465, submissions://mail.example.org:465",
    "sieve://mail.example.org, sieve://mail.example.org:4190"
  })
  void serviceIsReadAndPrinted(String text, String printed) {
    assertEquals(Optional.of(printed), MailService.parse(text).map(MailService::toString));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mail.example.org:993",
        "imaps:mail.example.org",
        "imaps://",
        "imaps://mail.example.org:0",
        "imaps://mail.example.org:65536",
        "imaps://mail.example.org:993/",
        "imaps://alice@mail.example.org",
        "smtp://mail.example.org",
        "IMAPS://mail.example.org"
      })
  void whatIsNoServiceIsNone(String text) {
    assertEquals(Optional.empty(), MailService.parse(text));
  }

  @Test
  void zoneNamesEachServiceAndPrefersTlsFromTheFirstOctet() {
    assertEquals(
        List.of(
            "_submissions._tcp.example.org SRV 0 1 465 mail.example.org.",
            "_imaps._tcp.example.org SRV 0 1 993 imap.example.org.",
            "_pop3s._tcp.example.org SRV 0 1 995 imap.example.org.",
            "_submission._tcp.example.org SRV 10 1 587 mail.example.org.",
            "_sieve._tcp.example.org SRV 0 1 4190 imap.example.org.",
            "_autodiscover._tcp.example.org SRV 0 0 443 mail.example.org.",
            "autoconfig.example.org CNAME mail.example.org.",
            "ua-auto-config.example.org CNAME mail.example.org. draft",
            "_ua-auto-config.example.org TXT "
                + Pacc.of(AutoconfigRoutesTest.SETTINGS, ORG).txt()
                + " draft"),
        records(AutoconfigRoutesTest.SETTINGS));
  }

  @Test
  void withoutWebTheZoneNamesServicesAlone() {
    var its = AutoconfigRoutesTest.SETTINGS;
    assertEquals(
        5,
        records(
                new AutoconfigSettings(
                    its.host(), its.domains(), its.services(), Optional.empty(), Optional.empty()))
            .size());
    assertEquals(
        List.of("_submissions._tcp.example.org SRV 0 1 465 mail.example.org."),
        records(
            new AutoconfigSettings(
                its.host(),
                Set.of(ORG),
                new MailServices(
                    Stream.of("submissions://mail.example.org")
                        .map(text -> MailService.parse(text).orElseThrow())
                        .toList()),
                Optional.of(443),
                Optional.empty())));
  }

  private static List<String> records(AutoconfigSettings settings) {
    return new ServiceRecords(settings)
        .of(ORG).stream()
            .map(
                one ->
                    one.owner()
                        + " "
                        + one.type()
                        + " "
                        + one.data()
                        + (one.draft() ? " draft" : ""))
            .toList();
  }
}
