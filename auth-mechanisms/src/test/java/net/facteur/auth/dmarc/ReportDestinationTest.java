package net.facteur.auth.dmarc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class ReportDestinationTest {
  private static final ReportUri ABROAD = new ReportUri("mailto:r@reports.example.net");

  @TestFactory
  Stream<DynamicTest> theExamplesOfTheRfcComeOutAsItSays() {
    return ConformanceCases.file("dmarc/rfc9989-text/cases.json")
        .get("external_reports")
        .valueStream()
        .map(c -> DynamicTest.dynamicTest(c.get("id").asString(), () -> check(c)));
  }

  private static void check(JsonNode c) {
    List<String> txt = c.get("txt").valueStream().map(JsonNode::asString).toList();
    var zone = new HashMap<String, Object>();
    if (!txt.isEmpty()) {
      zone.put(c.get("query").asString(), Map.of("TXT", txt));
    }
    var kind =
        c.has("kind") && c.get("kind").asString().equals("ruf")
            ? ReportDestination.Kind.FAILURE
            : ReportDestination.Kind.AGGREGATE;
    ReportDestination.Verdict verdict =
        new ReportDestination(ZoneResolver.of(zone))
            .check(
                DomainName.of(c.get("policy_domain").asString()),
                new ReportUri(c.get("uri").asString()),
                kind);
    List<String> sent =
        verdict instanceof ReportDestination.Verdict.Allowed(List<ReportUri> uris)
            ? uris.stream().map(ReportUri::uri).toList()
            : List.of();
    assertEquals(
        c.get("send_to").valueStream().map(JsonNode::asString).toList(), sent, verdict.toString());
  }

  private static ReportDestination.Verdict check(Map<String, ?> zone, ReportUri uri) {
    return new ReportDestination(ZoneResolver.of(zone))
        .check(DomainName.of("example.org"), uri, ReportDestination.Kind.AGGREGATE);
  }

  @Test
  void theSameOrganizationNeedsNoRecord() {
    Map<String, Object> zone =
        Map.of("_dmarc.example.org", Map.of("TXT", List.of("v=DMARC1; p=none")));
    assertInstanceOf(
        ReportDestination.Verdict.Allowed.class,
        check(zone, new ReportUri("mailto:r@mail.example.org")));
    assertInstanceOf(ReportDestination.Verdict.Refused.class, check(zone, ABROAD));
  }

  @Test
  void aDestinationMayOnlyNameItselfAndAFailureIsNoAnswer() {
    String name = "example.org._report._dmarc.reports.example.net";
    assertEquals(
        new ReportDestination.Verdict.Allowed(List.of(ABROAD)),
        check(
            Map.of(name, Map.of("TXT", List.of("v=DMARC1; rua=mailto:x@victim.example"))), ABROAD));
    assertInstanceOf(
        ReportDestination.Verdict.Undetermined.class, check(Map.of(name, "SERVFAIL"), ABROAD));
    assertInstanceOf(
        ReportDestination.Verdict.Refused.class,
        check(Map.of(), new ReportUri("https://reports.example.net/r")));
  }
}
