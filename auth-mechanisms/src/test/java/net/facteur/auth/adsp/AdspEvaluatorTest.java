package net.facteur.auth.adsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class AdspEvaluatorTest {

  @TestFactory
  Stream<DynamicTest> theExamplesOfTheRfcComeOutAsItSays() {
    return ConformanceCases.cases("adsp/rfc5617-A/cases.json")
        .map(c -> DynamicTest.dynamicTest(c.get("id").asString(), () -> check(c)));
  }

  private static void check(JsonNode c) {
    var zone = new HashMap<String, Object>();
    Map<?, ?> dns = new ObjectMapper().convertValue(c.get("dns"), Map.class);
    dns.forEach((name, types) -> zone.put((String) name, types));
    var signers = new HashSet<DomainName>();
    for (JsonNode signature : c.get("dkim")) {
      if (signature.get(1).asString().equals("pass")) {
        signers.add(DomainName.of(signature.get(0).asString()));
      }
    }
    AdspOutcome outcome =
        new AdspEvaluator(ZoneResolver.of(zone))
            .evaluate(AuthorDomain.ofValue(c.get("from").asString()), signers);
    JsonNode expect = c.get("expect");
    assertEquals(expect.get("authres").asString(), outcome.result().word());
    assertEquals(
        expect.get("practice").isNull() ? "" : expect.get("practice").asString(),
        outcome.practice().map(AdspPractice::word).orElse(""));
  }

  private static final Map<String, Object> ZONE =
      Map.of(
          "_adsp._domainkey.all.example", Map.of("TXT", List.of("dkim=all")),
          "_adsp._domainkey.drop.example", Map.of("TXT", List.of("dkim=discardable; x=y")),
          "_adsp._domainkey.two.example", Map.of("TXT", List.of("dkim=all", "dkim=unknown")),
          "_adsp._domainkey.bad.example", Map.of("TXT", List.of("v=spf1 -all")),
          "_adsp._domainkey.late.example", Map.of("TXT", List.of("t=s; dkim=all")),
          "_adsp._domainkey.wild.example",
              Map.of("TXT", List.of("v=spf1 -all", "dkim=all", "", "DKIM=discardable")),
          "_adsp._domainkey.slow.example", "SERVFAIL",
          "gone.example", "SERVFAIL",
          "none.example", Map.of("A", List.of("192.0.2.1")));

  @ParameterizedTest
  @CsvSource({
    "a@all.example, fail",
    "a@drop.example, discard",
    "a@two.example, permerror",
    "a@bad.example, none",
    "a@late.example, none",
    "a@wild.example, fail",
    "a@slow.example, temperror",
    "a@gone.example, temperror",
    "a@none.example, none",
    "a@nowhere.example, nxdomain",
    "nobody, permerror"
  })
  void everyResultHasItsCause(String from, String result) {
    assertEquals(
        result,
        new AdspEvaluator(ZoneResolver.of(ZONE))
            .evaluate(AuthorDomain.ofValue(from), Set.of())
            .result()
            .word());
  }

  @Test
  void ofSeveralAuthorDomainsTheWorstCountsAndTheLookUpsAreBounded() {
    var zone = ZoneResolver.of(ZONE);
    AdspOutcome outcome =
        new AdspEvaluator(zone)
            .evaluate(
                AuthorDomain.ofValue("a@all.example, a@drop.example, a@none.example"),
                Set.of(DomainName.of("all.example")));
    assertEquals(
        "dkim-adsp=discard [header.from=drop.example]",
        outcome.toMethodResult().method()
            + "="
            + outcome.toMethodResult().result()
            + " "
            + outcome.toMethodResult().properties());
    assertEquals(6, zone.lookups());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "dkim", "dkim=all;dkim=all", "x=y; dkim=all", "DKIM=all", " dkim=all"})
  void whatDoesNotBeginWithItsTagIsNoRecord(String text) {
    assertInstanceOf(Parsed.Malformed.class, AdspPractice.parse(text));
  }

  @Test
  void whatIsPrintedIsReadBack() {
    for (AdspPractice practice : AdspPractice.values()) {
      assertEquals(Parsed.ok(practice), AdspPractice.parse(practice.print()));
    }
    assertEquals(Parsed.ok(AdspPractice.UNKNOWN), AdspPractice.parse("dkim=newer-word"));
  }

  @Test
  void noRecordThrowsAndWhatIsReadPrintsTheSame() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("AdspEvaluatorTest seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder(i % 2 == 0 ? "dkim=" : "");
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(
            random.nextBoolean()
                ? List.of("all", "unknown", "discardable", "dkim", "=", ";", " ")
                    .get(random.nextInt(7))
                : (char) random.nextInt(256));
      }
      switch (AdspPractice.parse(text.toString())) {
        case Parsed.Ok<AdspPractice>(AdspPractice practice) ->
            assertEquals(Parsed.ok(practice), AdspPractice.parse(practice.print()));
        case Parsed.Malformed<AdspPractice> m ->
            assertTrue(m.offset() >= 0 && m.offset() <= text.length(), () -> "seed " + seed);
      }
    }
  }
}
