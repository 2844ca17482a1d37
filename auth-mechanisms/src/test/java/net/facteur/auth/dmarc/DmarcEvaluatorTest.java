package net.facteur.auth.dmarc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Standing;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.AuthorDomain;
import org.junit.jupiter.api.Test;

class DmarcEvaluatorTest {
  private final Map<String, Object> zone = new HashMap<>();

  private void publish(String domain, String... records) {
    zone.put("_dmarc." + domain, Map.of("TXT", List.of(records)));
  }

  private DmarcOutcome evaluate(String from, AuthenticatedIdentifier... identifiers) {
    return evaluate(new AuthorDomain.One(DomainName.of(from)), identifiers);
  }

  private DmarcOutcome evaluate(AuthorDomain from, AuthenticatedIdentifier... identifiers) {
    return new DmarcEvaluator(ZoneResolver.of(zone), DmarcLocalPolicy.asPublished())
        .evaluate(from, List.of(identifiers));
  }

  private static AuthenticatedIdentifier dkim(String domain, Standing standing) {
    return AuthenticatedIdentifier.dkim(DomainName.of(domain), "s", standing);
  }

  private static AuthenticatedIdentifier spf(String domain, Standing standing) {
    return AuthenticatedIdentifier.spf(DomainName.of(domain), standing);
  }

  @Test
  void subdomainsTakeSpAndThoseThatDoNotExistTakeNp() {
    publish("example.org", "v=DMARC1; p=none; sp=quarantine; np=reject");
    zone.put("there.example.org", Map.of("A", List.of("192.0.2.1")));
    zone.put("below.empty.example.org", Map.of("A", List.of("192.0.2.1")));
    zone.put("broken.example.org", "SERVFAIL");
    assertEquals(DmarcPolicy.NONE, declared(evaluate("example.org")));
    assertEquals(DmarcPolicy.QUARANTINE, declared(evaluate("there.example.org")));
    assertEquals(DmarcPolicy.QUARANTINE, declared(evaluate("empty.example.org")));
    assertEquals(DmarcPolicy.REJECT, declared(evaluate("nowhere.example.org")));
    assertEquals(DmarcResult.TEMPERROR, evaluate("broken.example.org").result());
    assertEquals(
        DmarcResult.PASS,
        evaluate("broken.example.org", dkim("example.org", Standing.PASSED)).result());
  }

  private static DmarcPolicy declared(DmarcOutcome outcome) {
    return assertInstanceOf(DmarcOutcome.Evaluated.class, outcome).declared();
  }

  @Test
  void severalRecordsAtOneNameCountAsNone() {
    publish("example.org", "v=DMARC1; p=none", "v=DMARC1; p=reject");
    assertEquals(DmarcResult.NONE, evaluate("example.org").result());
    publish("example.org", "v=spf1 -all", "v=DMARC1; p=reject");
    assertEquals(DmarcResult.FAIL, evaluate("example.org").result());
  }

  @Test
  void aFailedLookUpGivesTemperrorUnlessAnotherIdentifierPasses() {
    zone.put("_dmarc.example.org", "SERVFAIL");
    assertEquals(
        DmarcResult.TEMPERROR,
        evaluate("a.example.org", dkim("a.example.org", Standing.PASSED)).result());
    publish("a.example.org", "v=DMARC1; p=reject");
    assertEquals(
        DmarcResult.PASS,
        evaluate("a.example.org", dkim("a.example.org", Standing.PASSED)).result());
    assertEquals(
        DmarcResult.TEMPERROR,
        evaluate("a.example.org", dkim("b.example.org", Standing.PASSED)).result());
    assertEquals(DmarcResult.FAIL, evaluate("a.example.org").result());
  }

  @Test
  void anAlignedSignatureThatCouldNotBeCheckedGivesTemperror() {
    publish("example.org", "v=DMARC1; p=reject");
    assertEquals(
        DmarcResult.TEMPERROR,
        evaluate("example.org", dkim("example.org", Standing.UNDETERMINED)).result());
    assertEquals(
        DmarcResult.FAIL,
        evaluate("example.org", dkim("example.net", Standing.UNDETERMINED)).result());
    assertEquals(
        DmarcResult.PASS,
        evaluate(
                "example.org",
                dkim("example.org", Standing.UNDETERMINED),
                spf("example.org", Standing.PASSED))
            .result());
  }

  @Test
  void alignmentNeedsAPassAndTheModeOfItsMechanism() {
    publish("example.org", "v=DMARC1; p=reject; adkim=s");
    assertEquals(
        DmarcResult.FAIL, evaluate("example.org", spf("example.org", Standing.FAILED)).result());
    assertEquals(
        DmarcResult.FAIL, evaluate("example.org", dkim("a.example.org", Standing.PASSED)).result());
    assertEquals(
        DmarcResult.PASS, evaluate("example.org", spf("a.example.org", Standing.PASSED)).result());
  }

  @Test
  void withoutOneFromThereIsNoAnswer() {
    assertEquals(
        DmarcResult.PERMERROR, evaluate(new AuthorDomain.Unclear("no From field")).result());
  }

  @Test
  void ofSeveralAuthorDomainsTheStrictestThatFailsCounts() {
    publish("example.org", "v=DMARC1; p=none");
    publish("example.com", "v=DMARC1; p=reject");
    AuthorDomain both = AuthorDomain.ofValue("a@example.org, b@example.com, c@example.net");
    assertEquals(
        DmarcPolicy.REJECT,
        evaluate(both, dkim("example.org", Standing.PASSED)).disposition().handling());
    AuthorDomain two = AuthorDomain.ofValue("a@example.org, b@example.com");
    assertEquals(
        DmarcResult.PASS,
        evaluate(two, dkim("example.org", Standing.PASSED), spf("example.com", Standing.PASSED))
            .result());
    String five = "a@a.test, a@b.test, a@c.test, a@d.test, a@example.com";
    assertEquals(DmarcPolicy.REJECT, evaluate(AuthorDomain.ofValue(five)).disposition().handling());
    String eleven = five + ", a@f.test, a@g.test, a@h.test, a@i.test, a@j.test, a@k.test";
    assertEquals(
        DmarcPolicy.REJECT, evaluate(AuthorDomain.ofValue(eleven)).disposition().handling());
    assertEquals(
        DmarcResult.PERMERROR,
        evaluate(AuthorDomain.ofValue(eleven.replace("example.com", "e.test"))).result());
  }

  @Test
  void anAuthorWhoCannotBeToldNeverPassesAndFailsWithAnyDomainThatFails() {
    publish("example.org", "v=DMARC1; p=none");
    publish("example.com", "v=DMARC1; p=reject");
    zone.put("_dmarc.example.net", "SERVFAIL");
    AuthenticatedIdentifier org = dkim("example.org", Standing.PASSED);
    assertEquals(
        DmarcResult.PERMERROR, evaluate(AuthorDomain.ofValue("a@example.org>"), org).result());
    assertEquals(
        DmarcPolicy.REJECT,
        evaluate(AuthorDomain.ofValue("a@example.com b@example.org"), org)
            .disposition()
            .handling());
    assertEquals(
        DmarcResult.TEMPERROR, evaluate(AuthorDomain.ofValue("<a@example.net"), org).result());
    assertEquals(DmarcResult.PERMERROR, evaluate(AuthorDomain.ofValue("a@e.test>"), org).result());
  }

  @Test
  void whatLocalPolicyDoesCountsBeforeWhatWasAskedFor() {
    publish("example.org", "v=DMARC1; p=quarantine");
    publish("example.com", "v=DMARC1; p=none");
    DmarcOutcome outcome =
        new DmarcEvaluator(
                ZoneResolver.of(zone),
                DmarcLocalPolicy.asPublished()
                    .except(Map.of(DomainName.of("example.com"), DmarcPolicy.REJECT)))
            .evaluate(AuthorDomain.ofValue("a@example.org, b@example.com"), List.of());
    assertEquals(DmarcPolicy.REJECT, outcome.disposition().handling());
  }

  @Test
  void testingLowersThePolicyAndLocalPolicyTellsItsReasons() {
    publish("example.org", "v=DMARC1; p=reject; t=y");
    assertEquals(
        "quarantine, policy_test_mode (the record says t=y)",
        evaluate("example.org").disposition().toString());
    publish("example.org", "v=DMARC1; p=reject");
    DmarcLocalPolicy policy =
        DmarcLocalPolicy.neverRejectAlone()
            .except(Map.of(DomainName.of("bank.example.org"), DmarcPolicy.REJECT));
    var evaluator = new DmarcEvaluator(ZoneResolver.of(zone), policy);
    assertEquals(
        DmarcPolicy.QUARANTINE,
        evaluator
            .evaluate(AuthorDomain.ofValue("a@shop.example.org"), List.of())
            .disposition()
            .handling());
    assertEquals(
        DmarcPolicy.REJECT,
        evaluator
            .evaluate(AuthorDomain.ofValue("a@x.bank.example.org"), List.of())
            .disposition()
            .handling());
  }

  @Test
  void theResultIsWrittenForAuthenticationResults() {
    publish("example.org", "v=DMARC1; p=none; sp=reject");
    assertEquals(
        List.of("header.from=a.example.org", "policy.dmarc=reject"),
        evaluate("a.example.org").toMethodResult().properties().stream()
            .map(Object::toString)
            .toList());
  }

  @Test
  void longNamesAndManyIdentifiersStayWithinTheBudget() {
    publish("example.org", "v=DMARC1; p=reject");
    String deep = "a.".repeat(115) + "example.org";
    var resolver = ZoneResolver.of(zone);
    var identifiers = new ArrayList<AuthenticatedIdentifier>();
    for (int i = 0; i < 10_000; i++) {
      identifiers.add(dkim("b.".repeat(100) + "x" + i + ".example.org", Standing.PASSED));
    }
    DmarcOutcome outcome =
        new DmarcEvaluator(resolver, DmarcLocalPolicy.asPublished())
            .evaluate(new AuthorDomain.One(DomainName.of(deep)), identifiers);
    assertEquals(DmarcResult.PASS, outcome.result());
    assertTrue(resolver.lookups() <= DnsTreeWalk.MAX_QUERIES, () -> "" + resolver.lookups());
    var walked = ZoneResolver.of(Map.of());
    new DnsTreeWalk(walked).walk(DomainName.of(deep));
    assertEquals(DnsTreeWalk.MAX_STEPS, walked.lookups());
  }

  @Test
  void aWalkFromAPublicSuffixStaysThere() {
    publish("example", "v=DMARC1; p=reject; psd=y");
    var tree = new DnsTreeWalk(ZoneResolver.of(zone));
    assertEquals("example", tree.walk(DomainName.of("example")).organizationalDomain().text());
    assertEquals(
        "b.example", tree.walk(DomainName.of("a.b.example")).organizationalDomain().text());
    assertEquals(
        Optional.of(DomainName.of("example")),
        tree.walk(DomainName.of("b.example")).governing().map(DnsTreeWalk.Published::domain));
  }
}
