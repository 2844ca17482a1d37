package net.facteur.auth.dmarc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Mechanism;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Standing;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The examples of RFC 9989, and the records and alignments of another implementation.
class DmarcConformanceTest {

  @TestFactory
  Stream<DynamicTest> theExamplesOfTheRfcComeOutAsItSays() {
    return ConformanceCases.cases("dmarc/rfc9989-text/cases.json")
        .map(c -> DynamicTest.dynamicTest(c.get("id").asString(), () -> check(c)));
  }

  private static void check(JsonNode c) {
    ZoneResolver zone = zone(c);
    var identifiers = new ArrayList<AuthenticatedIdentifier>();
    if (!c.get("spf").isNull()) {
      identifiers.add(
          AuthenticatedIdentifier.spf(
              DomainName.of(c.get("spf").get(0).asString()), standing(c.get("spf"))));
    }
    for (JsonNode dkim : c.get("dkim")) {
      identifiers.add(
          AuthenticatedIdentifier.dkim(DomainName.of(dkim.get(0).asString()), "s", standing(dkim)));
    }
    DmarcOutcome outcome =
        new DmarcEvaluator(zone, DmarcLocalPolicy.asPublished())
            .evaluate(new AuthorDomain.One(DomainName.of(c.get("from").asString())), identifiers);
    JsonNode expect = c.get("expect");
    expect
        .properties()
        .forEach(
            e ->
                assertEquals(
                    e.getValue(),
                    new ObjectMapper().valueToTree(actual(e.getKey(), outcome, zone)),
                    () -> e.getKey() + ": " + outcome.trace()));
    if (c.has("rua")) {
      var evaluated = assertInstanceOf(DmarcOutcome.Evaluated.class, outcome);
      assertEquals(
          c.get("rua").valueStream().map(JsonNode::asString).toList(),
          evaluated.record().aggregateReports().stream().map(ReportUri::uri).toList());
    }
  }

  private static Standing standing(JsonNode pair) {
    return pair.get(1).asString().equals("pass") ? Standing.PASSED : Standing.FAILED;
  }

  private static ZoneResolver zone(JsonNode c) {
    Map<?, ?> zone = new ObjectMapper().convertValue(c.get("dns"), Map.class);
    var typed = new HashMap<String, Object>();
    zone.forEach((name, types) -> typed.put((String) name, types));
    return ZoneResolver.of(typed);
  }

  private static Object actual(String key, DmarcOutcome outcome, ZoneResolver zone) {
    if (key.equals("result")) {
      return outcome.result().word();
    }
    if (key.equals("queries")) {
      return zone.asked().stream()
          .filter(q -> q.type().equals(RecordType.TXT))
          .map(q -> q.name().text())
          .limit(8)
          .toList();
    }
    var evaluated = assertInstanceOf(DmarcOutcome.Evaluated.class, outcome);
    return switch (key) {
      case "policy_domain" -> evaluated.policyDomain().text();
      case "org_domain" -> evaluated.organizationalDomain().map(DomainName::text).orElse("");
      case "policy" -> evaluated.declared().word();
      case "policy_tag" -> evaluated.policySource().tag();
      case "applied" -> evaluated.applied().word();
      case "spf_aligned" -> evaluated.aligned(Mechanism.SPF);
      case "dkim_aligned" -> evaluated.aligned(Mechanism.DKIM);
      default -> throw new IllegalStateException("unknown expectation " + key);
    };
  }

  @TestFactory
  Stream<DynamicTest> recordsAreUnderstoodAsTheRfcHasIt() {
    return ConformanceCases.file("dmarc/opendmarc/records.json")
        .get("cases")
        .valueStream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    "\"" + c.get("record").asString() + "\"",
                    () -> checkRecord(c.get("record").asString(), c.get("rfc9989").asString())));
  }

  private static void checkRecord(String text, String reading) {
    Parsed<DmarcRecord> parsed = DmarcRecord.parse(text);
    switch (reading) {
      case "ignored (no version)" -> assertInstanceOf(Parsed.Malformed.class, parsed);
      case "ok (bad or removed tags ignored)" ->
          assertTrue(parsed.toOptional().orElseThrow().applies());
      case "p=none if rua valid, else no DMARC" -> {
        assertTrue(!parsed.toOptional().orElseThrow().applies());
        Optional<DmarcPolicy> withUri =
            DmarcRecord.parse(text + "; rua=mailto:a@example.org")
                .toOptional()
                .orElseThrow()
                .policy();
        assertEquals(Optional.of(DmarcPolicy.NONE), withUri);
      }
      default -> throw new IllegalStateException("unknown reading " + reading);
    }
  }

  /// The table was made for a list of public suffixes; here the shorter name of each pair publishes
  /// the record that makes it the organizational domain. Two pairs are no domain names.
  @TestFactory
  Stream<DynamicTest> alignmentsAreFoundByWalking() {
    return ConformanceCases.file("dmarc/opendmarc/alignment.json")
        .get("cases")
        .valueStream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.toString(),
                    () ->
                        checkAlignment(
                            c.get(0).asString(),
                            c.get(1).asString(),
                            c.get(2).asString(),
                            c.get(3).asBoolean())));
  }

  private static void checkAlignment(String author, String other, String mode, boolean aligned) {
    Optional<DomainName> from = DomainName.parse(author).toOptional();
    Optional<DomainName> to = DomainName.parse(other).toOptional();
    if (from.isEmpty() || to.isEmpty()) {
      // an empty label: no such address is ever extracted, so nothing can be aligned
      assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.ofValue("a@" + author));
      return;
    }
    String record = "v=DMARC1; p=none; adkim=" + mode;
    var world = new HashMap<String, Object>();
    for (DomainName name : List.of(from.get().suffix(2), to.get())) {
      world.put("_dmarc." + name, Map.of("TXT", List.of(record)));
    }
    var zone = ZoneResolver.of(world);
    var outcome =
        new DmarcEvaluator(zone, DmarcLocalPolicy.asPublished())
            .evaluate(
                new AuthorDomain.One(from.get()),
                List.of(AuthenticatedIdentifier.dkim(to.get(), "s", Standing.PASSED)));
    assertEquals(aligned ? DmarcResult.PASS : DmarcResult.FAIL, outcome.result());
  }
}
