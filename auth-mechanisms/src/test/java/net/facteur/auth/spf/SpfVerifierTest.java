package net.facteur.auth.spf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import org.junit.jupiter.api.Test;

/// What the public suites leave out: bounds, internationalized mail, and words for people.
class SpfVerifierTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<String, Object> names = new HashMap<>();

  private void txt(String name, String... records) {
    names.put(name, Map.of("TXT", List.of(records)));
  }

  private static SpfOutcome check(Resolver zone, String client, String reversePath) {
    var request =
        SpfRequest.mailFrom(
            IpLiteral.parse(client).toOptional().orElseThrow(), "helo.test", reversePath);
    return new SpfVerifier(zone, () -> NOW, "mx.example.org").check(request);
  }

  private SpfOutcome check(String reversePath) {
    return check(ZoneResolver.of(names), "192.0.2.1", reversePath);
  }

  private void assertCheck(SpfResult result, int lookups, String reversePath) {
    ZoneResolver zone = ZoneResolver.of(names);
    SpfOutcome outcome = check(zone, "192.0.2.1", reversePath);
    assertEquals(result, outcome.result(), () -> String.join("\n", outcome.trace()));
    assertEquals(lookups, zone.lookups(), () -> zone.asked().toString());
  }

  @Test
  void includesInACircleEndAfterTenTerms() {
    txt("a.test", "v=spf1 include:b.test -all");
    txt("b.test", "v=spf1 include:a.test -all");
    assertCheck(SpfResult.PERMERROR, 11, "x@a.test");
  }

  @Test
  void redirectsInACircleEndAfterTenTerms() {
    txt("a.test", "v=spf1 redirect=a.test");
    assertCheck(SpfResult.PERMERROR, 11, "x@a.test");
  }

  @Test
  void includesThatBranchShareOneBudget() {
    txt("a.test", "v=spf1 include:b.test include:b.test include:b.test -all");
    txt("b.test", "v=spf1 include:c.test include:c.test include:c.test -all");
    txt("c.test", "v=spf1 a:d.test a:d.test -all");
    names.put("d.test", Map.of("A", "192.0.2.99"));
    assertCheck(SpfResult.PERMERROR, 11, "x@a.test");
  }

  @Test
  void aThousandMechanismsAskNoMoreThanTen() {
    txt("a.test", "v=spf1 " + "a:d.test ".repeat(1000) + "+all");
    names.put("d.test", Map.of("A", "192.0.2.99"));
    assertCheck(SpfResult.PERMERROR, 11, "x@a.test");
  }

  @Test
  void aRecordOf64KibIsReadAndDecides() {
    txt("a.test", "v=spf1 " + "ip4:198.51.100.1 ".repeat(3850) + "-all");
    assertCheck(SpfResult.FAIL, 1, "x@a.test");
    txt("b.test", "v=spf1 " + "%".repeat(65_000));
    assertCheck(SpfResult.PERMERROR, 1, "x@b.test");
  }

  @Test
  void aNulInARecordIsAPermanentError() {
    txt("a.test", "v=spf1 a\0 -all");
    assertCheck(SpfResult.PERMERROR, 1, "x@a.test");
    txt("b.test", "v=spf1\0-all");
    assertCheck(SpfResult.NONE, 1, "x@b.test");
  }

  @Test
  void thirdTermThatFindsNothingIsAPermanentError() {
    txt("a.test", "v=spf1 a:x.test a:y.test -all");
    assertCheck(SpfResult.FAIL, 3, "x@a.test");
    txt("b.test", "v=spf1 a:x.test a:y.test a:z.test -all");
    assertCheck(SpfResult.PERMERROR, 4, "x@b.test");
  }

  @Test
  void elevenMailServersAreAPermanentErrorWithoutAskingForAny() {
    var hosts = new ArrayList<String>();
    for (int i = 0; i < 11; i++) {
      hosts.add("10 mx" + i + ".test");
    }
    names.put("a.test", Map.of("TXT", "v=spf1 mx -all", "MX", hosts));
    assertCheck(SpfResult.PERMERROR, 2, "x@a.test");
  }

  @Test
  void aFloodOfReverseNamesIsCutAtTen() {
    var reverse = new ArrayList<String>();
    for (int i = 0; i < 500; i++) {
      reverse.add("n" + i + ".a.test");
      names.put("n" + i + ".a.test", Map.of("A", i == 9 || i == 10 ? "192.0.2.1" : "192.0.2.2"));
    }
    names.put("1.2.0.192.in-addr.arpa", Map.of("PTR", reverse));
    txt("a.test", "v=spf1 ptr:n10.a.test ptr:n9.a.test -all");
    // the record, the reverse name and ten names once, for both terms
    assertCheck(SpfResult.PASS, 12, "x@a.test");
    assertEquals("ptr:n9.a.test", check("x@a.test").mechanism());
  }

  @Test
  void validatedNameMacrosCountAsTerms() {
    txt("a.test", "v=spf1 exists:%{p}%{p}%{p}%{p}%{p}%{p}%{p}%{p}%{p}%{p}.a.test +all");
    assertEquals(SpfResult.PERMERROR, check("x@a.test").result());
  }

  @Test
  void anExpansionLongerThanANameKeepsItsRightEnd() {
    var asked = new ArrayList<String>();
    txt("a.test", "v=spf1 exists:" + "%{h}.".repeat(200) + "a.test -all");
    ZoneResolver zone = ZoneResolver.of(names);
    SpfOutcome outcome = check(zone, "192.0.2.1", "x@a.test");
    zone.asked().forEach(q -> asked.add(q.name().text()));
    assertEquals(SpfResult.FAIL, outcome.result());
    String expanded = asked.getLast();
    assertTrue(expanded.length() <= 253 && expanded.length() > 240, expanded);
    assertTrue(expanded.endsWith("helo.test.helo.test.a.test"), expanded);
  }

  @Test
  void hugeExpansionsStayBounded() {
    txt("a.test", "v=spf1 exists:" + "%{s}".repeat(16_000) + ".a.test -all exp=e.test");
    txt("e.test", "%{s}".repeat(16_000));
    SpfOutcome outcome = check("x".repeat(5_000) + "@a.test");
    assertEquals(SpfResult.FAIL, outcome.result());
    assertEquals(SpfExplanation.MAX_CHARS, outcome.explanation().text().length());
  }

  @Test
  void ipv4MappedClientsAreIpv4Clients() {
    txt("a.test", "v=spf1 ip4:192.0.2.0/24 -all");
    assertEquals(
        SpfResult.PASS, check(ZoneResolver.of(names), "::ffff:192.0.2.77", "x@a.test").result());
  }

  @Test
  void ipv6ClientsMeetNoVoidLimitAtIpv4MailServers() {
    names.put(
        "a.test",
        Map.of("TXT", "v=spf1 mx -all", "MX", List.of("1 m1.test", "2 m2.test", "3 m3.test")));
    for (int i = 1; i <= 3; i++) {
      names.put("m" + i + ".test", Map.of("A", "192.0.2.1"));
    }
    assertEquals(SpfResult.FAIL, check(ZoneResolver.of(names), "2001:db8::1", "x@a.test").result());
  }

  @Test
  void uLabelsAreCheckedAsALabels() {
    txt("xn--bcher-kva.test", "v=spf1 exists:%{o}.ok.test -all");
    names.put("xn--bcher-kva.test.ok.test", Map.of("A", "127.0.0.2"));
    SpfOutcome outcome = check("x@b\u00fccher.test");
    assertEquals(SpfResult.PASS, outcome.result());
    assertEquals("xn--bcher-kva.test", outcome.domain().orElseThrow().text());
  }

  @Test
  void termsWithAnInternationalizedLocalPartDoNotMatch() {
    txt("a.test", "v=spf1 exists:%{l}.ok.test include:%{S}.ok.test ip4:192.0.2.1 -all");
    assertCheck(SpfResult.PASS, 1, "j\u00f6rg@a.test");
    assertEquals("ip4:192.0.2.1", check("j\u00f6rg@a.test").mechanism());
  }

  @Test
  void explanationsArePrintableAsciiWhateverThePeerSent() {
    txt("a.test", "v=spf1 -all exp=e.test");
    txt("e.test", "%{l} at %{r} since %{t}, %{L}");
    assertEquals(
        "j?rg\"? at mx.example.org since 1767225600, j%C3%B6rg%22%07",
        check("j\u00f6rg\"\u0007@a.test").explanation().text());
  }

  @Test
  void theNullReversePathIsPostmasterAtTheHeloName() {
    txt("helo.test", "v=spf1 exists:%{l}.%{o}.ok.test -all");
    names.put("postmaster.helo.test.ok.test", Map.of("A", "127.0.0.2"));
    assertEquals(SpfResult.PASS, check("").result());
  }

  @Test
  void theHeloIdentityIsCheckedOnItsOwn() {
    txt("mail.test", "v=spf1 a -all");
    var request =
        SpfRequest.helo(IpLiteral.parse("192.0.2.1").toOptional().orElseThrow(), "mail.test");
    SpfOutcome outcome =
        new SpfVerifier(ZoneResolver.of(names), () -> NOW, "mx.test").check(request);
    assertEquals(SpfResult.FAIL, outcome.result());
    assertEquals(SpfIdentity.HELO, outcome.identity());
  }

  @Test
  void checksThatTakeTooLongAreATemporaryError() {
    txt("a.test", "v=spf1 a:d.test a:d.test a:d.test +all");
    names.put("d.test", Map.of("A", "192.0.2.99"));
    ZoneResolver zone = ZoneResolver.of(names);
    var now = new AtomicReference<>(NOW);
    Resolver slow =
        new Resolver() {
          @Override
          public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
            now.updateAndGet(t -> t.plus(Duration.ofSeconds(8)));
            return zone.lookup(name, type);
          }
        };
    var request =
        SpfRequest.mailFrom(
            IpLiteral.parse("192.0.2.1").toOptional().orElseThrow(), "h.test", "x@a.test");
    SpfOutcome outcome = new SpfVerifier(slow, now::get, "mx.test").check(request);
    assertEquals(SpfResult.TEMPERROR, outcome.result());
    assertEquals(3, zone.lookups());
  }

  @Test
  void theTraceCanBeReadByAVolunteer() {
    txt("example.com", "v=spf1 include:_spf.example.net a:h.test -all");
    txt("_spf.example.net", "v=spf1 ip4:198.51.100.0/24 ~all");
    names.put("h.test", Map.of("A", "192.0.2.9"));
    assertEquals(
        List.of(
            "example.com: v=spf1 include:_spf.example.net a:h.test -all",
            "  _spf.example.net: v=spf1 ip4:198.51.100.0/24 ~all",
            "  ip4:198.51.100.0/24: not match",
            "  ~all: match",
            "include:_spf.example.net: not match",
            "a:h.test: not match (h.test is 192.0.2.9)",
            "-all: match",
            "result: fail"),
        check("x@example.com").trace());
  }

  @Test
  void randomRequestsAndRecordsNeverThrowAndCostLittle() {
    long seed = Long.getLong("facteur.seed", 7208);
    var random = new Random(seed);
    String[] words = {
      "a",
      "mx",
      "ptr",
      "include:",
      "redirect=",
      "exp=",
      "exists:",
      "%{s}",
      "%{p}",
      ".test",
      " ",
      " -all",
      "~all",
      "ip4:192.0.2.1",
      "/24",
      "a.test",
      "%{lr-}.",
      "%{h}.",
      "\0",
      "\u00e9",
      "%"
    };
    for (int n = 0; n < 10_000; n++) {
      names.clear();
      for (String name : List.of("a.test", "b.a.test", "x.test")) {
        var record = new StringBuilder("v=spf1 ");
        for (int i = random.nextInt(12); i > 0; i--) {
          record.append(words[random.nextInt(words.length)]);
        }
        names.put(name, Map.of("TXT", record.toString(), "MX", "1 a.test", "A", "192.0.2.9"));
      }
      ZoneResolver zone = ZoneResolver.of(names);
      var path = new StringBuilder();
      for (int i = random.nextInt(8); i > 0; i--) {
        path.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x3000));
      }
      SpfOutcome outcome = check(zone, "192.0.2.1", path + "@a.test");
      assertTrue(zone.lookups() <= 1 + 10 * 11 + 11 + 1, "seed " + seed);
      for (String line : outcome.trace()) {
        assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7f), "seed " + seed);
      }
    }
  }
}
