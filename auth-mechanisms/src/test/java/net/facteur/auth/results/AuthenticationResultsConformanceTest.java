package net.facteur.auth.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.stream.Stream;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// The examples of RFC 8601 and the cases of another implementation.
class AuthenticationResultsConformanceTest {

  @TestFactory
  Stream<DynamicTest> everyCaseIsReadAsItsTableSays() {
    return Stream.of("rfc8601-B", "go-msgauth")
        .flatMap(
            folder -> ConformanceCases.cases("authentication-results/" + folder + "/cases.json"))
        .map(c -> DynamicTest.dynamicTest(c.get("id").asString(), () -> check(c)));
  }

  private static void check(JsonNode c) {
    String value = value(c.get("header").asString());
    Parsed<AuthenticationResults> strict = AuthenticationResults.parse(value);
    if (c.get("valid").asBoolean()) {
      compare(c, assertInstanceOf(Parsed.Ok.class, strict, strict.toString()));
    } else {
      assertInstanceOf(Parsed.Malformed.class, strict);
    }
    Parsed<AuthenticationResults> lenient = AuthenticationResults.parseLeniently(value);
    compare(c, assertInstanceOf(Parsed.Ok.class, lenient, lenient.toString()));
  }

  private static String value(String header) {
    String value = header;
    if (value.startsWith(AuthenticationResults.FIELD_NAME + ":")) {
      value = value.substring(AuthenticationResults.FIELD_NAME.length() + 1);
    }
    return value.endsWith("\r\n") ? value.substring(0, value.length() - 2) : value;
  }

  private static void compare(JsonNode c, Parsed.Ok<?> ok) {
    var read = (AuthenticationResults) ok.value();
    assertEquals(c.get("authserv_id").asString(), read.authservId());
    if (c.has("version")) {
      assertEquals(c.get("version").asInt(), read.version());
    }
    assertEquals(c.get("results").size(), read.results().size());
    for (int i = 0; i < read.results().size(); i++) {
      compare(c.get("results").get(i), read.results().get(i));
    }
    assertEquals(Parsed.ok(read), AuthenticationResults.parse(" " + read.payload(Alphabet.UTF_8)));
  }

  private static void compare(JsonNode expected, MethodResult read) {
    assertEquals(expected.get("method").asString(), read.method());
    assertEquals(expected.get("result").asString(), read.result());
    if (expected.has("method_version")) {
      assertEquals(expected.get("method_version").asInt(), read.version());
    }
    if (expected.has("reason")) {
      assertEquals(expected.get("reason").asString(), read.reason());
    }
    JsonNode properties = expected.get("properties");
    assertEquals(properties.size(), read.properties().size());
    for (MethodResult.Property property : read.properties()) {
      JsonNode value = properties.get(property.type() + "." + property.name());
      assertEquals(value == null ? "(unexpected)" : value.asString(), property.value());
    }
  }
}
