package net.facteur.server.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.mtasts.MtaStsLookup;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MxPattern;
import net.facteur.auth.tlsrpt.AppliedPolicy;
import net.facteur.auth.tlsrpt.ResultType;
import net.facteur.server.delivery.TlsPolicy.Demand;
import net.facteur.server.routing.AddressLiteral;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class DestinationTlsTest {
  private static final DomainName DOMAIN = DomainName.of("example.com");
  private static final DomainName MX = DomainName.of("mx.example.com");
  private static final String USABLE = "3 1 1 " + "ab".repeat(32);
  private static final Duration TTL = Duration.ofMinutes(5);

  /// Answers by "name TYPE"; what is not listed is a secure NODATA.
  private static final class Dns implements Resolver {
    final Map<String, Answer<?>> answers = new HashMap<>();
    final List<String> asked = new ArrayList<>();

    Dns address(String name, boolean secure) {
      return address(name, name, secure);
    }

    Dns address(String name, String owner, boolean secure) {
      answers.put(
          name + " A",
          new Answer.Records<>(
              List.of(AddressLiteral.parse("192.0.2.1").orElseThrow()),
              DomainName.of(owner),
              secure,
              TTL));
      return this;
    }

    Dns tlsa(String base, boolean secure, String... records) {
      var name = DomainName.of("_25._tcp." + base);
      answers.put(
          name + " TLSA",
          new Answer.Records<>(
              Stream.of(records).map(r -> TlsaRecord.parse(r).toOptional().orElseThrow()).toList(),
              name,
              secure,
              TTL));
      return this;
    }

    Dns bogus(String question) {
      answers.put(question, new Answer.Bogus<>("bad signature"));
      return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
      String question = name + " " + type;
      asked.add(question);
      return (Answer<T>) answers.getOrDefault(question, new Answer.NoData<>(name, true, TTL));
    }
  }

  private static MtaStsPolicies policy(MtaStsPolicyText.Mode mode, String host) {
    var text =
        new MtaStsPolicyText(
            mode, List.of(MxPattern.parse(host).toOptional().orElseThrow()), Duration.ofDays(1));
    return _ -> CompletableFuture.completedFuture(new MtaStsLookup.Policy(text));
  }

  private static TlsDecision decide(
      Dns dns, MtaStsPolicies policies, DestinationTls.InsecureMx insecureMx, boolean mxSecure) {
    return new DestinationTls(new DestinationTls.Settings(25, insecureMx, Map.of()), dns, policies)
        .decide(DOMAIN, new MxHost(MX, 10, mxSecure, DOMAIN), Demand.NONE);
  }

  private static TlsDecision decide(Dns dns, MtaStsPolicies policies) {
    return decide(dns, policies, DestinationTls.InsecureMx.DANE, true);
  }

  private static TlsRequirement.Dane dane(TlsDecision decision) {
    return assertInstanceOf(TlsRequirement.Dane.class, decision.requirement());
  }

  @TestFactory
  Stream<DynamicTest> rfc7672Cases() throws IOException {
    try (InputStream in =
        DestinationTlsTest.class.getResourceAsStream("/conformance/dane/rfc7672-text/cases.json")) {
      List<DynamicTest> tests = new ArrayList<>();
      for (JsonNode c : new ObjectMapper().readTree(in).get("cases")) {
        tests.add(
            DynamicTest.dynamicTest(
                c.get("id").asString() + ": " + c.get("desc").asString(), () -> check(c)));
      }
      assertEquals(8, tests.size());
      return tests.stream();
    }
  }

  private static void check(JsonNode c) {
    var dns = new Dns();
    DomainName host = MX;
    boolean mxSecure = true;
    for (var entry : c.get("dns").properties()) {
      String[] question = entry.getKey().split(" ", -1);
      String status = entry.getValue().get("status").asString();
      List<String> data = new ArrayList<>();
      if (entry.getValue().has("data")) {
        entry.getValue().get("data").forEach(d -> data.add(d.asString()));
      }
      boolean secure = status.equals("secure");
      switch (question[1]) {
        case "MX" -> {
          host = DomainName.of(data.getFirst().split(" ", -1)[1]);
          mxSecure = secure;
        }
        case "A" -> dns.address(question[0], secure);
        case "TLSA" -> {
          if (status.equals("bogus")) {
            dns.bogus(entry.getKey());
          } else {
            dns.tlsa(
                question[0].substring("_25._tcp.".length()),
                secure,
                data.stream()
                    .map(d -> d.replaceAll("<.*>|00\\.\\.00", "ab".repeat(32)))
                    .toArray(String[]::new));
          }
        }
        default -> throw new IllegalStateException(question[1]);
      }
    }
    TlsDecision decision =
        new DestinationTls(
                new DestinationTls.Settings(25, DestinationTls.InsecureMx.MAY, Map.of()),
                dns,
                MtaStsPolicies.NONE)
            .decide(DOMAIN, new MxHost(host, 10, mxSecure, DOMAIN), Demand.NONE);
    JsonNode expect = c.get("expect");
    switch (expect.get("mode").asString()) {
      case "dane" -> {
        TlsRequirement.Dane dane = dane(decision);
        assertFalse(dane.clearAllowed());
        if (expect.has("tlsa_base")) {
          assertEquals(expect.get("tlsa_base").asString(), dane.names().getFirst().text());
        }
      }
      case "opportunistic TLS" ->
          assertInstanceOf(TlsRequirement.Opportunistic.class, decision.requirement());
      case "TLS required, not authenticated" ->
          assertInstanceOf(TlsRequirement.Encrypt.class, decision.requirement());
      case "do not use this host, try the next, defer" ->
          assertInstanceOf(TlsRequirement.Barred.class, decision.requirement());
      default -> throw new IllegalStateException(expect.toString());
    }
    if (expect.has("no_query")) {
      assertFalse(dns.asked.contains(expect.get("no_query").asString()), dns.asked.toString());
    }
  }

  @Test
  void aPolicyNeverOpensWhatAFailedTlsaLookUpHasClosed() {
    var dns = new Dns().address("mx.example.com", true).bogus("_25._tcp.mx.example.com TLSA");
    var decision = decide(dns, policy(MtaStsPolicyText.Mode.ENFORCE, "mx.example.com"));
    assertInstanceOf(TlsRequirement.Barred.class, decision.requirement());
    TlsDecision.Account account = decision.accounts().getFirst();
    assertEquals(AppliedPolicy.Type.TLSA, account.policy().type());
    assertEquals(ResultType.DNSSEC_INVALID, account.known().orElseThrow().type());
  }

  @Test
  void daneGoesBeforeAnEnforcedPolicyWhichIsStillCounted() {
    var dns = new Dns().address("mx.example.com", true).tlsa("mx.example.com", true, USABLE);
    var decision = decide(dns, policy(MtaStsPolicyText.Mode.ENFORCE, "other.example.com"));
    assertTrue(dane(decision).policyToo().isEmpty());
    assertEquals(List.of(MX, DOMAIN), dane(decision).names());
    assertEquals(
        List.of(AppliedPolicy.Type.TLSA, AppliedPolicy.Type.STS),
        decision.accounts().stream().map(a -> a.policy().type()).toList());
  }

  @Test
  void withoutDaneAnEnforcedPolicyDecides() {
    var dns = new Dns().address("mx.example.com", false);
    assertEquals(
        new TlsRequirement.MtaSts(MX),
        decide(dns, policy(MtaStsPolicyText.Mode.ENFORCE, "*.example.com")).requirement());
    assertInstanceOf(
        TlsRequirement.Barred.class,
        decide(dns, policy(MtaStsPolicyText.Mode.ENFORCE, "mx.example.net")).requirement());
    var testing = decide(dns, policy(MtaStsPolicyText.Mode.TESTING, "*.example.com"));
    assertInstanceOf(TlsRequirement.Opportunistic.class, testing.requirement());
    assertEquals(Optional.of(new TlsRequirement.MtaSts(MX)), testing.accounts().getFirst().check());
  }

  @Test
  void unusableRecordsAskForTlsAndDoNotSilenceAPolicy() {
    var dns = new Dns().address("mx.example.com", true).tlsa("mx.example.com", true, "1 1 1 00");
    assertInstanceOf(TlsRequirement.Encrypt.class, decide(dns, MtaStsPolicies.NONE).requirement());
    assertInstanceOf(
        TlsRequirement.MtaSts.class,
        decide(dns, policy(MtaStsPolicyText.Mode.ENFORCE, "mx.example.com")).requirement());
  }

  @Test
  void behindInsecureMxRecordsTheSettingDecidesAndAnEnforcedPolicyStillHolds() {
    var dns = new Dns().address("mx.example.com", true).tlsa("mx.example.com", true, USABLE);
    var enforce = policy(MtaStsPolicyText.Mode.ENFORCE, "mx.example.com");
    var dane = dane(decide(dns, MtaStsPolicies.NONE, DestinationTls.InsecureMx.DANE, false));
    assertFalse(dane.mxProven());
    assertEquals(List.of(MX), dane.names());
    assertEquals(
        List.of(MX), dane(decide(dns, enforce, DestinationTls.InsecureMx.DANE, false)).policyToo());
    var elsewhere = policy(MtaStsPolicyText.Mode.ENFORCE, "mx.example.net");
    assertInstanceOf(
        TlsRequirement.Barred.class,
        decide(dns, elsewhere, DestinationTls.InsecureMx.DANE, false).requirement());
    assertInstanceOf(
        TlsRequirement.Encrypt.class,
        decide(dns, MtaStsPolicies.NONE, DestinationTls.InsecureMx.ENCRYPT, false).requirement());
    assertInstanceOf(
        TlsRequirement.MtaSts.class,
        decide(dns, enforce, DestinationTls.InsecureMx.ENCRYPT, false).requirement());
    assertInstanceOf(
        TlsRequirement.Opportunistic.class,
        decide(dns, MtaStsPolicies.NONE, DestinationTls.InsecureMx.MAY, false).requirement());
  }

  @Test
  void theBaseDomainFollowsAliasesThatAreSecure() {
    var expanded =
        new Dns()
            .address("mx.example.com", "host.example.net", true)
            .tlsa("host.example.net", true, USABLE);
    assertEquals(
        DomainName.of("host.example.net"),
        dane(decide(expanded, MtaStsPolicies.NONE)).names().getFirst());
    var unexpanded =
        new Dns()
            .address("mx.example.com", "host.example.net", true)
            .tlsa("mx.example.com", true, USABLE);
    assertEquals(MX, dane(decide(unexpanded, MtaStsPolicies.NONE)).names().getFirst());
    assertTrue(unexpanded.asked.contains("_25._tcp.host.example.net TLSA"));
    var insecureTarget =
        new Dns()
            .address("mx.example.com", "host.example.net", false)
            .tlsa("mx.example.com", true, USABLE);
    insecureTarget.answers.put(
        "mx.example.com CNAME",
        new Answer.Records<>(List.of(DomainName.of("host.example.net")), MX, true, TTL));
    assertEquals(MX, dane(decide(insecureTarget, MtaStsPolicies.NONE)).names().getFirst());
    insecureTarget.bogus("mx.example.com CNAME");
    assertInstanceOf(
        TlsRequirement.Barred.class, decide(insecureTarget, MtaStsPolicies.NONE).requirement());
  }

  @Test
  void insecureTlsaRecordsCountForNothing() {
    var dns = new Dns().address("mx.example.com", true).tlsa("mx.example.com", false, USABLE);
    assertInstanceOf(
        TlsRequirement.Opportunistic.class, decide(dns, MtaStsPolicies.NONE).requirement());
  }

  @Test
  void theAdministratorsWordGoesFirst() {
    var dns = new Dns().address("mx.example.com", true);
    Map<String, String> levels =
        Map.of(
            "dane-only",
            "barred",
            "secure",
            "secure",
            "secure mx.example.com",
            "secure",
            "encrypt",
            "encrypt",
            "may",
            "may",
            "none",
            "none",
            "fingerprint " + "AB:".repeat(31) + "AB",
            "fingerprint");
    levels.forEach(
        (text, word) -> {
          TlsOverride override = TlsOverride.parse(text).toOptional().orElseThrow();
          assertEquals(override, TlsOverride.parse(override.text()).toOptional().orElseThrow());
          var policy =
              new DestinationTls(
                  new DestinationTls.Settings(
                      25, DestinationTls.InsecureMx.DANE, Map.of(DOMAIN, override)),
                  dns,
                  policy(MtaStsPolicyText.Mode.ENFORCE, "mx.example.net"));
          assertEquals(
              word,
              policy
                  .decide(DOMAIN, new MxHost(MX, 10, true, DOMAIN), Demand.TLS_OPTIONAL)
                  .requirement()
                  .word(),
              text);
        });
    for (String bad :
        List.of("", "dane only", "fingerprint", "fingerprint 00", "secure a_b c..d")) {
      assertTrue(TlsOverride.parse(bad).toOptional().isEmpty(), bad);
    }
  }

  @Test
  void theSenderMayDemandTlsOrSetPoliciesAside() {
    var policy =
        new DestinationTls(
            new DestinationTls.Settings(25, DestinationTls.InsecureMx.DANE, Map.of()),
            new Dns().address("mx.example.com", true).tlsa("mx.example.com", true, USABLE),
            MtaStsPolicies.NONE);
    var secure = new MxHost(MX, 10, true, DOMAIN);
    assertEquals("dane", policy.decide(DOMAIN, secure, Demand.REQUIRE_TLS).requirement().word());
    assertEquals("may", policy.decide(DOMAIN, secure, Demand.TLS_OPTIONAL).requirement().word());
    var insecure = new MxHost(MX, 10, false, DOMAIN);
    assertInstanceOf(
        TlsRequirement.Unattainable.class,
        policy.decide(DOMAIN, insecure, Demand.REQUIRE_TLS).requirement());
    var plain =
        new DestinationTls(
            new DestinationTls.Settings(25, DestinationTls.InsecureMx.DANE, Map.of()),
            new Dns().address("mx.example.com", true),
            MtaStsPolicies.NONE);
    assertEquals(
        new TlsRequirement.Verified(List.of("mx.example.com")),
        plain.decide(DOMAIN, secure, Demand.REQUIRE_TLS).requirement());
  }

  @Test
  void theHeaderFieldIsReadWhateverItsCase() {
    assertTrue(saysNo("Subject: x\r\nTLS-Required: No\r\n\r\n"));
    assertTrue(saysNo("tls-required:no\r\n\r\n"));
    assertFalse(saysNo("TLS-Required: yes\r\n\r\n"));
    assertFalse(saysNo("X-TLS-Required: no\r\n\r\n"));
    assertFalse(saysNo("Subject: TLS-Required: no\r\n\r\n"));
    assertFalse(saysNo("TLS-Requ"));
  }

  private static boolean saysNo(String header) {
    return TlsRequiredField.saysNo(header.getBytes(ISO_8859_1));
  }
}
