package net.facteur.auth.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// The records of RFC 8460, and reports that others sent.
class TlsRptConformanceTest {
  private static List<String> strings(JsonNode node) {
    return node.isArray()
        ? node.valueStream().map(JsonNode::asString).toList()
        : List.of(node.asString());
  }

  @TestFactory
  Stream<DynamicTest> records() {
    return ConformanceCases.file("tlsrpt/rfc8460-text/records.json")
        .get("records")
        .valueStream()
        .map(c -> DynamicTest.dynamicTest(c.toString(), () -> record(c)));
  }

  private static void record(JsonNode c) {
    List<TxtRecord> found =
        c.has("txts")
            ? strings(c.get("txts")).stream().map(TxtRecord::of).toList()
            : List.of(new TxtRecord(strings(c.get("txt"))));
    Parsed<TlsRptRecord> record = TlsRptRecord.select(found);
    if (c.get("valid").asBoolean()) {
      assertEquals(Parsed.ok(new TlsRptRecord(strings(c.get("rua")))), record);
    } else {
      assertInstanceOf(Parsed.Malformed.class, record);
    }
  }

  private static TlsReport read(String name) {
    byte[] octets = ConformanceCases.octets("tlsrpt/parsedmarc/" + name);
    Parsed<TlsReport> parsed = new TlsReportFile().read(octets);
    return parsed.toOptional().orElseThrow(() -> new AssertionError(name + ": " + parsed));
  }

  @Test
  void reportOfTheRfcIsReadWhole() {
    TlsReport report = read("rfc8460.json");
    assertEquals("Company-X", report.organization());
    assertEquals("5065427c-23d3-47ca-b6e0-946ea0e8c4be", report.id());
    assertEquals("2016-04-01T23:59:59Z", report.end().toString());
    PolicyResult policy = report.policies().getFirst();
    assertEquals(List.of("*.mail.company-y.example"), policy.mxHosts());
    assertEquals(OptionalLong.of(5326), policy.successes());
    assertEquals(OptionalLong.of(303), policy.failures());
    assertEquals(
        List.of(100L, 200L, 3L), policy.details().stream().map(d -> d.count().orElse(-1)).toList());
    assertEquals("203.0.113.56", policy.details().get(1).receivingIp());
    assertEquals("X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", policy.details().getLast().reasonCode());
  }

  @Test
  void reportsOfOthersAreReadAndSurviveARoundTrip() {
    assertEquals(3, read("smtp_tls.json").failures());
    assertEquals(1, read("mail.ru.json").failures());
    assertEquals("google.com", read("google.com_smtp_tls_report.eml").contact().split("@", -1)[1]);
    var file = new TlsReportFile();
    for (String name : List.of("rfc8460.json", "smtp_tls.json", "mail.ru.json")) {
      TlsReport report = read(name);
      byte[] gzip = file.compress(report);
      assertEquals(Parsed.ok(report), file.read(gzip), name);
      assertArrayEquals(gzip, file.compress(report));
    }
  }
}
