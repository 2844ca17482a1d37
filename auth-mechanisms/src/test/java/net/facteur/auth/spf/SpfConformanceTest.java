package net.facteur.auth.spf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every case of the public suites, each under its own name.
class SpfConformanceTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /// The pyspf cases that expect `default=`, a modifier of that program alone: RFC 7208, section 6,
  /// "Unrecognized modifiers MUST be ignored".
  private static final Set<String> PYSPF_EXTENSION =
      Set.of("default-modifier", "default-modifier-harsh");

  private static SpfOutcome check(SpfSuite.Case c) {
    String receiver = c.receiver().isEmpty() ? "mx.example.net" : c.receiver();
    return new SpfVerifier(c.zone(), () -> NOW, receiver).check(c.request());
  }

  private static void verify(SpfSuite.Case c) {
    SpfOutcome outcome = check(c);
    assertTrue(
        c.results().contains(outcome.result().word()),
        () -> c + "\nwanted " + c.results() + "\n" + String.join("\n", outcome.trace()));
    if (!c.explanation().isEmpty()) {
      String wanted = c.explanation().equals("DEFAULT") ? "" : c.explanation();
      assertEquals(wanted, outcome.explanation().text(), c.toString());
    }
  }

  private static Stream<DynamicTest> tests(List<SpfSuite.Case> cases) {
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> verify(c)));
  }

  @TestFactory
  Stream<DynamicTest> openspf() {
    return tests(SpfSuite.load("openspf-rfc7208/rfc7208-tests.yml"));
  }

  @TestFactory
  Stream<DynamicTest> pyspf() {
    return tests(
        SpfSuite.load("pyspf-adhoc/test.yml").stream()
            .filter(c -> !PYSPF_EXTENSION.contains(c.name()))
            .toList());
  }

  @TestFactory
  Stream<DynamicTest> mailzone() throws IOException {
    Set<String> usable = ids();
    return tests(
        SpfSuite.load("jspf-mailzone/mailzone-tests.yml").stream()
            .filter(c -> usable.contains(c.name()))
            .toList());
  }

  private static Set<String> ids() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            SpfConformanceTest.class.getResourceAsStream(
                "/conformance/spf/jspf-mailzone/use-these-ids.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .collect(Collectors.toSet());
    }
  }

  @Test
  void everyCaseOfTheSuitesIsThere() throws IOException {
    assertEquals(203, SpfSuite.load("openspf-rfc7208/rfc7208-tests.yml").size());
    assertEquals(14, pyspf().count());
    assertEquals(101, mailzone().count());
  }

  @Test
  void whereTheSuiteLeavesAChoiceThePreferredResultIsGiven() {
    List<String> others =
        SpfSuite.load("openspf-rfc7208/rfc7208-tests.yml").stream()
            .filter(c -> !c.results().getFirst().equals(check(c).result().word()))
            .map(SpfSuite.Case::name)
            .toList();
    assertEquals(List.of(), others);
  }
}
