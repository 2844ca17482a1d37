package net.facteur.server.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.server.language.Language;
import net.facteur.server.sources.Advice.Reason;
import org.junit.jupiter.api.Test;

class AdvisorTest {
  private static List<Advice> advice(List<AggregateReport> reports) {
    return Advisor.of(SourceSurveyTest.survey(reports, HostNames.NONE));
  }

  private static List<String> kinds(List<Advice> advice) {
    return advice.stream().map(Advice::kind).toList();
  }

  @Test
  void afterFourWeeksWithoutTroubleThePolicyCanBeStricter() {
    List<Advice> advice = advice(Weeks.daily(0, 28, "none", Weeks.own(5), Weeks.forged(3, "none")));
    assertEquals(List.of("strangers", "tighten:quarantine"), kinds(advice));
    assertEquals(new Advice.Tighten("none", "quarantine", 28, 140, 140), advice.getLast());
  }

  @Test
  void aDayLessIsNotEnough() {
    List<Advice> advice = advice(Weeks.daily(0, 27, "none", Weeks.own(5)));
    assertEquals(
        new Advice.StayFor("none", "quarantine", List.of(new Reason.FewDays(27, 28))),
        advice.getLast());
  }

  @Test
  void fewMessagesSayLittle() {
    List<Advice> advice = advice(Weeks.daily(0, 33, "none", Weeks.own(3)));
    assertEquals(
        new Advice.StayFor("none", "quarantine", List.of(new Reason.FewMessages(99, 100))),
        advice.getLast());
  }

  @Test
  void daysWithoutReportsDoNotCount() {
    List<AggregateReport> reports =
        Weeks.all(
            Weeks.daily(0, 4, "none", Weeks.own(50)), Weeks.daily(27, 5, "none", Weeks.own(50)));
    assertEquals(
        new Advice.StayFor("none", "quarantine", List.of(new Reason.FewReports(9, 10))),
        advice(reports).getLast());
  }

  @Test
  void theStepToRejectCountsFromTheStepToQuarantine() {
    List<AggregateReport> before = Weeks.daily(0, 28, "none", Weeks.own(50));
    assertEquals(
        new Advice.StayFor("quarantine", "reject", List.of(new Reason.FewDays(27, 28))),
        advice(Weeks.all(before, Weeks.daily(28, 27, "quarantine", Weeks.own(50)))).getLast());
    assertEquals(
        "tighten:reject",
        advice(Weeks.all(before, Weeks.daily(28, 28, "quarantine", Weeks.own(50))))
            .getLast()
            .kind());
  }

  @Test
  void aShareOfFailuresKeepsThePolicyAsItIs() {
    // 28 * 99 of 28 * 100 is enough for quarantine, and not for reject
    assertEquals(
        "tighten:quarantine",
        advice(Weeks.daily(0, 28, "none", Weeks.website(99, true), Weeks.website(1, false)))
            .getLast()
            .kind());
    assertEquals(
        new Advice.StayFor(
            "quarantine", "reject", List.of(new Reason.TooManyFail(2772, 2800, 99.5))),
        advice(Weeks.daily(0, 28, "quarantine", Weeks.website(99, true), Weeks.website(1, false)))
            .getLast());
  }

  @Test
  void aServiceOfWhichNothingPassesHasToBeDecidedFirst() {
    List<Advice> advice = advice(Weeks.daily(0, 30, "none", Weeks.own(50), Weeks.brevo(10)));
    assertEquals(List.of("service-signs-as-itself:brevo", "stay:none"), kinds(advice));
    var stay = assertInstanceOf(Advice.StayFor.class, advice.getLast());
    assertInstanceOf(Reason.Undecided.class, stay.reasons().getFirst());
    String said = SurveyWords.of(advice.getFirst(), "example.org").in(Language.ENGLISH);
    assertTrue(said.contains("signs with its own domain (sendinblue.com)"), said);
    assertTrue(said.contains("300 of 300"), said);
    assertTrue(said.contains("If nobody of yours uses it, do nothing"), said);
  }

  @Test
  void aMailboxServiceThatIsNotInSpfGetsTheTermToPaste() {
    List<Advice> advice = advice(Weeks.daily(0, 3, "none", Weeks.own(50), Weeks.ionos(10)));
    assertEquals("service-not-in-spf:ionos", advice.getFirst().kind());
    String said = SurveyWords.of(advice.getFirst(), "example.org").in(Language.ENGLISH);
    assertTrue(said.contains("\n    include:_spf-eu.ionos.com\n"), said);
  }

  @Test
  void aServiceThatIsSetUpIsLeftAlone() {
    assertEquals(
        List.of("tighten:quarantine"),
        kinds(advice(Weeks.daily(0, 30, "none", Weeks.own(50), Weeks.brevoSetUp(10)))));
  }

  @Test
  void aServerWhoseAddressIsNotInSpfIsToldTheTerm() {
    var unlisted =
        Weeks.entry(
            Weeks.OWN,
            20,
            "pass",
            "fail",
            "none",
            List.of(),
            Weeks.our("s1", "pass"),
            Weeks.spf(Weeks.DOMAIN, "softfail"));
    List<Advice> advice = advice(Weeks.daily(0, 1, "none", unlisted));
    assertEquals("own-not-in-spf", advice.getFirst().kind());
    String said = SurveyWords.of(advice.getFirst(), "example.org").in(Language.FRENCH);
    assertTrue(said.contains("\n    ip4:192.0.2.25\n"), said);
  }

  @Test
  void listsThatChangeMailKeepNoPolicyFromBeingStricter() {
    List<Advice> advice = advice(Weeks.daily(0, 28, "none", Weeks.own(50), Weeks.listed(4)));
    assertEquals(new Advice.Changed(112, 112), advice.getFirst());
    assertEquals("tighten:quarantine", advice.getLast().kind());
  }

  @Test
  void aPolicyOfRejectIsTheStrictest() {
    assertEquals(
        new Advice.Strictest(), advice(Weeks.daily(0, 2, "reject", Weeks.own(50))).getLast());
  }

  private static TlsSurvey tls(int days, String mode, long failures) {
    var reports = new java.util.ArrayList<TlsReport>();
    for (int day = 0; day < days; day++) {
      reports.add(Weeks.tls(day, mode, 10, day == 3 ? failures : 0));
    }
    return TlsSurvey.of(Weeks.DOMAIN, reports).orElseThrow();
  }

  @Test
  void aTestedPolicyOnTlsCanBeEnforcedAfterFourWeeksWithoutAFailure() {
    assertEquals(TlsSurvey.Step.WAIT, tls(27, "testing", 0).step());
    assertEquals(TlsSurvey.Step.ENFORCE, tls(28, "testing", 0).step());
    assertEquals(TlsSurvey.Step.REPAIR, tls(28, "testing", 1).step());
    assertEquals(TlsSurvey.Step.WELL, tls(28, "enforce", 0).step());
    assertEquals(280, tls(28, "testing", 0).successes());
  }

  @Test
  void whatFailsWithTlsIsSaidInWords() {
    String said = SurveyWords.of(tls(10, "enforce", 4)).in(Language.ENGLISH);
    assertTrue(said.contains("4 times at mail.example.org: the certificate has run out"), said);
    assertTrue(said.contains("100 sessions went well, 4 failed."), said);
  }

  @Test
  void aShareIsNeverRoundedUpToAll() {
    assertEquals("99.9", SurveyWords.share(99_999, 100_000));
    assertEquals("100", SurveyWords.share(5, 5));
    assertEquals("-", SurveyWords.share(0, 0));
  }
}
