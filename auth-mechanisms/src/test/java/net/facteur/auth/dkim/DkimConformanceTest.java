package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Other projects' DKIM suites. Where this library decides differently, `decided-differently.json`
/// has the case, its result here, and the RFC sentence that decides it.
class DkimConformanceTest {
  private static final String ROOT = "/conformance/dkim/";
  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
  private static final DkimVerifier.Policy DEFAULT = DkimVerifier.Policy.DEFAULT;
  private static final DkimVerifier.Policy LEGACY = DEFAULT.legacy();
  private static final JsonNode DIFFERENT = json("decided-differently.json");

  private static byte[] file(String name) {
    try (InputStream in = DkimConformanceTest.class.getResourceAsStream(ROOT + name)) {
      if (in == null) {
        throw new IllegalArgumentException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String name) {
    return new String(file(name), StandardCharsets.ISO_8859_1);
  }

  private static JsonNode json(String name) {
    return new ObjectMapper().readTree(file(name));
  }

  private static String id(JsonNode c) {
    return c.path("id").asString();
  }

  /// A zone of TXT records; the word TEMPERROR makes a look-up fail.
  private static Resolver zone(JsonNode dns) {
    Map<String, Object> zone = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : dns.properties()) {
      String text = entry.getValue().asString();
      if (text.equals("TEMPERROR")) {
        zone.put(entry.getKey(), "SERVFAIL");
      } else if (!text.equals("NXDOMAIN")) {
        zone.put(entry.getKey(), Map.of("TXT", List.of(List.of(text))));
      }
    }
    return ZoneResolver.of(zone);
  }

  private static List<DkimOutcome> verify(Eml eml, Resolver resolver, DkimVerifier.Policy policy)
      throws IOException {
    return verify(eml, resolver, policy, NOW);
  }

  private static List<DkimOutcome> verify(
      Eml eml, Resolver resolver, DkimVerifier.Policy policy, Instant now) throws IOException {
    var verifier = new DkimVerifier(resolver, DkimCrypto.standard(), () -> now, policy);
    return verifier.verify(eml.header(), eml.stream());
  }

  /// What the suite expects, or what the list says is decided here.
  private static void assertDecided(
      String suite, String id, Predicate<DkimResult> expected, List<DkimOutcome> outcomes) {
    DkimResult result = DkimOutcome.best(outcomes);
    JsonNode different = DIFFERENT.path(suite).path(id);
    if (different.isMissingNode()) {
      assertTrue(expected.test(result), () -> result + ": " + outcomes);
    } else {
      assertEquals(different.path("here").asString(), result.word(), outcomes::toString);
      assertFalse(expected.test(result), "this case is no longer decided differently");
    }
  }

  @TestFactory
  Stream<DynamicTest> theRfcExamples() {
    JsonNode suite = json("rfc-examples/cases.json");
    return suite
        .path("cases")
        .valueStream()
        .filter(c -> c.has("file"))
        .map(c -> dynamicTest(id(c), () -> verifyRfcExample(c, zone(suite.path("dns")))));
  }

  private static void verifyRfcExample(JsonNode c, Resolver dns) throws IOException {
    Eml eml = Eml.of(file("rfc-examples/" + c.path("file").asString()));
    List<DkimOutcome> outcomes = verify(eml, dns, DEFAULT);
    assertEquals(c.path("signatures").size(), outcomes.size());
    for (JsonNode wanted : c.path("signatures")) {
      String selector = wanted.path("s").asString();
      DkimOutcome got =
          outcomes.stream()
              .filter(o -> o.selector().orElseThrow().equals(selector))
              .findFirst()
              .orElseThrow();
      assertEquals(wanted.path("result").asString(), got.result().word(), got::reason);
      assertEquals(wanted.path("d").asString(), got.domain().orElseThrow().text());
      assertEquals(wanted.path("a").asString(), got.algorithm().orElseThrow());
      if (wanted.has("i")) {
        assertEquals(wanted.path("i").asString(), got.auid().orElseThrow());
      }
    }
  }

  @Test
  void theSignatureThatRfc8463PrintsIsMadeAgain() throws Exception {
    Eml eml = Eml.of(file("rfc-examples/rfc8463-A.3.eml"));
    DkimPrivateKey key =
        DkimPrivateKey.parse(text("rfc-examples/rfc8463-ed25519.seed.b64"))
            .toOptional()
            .orElseThrow();
    assertEquals("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", key.record().publicKey());

    HeaderField printed =
        eml.header().all(DkimSignature.FIELD).stream()
            .filter(field -> field.value().contains("ed25519"))
            .findFirst()
            .orElseThrow();
    DkimSignature signature = DkimSignature.parse(printed.value()).toOptional().orElseThrow();
    byte[] data =
        new FieldIndex(eml.header())
            .headerData(
                signature.signedFields(),
                Canonicalization.Form.RELAXED,
                SignatureField.of(printed).orElseThrow());
    byte[] made =
        DkimCrypto.standard()
            .signer(key)
            .sign(DkimCrypto.toBeSigned(SigningAlgorithm.ED25519_SHA256, data));
    assertEquals(
        "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==",
        Base64.getEncoder().encodeToString(made));
  }

  @TestFactory
  Stream<DynamicTest> mailDkimWithLegacySwitches() {
    return mailDkim(LEGACY);
  }

  @TestFactory
  Stream<DynamicTest> mailDkimByDefault() {
    return mailDkim(DEFAULT);
  }

  private static Stream<DynamicTest> mailDkim(DkimVerifier.Policy policy) {
    JsonNode suite = json("mail-dkim-corpus/cases.json");
    Resolver dns = zone(suite.path("dns"));
    return suite
        .path("cases")
        .valueStream()
        .map(c -> dynamicTest(id(c), () -> verifyMailDkim(c, dns, policy)));
  }

  private static void verifyMailDkim(JsonNode c, Resolver dns, DkimVerifier.Policy policy)
      throws IOException {
    Eml eml = Eml.withLineEnds(file("mail-dkim-corpus/" + c.path("file").asString()));
    List<DkimOutcome> outcomes = verify(eml, dns, policy);
    DkimResult result = DkimOutcome.best(outcomes);
    switch (c.path("class").asString()) {
      case "domainkeys" -> assertEquals(DkimResult.NONE, result);
      // signatures of drafts, without v=1, are no DKIM signatures
      case "pre-standard" -> assertNotEquals(DkimResult.PASS, result, outcomes::toString);
      case "legacy" -> {
        if (policy.legacySha1()) {
          Predicate<DkimResult> expected = mailDkimWord(c.path("expect").asString());
          assertDecided("mail-dkim-corpus", id(c), expected, outcomes);
        } else {
          // RFC 8301 rules out rsa-sha1 and small keys, of which all of these have one
          assertNotEquals(DkimResult.PASS, result, outcomes::toString);
        }
      }
      default ->
          assertDecided(
              "mail-dkim-corpus", id(c), mailDkimWord(c.path("expect").asString()), outcomes);
    }
  }

  private static Predicate<DkimResult> mailDkimWord(String word) {
    return switch (word) {
      case "pass" -> result -> result == DkimResult.PASS;
      case "fail" -> result -> result == DkimResult.FAIL;
      // Mail::DKIM has one word for everything that keeps it from verifying
      case "invalid" ->
          result ->
              switch (result) {
                case PERMERROR, TEMPERROR, POLICY, NEUTRAL -> true;
                case PASS, FAIL, NONE -> false;
              };
      default -> throw new IllegalArgumentException(word);
    };
  }

  @TestFactory
  Stream<DynamicTest> openDkimVerifying() {
    JsonNode suite = json("opendkim/cases.json");
    Resolver dns = zone(suite.path("dns"));
    return suite
        .path("verify")
        .valueStream()
        .map(
            c ->
                dynamicTest(
                    id(c) + ", " + c.path("title").asString(),
                    () -> {
                      Eml eml = Eml.of(file("opendkim/" + c.path("file").asString()));
                      String expected = c.path("result").asString();
                      assertDecided(
                          "opendkim",
                          id(c),
                          result -> result.word().equals(expected),
                          verify(eml, dns, LEGACY));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> openDkimSignatures() {
    JsonNode suite = json("opendkim/cases.json");
    Resolver dns = zone(suite.path("dns"));
    return suite
        .path("sign")
        .valueStream()
        .filter(c -> c.has("expect_signature"))
        .map(
            c ->
                dynamicTest(
                    id(c) + ", " + c.path("title").asString(),
                    () -> {
                      Eml eml = Eml.withLineEnds(file("opendkim/" + c.path("file").asString()));
                      Instant then = Instant.ofEpochSecond(c.path("fixed_time").asLong());
                      String value = " " + c.path("expect_signature").asString();
                      var field = HeaderField.of(DkimSignature.FIELD, value);
                      var signed = new Eml(eml.header().prepend(List.of(field)), eml.body());
                      DkimOutcome outcome = verify(signed, dns, LEGACY, then).getFirst();
                      assertEquals(DkimResult.PASS, outcome.result(), outcome::toString);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> jDkim() {
    return casesWithDns("jdkim", LEGACY);
  }

  @TestFactory
  Stream<DynamicTest> mimeKit() {
    return casesWithDns("mimekit", DEFAULT);
  }

  private static Stream<DynamicTest> casesWithDns(String suite, DkimVerifier.Policy policy) {
    return json(suite + "/cases.json")
        .path("cases")
        .valueStream()
        .map(
            c ->
                dynamicTest(
                    id(c),
                    () -> {
                      Eml eml = Eml.withLineEnds(file(suite + "/" + c.path("file").asString()));
                      JsonNode expect = c.path("expect");
                      String word = (expect.isArray() ? expect.get(0) : expect).asString();
                      assertDecided(
                          suite,
                          id(c),
                          result -> (result == DkimResult.PASS) == word.equals("pass"),
                          verify(eml, zone(c.path("dns")), policy));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> mimeKitBodyHashes() {
    return json("mimekit/body-hashes.json")
        .path("cases")
        .valueStream()
        .map(
            c ->
                dynamicTest(
                    c.path("alg").asString() + " " + c.path("canon").asString(),
                    () -> {
                      var selection =
                          BodySelection.whole(
                              Canonicalization.Form.of(c.path("canon").asString()).orElseThrow(),
                              HashAlgorithm.of(c.path("alg").asString()).orElseThrow());
                      byte[] body = c.path("body").asString().getBytes(StandardCharsets.ISO_8859_1);
                      var pass = new BodyPass(List.of(selection));
                      pass.update(body, 0, body.length);
                      pass.finish();
                      String hash = Base64.getEncoder().encodeToString(pass.hash(selection));
                      assertEquals(c.path("bh").asString(), hash);
                    }));
  }

  @Test
  void mailauthSignaturesOfBothAlgorithmsPass() throws Exception {
    Map<String, Object> zone = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : json("mailauth-ec/dns.json").properties()) {
      var strings = new ArrayList<String>();
      entry.getValue().path("TXT").get(0).forEach(s -> strings.add(s.asString()));
      zone.put(entry.getKey(), Map.of("TXT", List.of(strings)));
    }
    Eml eml = Eml.withLineEnds(file("mailauth-ec/signed.eml"));
    List<DkimOutcome> outcomes = verify(eml, ZoneResolver.of(zone), DEFAULT);
    assertEquals(2, outcomes.size());
    for (DkimOutcome outcome : outcomes) {
      assertEquals(DkimResult.PASS, outcome.result(), outcome::reason);
    }
  }

  @TestFactory
  Stream<DynamicTest> mailauthKeysAreReadAndFitTheirRecords() {
    String dns = text("mailauth-ec/dns.json").replaceAll("\",\\s*\"", "");
    return Stream.of("private-ec.key", "private-rsa.key")
        .map(
            name ->
                dynamicTest(
                    name,
                    () -> {
                      DkimPrivateKey key =
                          DkimPrivateKey.parse(text("mailauth-ec/" + name))
                              .toOptional()
                              .orElseThrow();
                      assertTrue(dns.contains(key.record().publicKey()), key.toString());
                    }));
  }

  @Test
  void everyCaseThatIsDecidedDifferentlyExistsAndSaysWhy() {
    Set<String> known = new HashSet<>();
    for (String suite : List.of("mail-dkim-corpus", "opendkim", "jdkim", "mimekit")) {
      JsonNode cases = json(suite + "/cases.json");
      cases.path("cases").forEach(c -> known.add(suite + " " + id(c)));
      cases.path("verify").forEach(c -> known.add(suite + " " + id(c)));
    }
    for (Map.Entry<String, JsonNode> suite : DIFFERENT.properties()) {
      for (Map.Entry<String, JsonNode> c : suite.getValue().properties()) {
        assertTrue(known.contains(suite.getKey() + " " + c.getKey()), c.getKey());
        assertTrue(c.getValue().path("why").asString().contains("RFC "), c.getKey());
      }
    }
  }
}
