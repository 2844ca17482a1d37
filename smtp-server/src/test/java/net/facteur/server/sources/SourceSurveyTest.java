package net.facteur.server.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import org.junit.jupiter.api.Test;

class SourceSurveyTest {
  static final OwnIdentity OWN =
      new OwnIdentity(
          Set.of(address(Weeks.OWN)), Set.of(DomainName.of("mail.example.org")), Set.of("s1"));

  static InetAddress address(String text) {
    return IpLiteral.parse(text).toOptional().orElseThrow();
  }

  static DomainSurvey survey(List<AggregateReport> reports, HostNames names) {
    var survey = new SourceSurvey(OWN, KnownServices.shipped());
    reports.forEach(survey::add);
    List<DomainSurvey> found = survey.found(names);
    assertEquals(1, found.size());
    return found.getFirst();
  }

  static DomainSurvey survey(AggregateReport... reports) {
    return survey(List.of(reports), HostNames.NONE);
  }

  private static Map<String, Long> messages(DomainSurvey survey) {
    Map<String, Long> messages = new HashMap<>();
    survey.sources().forEach(count -> messages.put(count.source().identity(), count.messages()));
    return messages;
  }

  @Test
  void everyKindOfSenderIsToldFromTheOthers() {
    DomainSurvey survey =
        survey(
            Weeks.report(
                "a",
                "none",
                0,
                Weeks.own(100),
                Weeks.forwarded(5),
                Weeks.listed(4),
                Weeks.brevo(30),
                Weeks.ionos(7),
                Weeks.website(9, true),
                Weeks.forged(3, "none")));
    assertEquals(
        Map.of(
            "own", 100L,
            "forwarder:alumni.example.edu", 5L,
            "forwarder:lists.example.net", 4L,
            "service:brevo", 30L,
            "service:ionos", 7L,
            "host:198.51.100.80", 9L,
            "host:198.51.100.66", 3L),
        messages(survey));
    assertEquals(158, survey.messages());
    assertEquals(114, survey.passed());
    assertEquals(1, survey.reports());
  }

  @Test
  void aServiceThatSignsWithOurDomainIsNoForwarder() {
    DomainSurvey survey = survey(Weeks.report("a", "none", 0, Weeks.own(1), Weeks.brevoSetUp(8)));
    assertEquals(Map.of("own", 1L, "service:brevo", 8L), messages(survey));
  }

  @Test
  void aKeyThatThisServerWasSeenToSignWithIsItsOwn() {
    Entry own =
        Weeks.entry(
            Weeks.OWN, 1, "pass", "pass", "none", List.of(), Weeks.our("old", "pass"), List.of());
    Entry forwarded =
        Weeks.entry(
            "203.0.113.7",
            2,
            "pass",
            "fail",
            "none",
            List.of(),
            Weeks.our("OLD", "pass"),
            Weeks.spf("elsewhere.example", "pass"));
    assertEquals(
        2L,
        messages(survey(Weeks.report("a", "none", 0, forwarded), Weeks.report("b", "none", 0, own)))
            .get("forwarder:elsewhere.example"));
  }

  @Test
  void aNameTellsAServiceOnlyIfItLeadsBack() {
    Entry failing =
        Weeks.entry(
            "198.51.100.9",
            4,
            "fail",
            "fail",
            "none",
            List.of(),
            List.of(),
            Weeks.spf("x.example", "none"));
    AggregateReport report = Weeks.report("a", "none", 0, failing);
    HostNames names = _ -> Optional.of(DomainName.of("1.mail-out.ovh.net"));
    assertEquals(Map.of("service:ovh", 4L), messages(survey(List.of(report), names)));
    assertEquals(
        Map.of("host:198.51.100.9", 4L), messages(survey(List.of(report), HostNames.NONE)));
  }

  @Test
  void aServiceIsNotBelievedFromASignatureThatFails() {
    Entry forged =
        Weeks.entry(
            "198.51.100.9",
            4,
            "fail",
            "fail",
            "none",
            List.of(),
            List.of(new DkimResult("sendinblue.com", "mail", "fail", "")),
            Weeks.spf("sender-sib.com", "softfail"));
    assertEquals(
        Map.of("host:198.51.100.9", 4L), messages(survey(Weeks.report("a", "none", 0, forged))));
  }

  @Test
  void aSmarthostIsThisServer() {
    var identity =
        new OwnIdentity(Set.of(), Set.of(DomainName.of("provider.example")), Set.of("s1"));
    var survey = new SourceSurvey(identity, KnownServices.shipped());
    survey.add(Weeks.report("a", "none", 0, Weeks.website(9, true)));
    assertEquals(
        Map.of("own", 9L),
        messages(
            survey.found(_ -> Optional.of(DomainName.of("out7.provider.example"))).getFirst()));
  }

  @Test
  void aHostThatSendsForUsAndFailsAtTimesIsOneSource() {
    DomainSurvey survey =
        survey(
            Weeks.report("a", "none", 0, Weeks.website(9, true)),
            Weeks.report("a", "none", 1, Weeks.website(2, false)));
    assertEquals(Map.of("host:198.51.100.80", 11L), messages(survey));
    SourceCount count = survey.sources().getFirst();
    assertTrue(count.source() instanceof Source.Authorized, count::toString);
    assertEquals(9, count.passed());
    assertEquals(new DayCount(0, 2), count.days().get(Weeks.FIRST.plusDays(1)));
  }

  @Test
  void addressesBeyondTheLimitAreCountedTogether() {
    var survey = new SourceSurvey(OWN, KnownServices.shipped(), 500);
    var entries = new Entry[600];
    for (int i = 0; i < entries.length; i++) {
      entries[i] =
          Weeks.entry(
              "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255),
              1,
              "fail",
              "fail",
              "none",
              List.of(),
              List.of(),
              List.of());
    }
    survey.add(Weeks.report("a", "none", 0, entries));
    DomainSurvey found = survey.found(HostNames.NONE).getFirst();
    assertEquals(600, found.messages());
    assertEquals(100, messages(found).get("others"));
  }

  @Test
  void everyServiceOfTheTableCanBeRecognised() {
    for (KnownService service : KnownServices.shipped().all()) {
      assertTrue(
          !service.signs().isEmpty()
              || !service.bounces().isEmpty()
              || !service.hosts().isEmpty()
              || !service.networks().isEmpty(),
          service::toString);
      assertTrue(!service.where().isBlank() && service.page().contains("."), service::toString);
    }
    assertTrue(KnownServices.shipped().all().size() > 25);
  }
}
