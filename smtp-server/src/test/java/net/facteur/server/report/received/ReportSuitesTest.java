package net.facteur.server.report.received;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.tlsrpt.TlsReport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every report of the suites of others is read with its numbers, or refused with a reason.
class ReportSuitesTest {
  private static final Path SUITES = Path.of("src/test/resources/conformance/dmarc-reports");
  private static final Path TLS = Path.of("src/test/resources/conformance/tlsrpt/parsedmarc");

  /// The suite says "no report part". There is one, a message/feedback-report as RFC 5965, section
  /// 2, has it, with Feedback-Type: auth-failure; only the multipart around it is of another type.
  private static final String PART_THAT_THE_SUITE_MISSES =
      "_Netease_DMARC_Failure_Report_Rent_Reminder.eml";

  /// Where the numbers stand, and the directory that the names in them begin at.
  private static final Map<String, String> NUMBERS =
      Map.of(
          "cry-inc-dmarc-report-viewer/expected.json", "cry-inc-dmarc-report-viewer",
          "keltia-dmarc-cat/expected.json", "keltia-dmarc-cat",
          "parsedmarc-extra/expected.json", "parsedmarc-extra",
          "rfc9990-draft/expected.json", "rfc9990-draft",
          "rfc9991-draft/expected.json", "rfc9991-draft",
          "tierpod-dmarc-report-converter/expected.json", "tierpod-dmarc-report-converter",
          "expected-for-existing/parsedmarc.json", "parsedmarc",
          "expected-for-existing/opendmarc.json", "opendmarc/reports",
          "expected-for-existing/rfc9990-xsd.json", "rfc9990-xsd");

  private static JsonNode json(Path file) {
    try {
      return new JsonMapper().readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FoundReports read(Path file) throws IOException {
    return ReportReader.inFile(Files.readAllBytes(file));
  }

  @TestFactory
  Stream<DynamicTest> numbersAreThoseOfTheSuite() {
    return new TreeMap<>(NUMBERS)
        .entrySet().stream()
            .flatMap(
                suite ->
                    json(SUITES.resolve(suite.getKey()))
                        .valueStream()
                        .map(
                            row ->
                                DynamicTest.dynamicTest(
                                    suite.getValue() + "/" + text(row, "file"),
                                    () ->
                                        check(
                                            SUITES
                                                .resolve(suite.getValue())
                                                .resolve(text(row, "file")),
                                            row))));
  }

  private static void check(Path file, JsonNode row) throws IOException {
    FoundReports found = read(file);
    switch (text(row, "kind")) {
      case "aggregate" -> {
        if (row.path("wellformed").asBoolean()) {
          assertEquals(1, found.reports().size(), () -> found.reason().toString());
          assertEquals(List.of(), found.wrong());
          aggregate(
              assertInstanceOf(FoundReport.Dmarc.class, found.reports().getFirst()).report(), row);
        } else {
          assertEquals(List.of(), found.reports());
          assertFalse(found.reason().expected().isEmpty());
        }
      }
      case "failure" ->
          failure(
              assertInstanceOf(FoundReport.Failure.class, found.reports().getFirst()),
              row.path("feedback_report"));
      case "empty", "no report part" -> {
        if (file.endsWith(PART_THAT_THE_SUITE_MISSES)) {
          assertInstanceOf(FoundReport.Failure.class, found.reports().getFirst());
          return;
        }
        assertEquals(List.of(), found.reports());
        assertFalse(found.reason().expected().isEmpty());
      }
      default -> throw new AssertionError(row);
    }
  }

  private static String text(JsonNode row, String name) {
    return row.path(name).asString("");
  }

  private static void aggregate(AggregateReport report, JsonNode row) {
    assertEquals(text(row, "org").strip(), report.metadata().organization());
    assertEquals(text(row, "email").strip(), report.metadata().email());
    assertEquals(text(row, "report_id").strip(), report.metadata().id());
    assertEquals(seconds(row, "begin"), report.metadata().begin().getEpochSecond());
    assertEquals(seconds(row, "end"), report.metadata().end().getEpochSecond());
    assertEquals(text(row, "domain"), report.policy().domain());
    assertEquals(Ascii.lower(text(row, "p")), report.policy().p());
    assertEquals(Ascii.lower(text(row, "sp")), report.policy().sp());
    assertEquals(text(row, "np"), report.policy().np());
    assertEquals(text(row, "testing"), report.policy().testing());
    assertEquals(text(row, "discovery_method"), report.policy().discoveryMethod());
    String pct =
        report.policy().pct().isEmpty() ? "" : Integer.toString(report.policy().pct().getAsInt());
    assertEquals(text(row, "pct"), pct);
    assertEquals(row.path("records").asInt(), report.entries().size());
    assertEquals(row.path("messages").asLong(), report.messages());
    assertEquals(
        row.path("messages_aligned").asLong(),
        report.entries().stream()
            .filter(e -> e.evaluated().passed())
            .mapToLong(Entry::count)
            .sum());
    var dispositions = new TreeMap<String, Long>();
    row.path("by_disposition")
        .properties()
        .forEach(
            e -> dispositions.merge(Ascii.lower(e.getKey()), e.getValue().asLong(), Long::sum));
    assertEquals(
        dispositions,
        report.entries().stream()
            .collect(
                Collectors.groupingBy(
                    e -> e.evaluated().disposition(),
                    TreeMap::new,
                    Collectors.summingLong(Entry::count))));
    assertEquals(
        row.path("source_ips").asInt(),
        report.entries().stream().map(Entry::sourceIp).distinct().count());
    var authors = new TreeSet<String>();
    row.path("header_from").forEach(domain -> authors.add(Ascii.lower(domain.asString(""))));
    assertEquals(
        authors,
        report.entries().stream()
            .map(e -> e.identifiers().headerFrom())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static long seconds(JsonNode row, String name) {
    return new BigDecimal(text(row, name).strip()).longValueExact();
  }

  private static void failure(FoundReport.Failure failure, JsonNode fields) {
    assertTrue(failure.first("feedback-type").isPresent());
    fields
        .properties()
        .forEach(
            field ->
                assertEquals(
                    field.getValue().valueStream().map(v -> v.asString("")).toList(),
                    failure.fields().getOrDefault(field.getKey(), List.of()).stream()
                        .map(ReportSuitesTest::withoutSemicolon)
                        .toList()));
  }

  /// Two fields of the draft's sample end in a semicolon of no meaning.
  private static String withoutSemicolon(String text) {
    return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
  }

  @TestFactory
  Stream<DynamicTest> noFileOfTheSuitesBreaksTheReader() throws IOException {
    try (Stream<Path> files = Files.walk(SUITES)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      SUITES.relativize(file).toString(),
                      () -> {
                        FoundReports found = read(file);
                        assertFalse(
                            found.reports().isEmpty() && found.reason().expected().isEmpty());
                      }))
          .toList()
          .stream();
    }
  }

  private static TlsReport tls(String name) throws IOException {
    FoundReports found = read(TLS.resolve(name));
    assertEquals(1, found.reports().size(), () -> found.reason().toString());
    return assertInstanceOf(FoundReport.Tls.class, found.reports().getFirst()).report();
  }

  @Test
  void reportsOnTlsAreReadWithTheirNumbers() throws IOException {
    TlsReport rfc = tls("rfc8460.json");
    assertEquals("Company-X", rfc.organization());
    assertEquals(5326, rfc.successes());
    assertEquals(303, rfc.failures());
    TlsReport google = tls("google.com_smtp_tls_report.eml");
    assertEquals("Google Inc.", google.organization());
    assertFalse(google.policies().isEmpty());
    assertFalse(tls("mail.ru.json").policies().isEmpty());
    assertFalse(tls("smtp_tls.json").policies().isEmpty());
  }
}
