package net.facteur.auth.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// The examples of RFC 8461 and the tables of another implementation.
class MtaStsConformanceTest {
  private static Stream<DynamicTest> each(String table, Check check) {
    return Stream.of("rfc8461-text", "go-mtasts")
        .flatMap(
            folder -> {
              JsonNode cases =
                  ConformanceCases.file("mta-sts/" + folder + "/cases.json").get(table);
              assertTrue(!cases.isEmpty());
              return cases
                  .valueStream()
                  .map(c -> DynamicTest.dynamicTest(folder + " " + c, () -> check.run(c)));
            });
  }

  private interface Check {
    void run(JsonNode c);
  }

  private static List<String> strings(JsonNode node) {
    return node.isArray()
        ? node.valueStream().map(JsonNode::asString).toList()
        : List.of(node.asString());
  }

  @TestFactory
  Stream<DynamicTest> records() {
    return each(
        "records",
        c -> {
          List<TxtRecord> found =
              c.has("txts")
                  ? strings(c.get("txts")).stream().map(TxtRecord::of).toList()
                  : List.of(new TxtRecord(strings(c.get("txt"))));
          Parsed<MtaStsRecord> record = MtaStsRecord.select(found);
          if (c.get("valid").asBoolean()) {
            assertEquals(Parsed.ok(new MtaStsRecord(c.get("id").asString())), record);
          } else {
            assertInstanceOf(Parsed.Malformed.class, record);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> policies() {
    return each(
        "policies",
        c -> {
          Parsed<MtaStsPolicyText> parsed = MtaStsPolicyText.parse(c.get("body").asString());
          if (!c.get("valid").asBoolean()) {
            assertInstanceOf(Parsed.Malformed.class, parsed);
            return;
          }
          MtaStsPolicyText policy = parsed.toOptional().orElseThrow();
          assertEquals(c.get("mode").asString(), policy.mode().word());
          assertEquals(c.get("max_age").asLong(), policy.maxAge().toSeconds());
          assertEquals(
              strings(c.get("mx")), policy.mx().stream().map(MxPattern::toString).toList());
          assertEquals(parsed, MtaStsPolicyText.parse(policy.print()));
        });
  }

  @TestFactory
  Stream<DynamicTest> matches() {
    return each(
        "match",
        c -> {
          List<Parsed<MxPattern>> patterns =
              strings(c.get("patterns")).stream().map(MxPattern::parse).toList();
          boolean matches =
              patterns.stream()
                  .flatMap(pattern -> pattern.toOptional().stream())
                  .anyMatch(p -> p.matches(DomainName.of(c.get("mx").asString())));
          if (c.has("undecided")) {
            // RFC 8461, 3.2: "the mx value MUST specify the A-label": such a policy is refused
            patterns.forEach(pattern -> assertInstanceOf(Parsed.Malformed.class, pattern));
          } else {
            assertEquals(c.get("match").asBoolean(), matches);
          }
        });
  }
}
