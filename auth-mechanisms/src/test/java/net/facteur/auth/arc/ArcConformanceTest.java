package net.facteur.auth.arc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The validation suite of the ARC working group, and the example of the RFC.
class ArcConformanceTest {
  private static final String SUITE = "arc/valimail-suite/open/arc-draft-validation-tests.yml";

  /// Cases without an expectation in the suite. RFC 8617, 5.2, steps 2 and 3 C decide them: a seal
  /// with cv=fail makes the chain fail.
  private static final Set<String> DECIDED_BY_THE_RFC =
      Set.of("cv_fail_i1_as_cv_fail", "cv_fail_i2_as2_fail", "cv_fail_i2_as1_fail");

  /// Cases decided otherwise than in the suite, with the sentence that decides.
  private static final Map<String, String> DISPUTED =
      Map.of(
          // RFC 6376, 3.5, c=: "simple/simple" is the default, and this one is signed as relaxed
          "ams_fields_c_na", "Fail");

  @TestFactory
  Stream<DynamicTest> everyChainHasTheStatusOfTheSuite() {
    String text = emptyScalarsMended(ConformanceCases.octets(SUITE));
    var settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
    return StreamSupport.stream(new Load(settings).loadAllFromString(text).spliterator(), false)
        .flatMap(d -> d instanceof Map<?, ?> scenario ? scenario(scenario) : Stream.empty());
  }

  /// The suite has block scalars that begin with lines of white space, which YAML 1.2 forbids.
  static String emptyScalarsMended(byte[] octets) {
    var out = new StringBuilder();
    boolean begins = false;
    for (String line : new String(octets, StandardCharsets.UTF_8).split("\n", -1)) {
      boolean blank = line.isBlank();
      out.append(begins && blank ? "" : line).append('\n');
      begins = line.endsWith("|") || (begins && blank);
    }
    return out.toString();
  }

  private static Stream<DynamicTest> scenario(Map<?, ?> scenario) {
    var zone = new HashMap<String, Object>();
    if (scenario.get("txt-records") instanceof Map<?, ?> records) {
      records.forEach(
          (name, value) -> zone.put((String) name, Map.of("TXT", List.of(text(value)))));
    }
    var resolver = ZoneResolver.of(zone);
    if (!(scenario.get("tests") instanceof Map<?, ?> tests)) {
      throw new IllegalStateException("a scenario without tests");
    }
    return tests.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    text(e.getKey()),
                    () -> check(text(e.getKey()), (Map<?, ?>) e.getValue(), resolver)));
  }

  private static String text(Object value) {
    return String.valueOf(value);
  }

  private static void check(String name, Map<?, ?> test, ZoneResolver resolver) throws IOException {
    String expected = test.get("cv") instanceof String cv ? cv : "";
    if (DECIDED_BY_THE_RFC.contains(name)) {
      assertEquals("", expected, "the suite has an expectation now");
      expected = "Fail";
    }
    expected = DISPUTED.getOrDefault(name, expected);
    String message = test.get("message") instanceof String m ? m : "";
    ArcOutcome outcome = validate(message.replace("\n", "\r\n"), resolver);
    assertEquals(
        expected.toLowerCase(Locale.ROOT),
        outcome.status().word(),
        () -> outcome.trace().toString());
  }

  private static ArcOutcome validate(String message, ZoneResolver resolver) throws IOException {
    int end = message.indexOf("\r\n\r\n");
    String header = end < 0 ? message : message.substring(0, end + 2);
    String body = end < 0 ? "" : message.substring(end + 4);
    if (message.startsWith("\r\n")) {
      header = "";
      body = message.substring(2);
    }
    return new ArcValidator(
            resolver,
            DkimCrypto.standard(),
            InstantSource.fixed(Instant.ofEpochSecond(12_350)),
            DkimVerifier.Policy.DEFAULT)
        .validate(
            MessageHeader.parse(header.getBytes(StandardCharsets.UTF_8)),
            MessageBody.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theExampleOfTheRfcHasThreeSetsAndFailsWithoutItsKeys() throws IOException {
    String message =
        new String(
                ConformanceCases.octets("arc/rfc8617-B/example.eml"), StandardCharsets.ISO_8859_1)
            .replace("\r\n", "\n")
            .replace("\n", "\r\n");
    ArcOutcome outcome = validate(message, ZoneResolver.of(Map.of()));
    assertEquals(ChainStatus.FAIL, outcome.status());
    assertEquals(3, outcome.sets().size(), outcome.reason());
    assertEquals(
        List.of(ChainStatus.NONE, ChainStatus.PASS, ChainStatus.PASS),
        outcome.sets().stream().map(ArcSet::claimed).toList());
    assertTrue(
        outcome.sets().stream().allMatch(s -> s.authenticationResults() instanceof Parsed.Ok));
  }
}
