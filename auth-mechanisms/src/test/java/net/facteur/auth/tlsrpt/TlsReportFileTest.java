package net.facteur.auth.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import org.junit.jupiter.api.Test;

class TlsReportFileTest {
  private static final String RANGE =
      "\"date-range\":{\"start-datetime\":\"2026-01-01T00:00:00Z\","
          + "\"end-datetime\":\"2026-01-02T01:00:00+01:00\"}";

  private final TlsReportFile file = new TlsReportFile();

  private static final TlsReport REPORT =
      new TlsReport(
          "Example \u00e9 \"Org\"",
          Instant.parse("2026-01-01T00:00:00Z"),
          Instant.parse("2026-01-01T23:59:59Z"),
          "tls@example.org",
          "2026-01-01_example.com",
          List.of(
              new PolicyResult(
                  "tlsa",
                  List.of("3 1 1 ab"),
                  "mx.example.com",
                  List.of(),
                  3,
                  1,
                  List.of(
                      new FailureDetails(
                          "tlsa-invalid", "192.0.2.1", "mx.example.com", "", "", 1, "", "x")))));

  private Parsed<TlsReport> read(String json) {
    return file.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] mail(String type, String encoding, String body) {
    return ("From: a@example.org\r\nContent-Type: multipart/mixed; boundary=\"o;u\"\r\n\r\n"
            + "preamble\r\n--o;u\r\nContent-Type: multipart/report; report-type=tlsrpt;\r\n"
            + " boundary=in\r\n\r\n--in\r\n\r\ntext --in\r\n--in\r\nContent-Type: "
            + type
            + "\r\nContent-Transfer-Encoding: "
            + encoding
            + "\r\n\r\n"
            + body
            + "\r\n--in--\r\n--o;u--\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void reportIsFoundInMailHoweverItIsWrapped() {
    String gzip = Base64.getMimeEncoder().encodeToString(file.compress(REPORT));
    assertEquals(Parsed.ok(REPORT), file.read(mail("application/TLSRPT+gzip", "BASE64", gzip)));
    String plain = new String(new TlsReportJson().print(REPORT), StandardCharsets.ISO_8859_1);
    assertEquals(Parsed.ok(REPORT), file.read(mail("application/tlsrpt+json", "8bit", plain)));
    assertInstanceOf(Parsed.Malformed.class, file.read(mail("text/plain", "8bit", plain)));
  }

  @Test
  void bombIsNotUnpacked() throws IOException {
    var bomb = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bomb)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        gzip.write(zeros);
      }
    }
    assertTrue(bomb.size() < 1 << 20);
    var expected = Parsed.malformed(0, "gzip that unpacks to at most 10 MiB");
    assertEquals(expected, file.read(bomb.toByteArray()));
    assertEquals(
        expected,
        file.read(
            mail(
                "application/tlsrpt+gzip",
                "base64",
                Base64.getMimeEncoder().encodeToString(bomb.toByteArray()))));
  }

  @Test
  void hostileJsonIsRefused() {
    for (String json :
        List.of(
            "{",
            "{}",
            "{" + RANGE + ",\"policies\":{}}",
            "{\"policies\":[],\"date-range\":{}}",
            "[".repeat(100_000),
            "{\"a\":" + "[".repeat(100),
            "{" + RANGE + ",\"policies\":[" + "{},".repeat(1_000) + "{}]}",
            "{" + RANGE + ",\"policies\":[" + "[],".repeat(600_000) + "{}]}",
            "{" + RANGE + ",\"policies\":[],\"x\":\"" + "y".repeat(100_000) + "\"}",
            "{" + RANGE + ",\"policies\":[],\"x\":" + "9".repeat(1_000) + "}")) {
      assertInstanceOf(
          Parsed.Malformed.class, read(json), json.substring(0, Math.min(60, json.length())));
    }
  }

  @Test
  void wrongTypesAndNumbersDoNoHarm() {
    TlsReport report =
        read("{"
                + RANGE
                + ",\"organization-name\":5,\"policies\":[7,{\"policy\":{\"policy-string\":\"x\","
                + "\"mx-host\":[1,\"mx\"]},\"summary\":{\"total-failure-session-count\":-5,"
                + "\"total-successful-session-count\":1e300},\"failure-details\":[null,{}]}]}")
            .toOptional()
            .orElseThrow();
    assertEquals("", report.organization());
    assertEquals("2026-01-02T00:00:00Z", report.end().toString());
    PolicyResult policy = report.policies().getLast();
    assertEquals(List.of("x"), policy.strings());
    assertEquals(List.of("mx"), policy.mxHosts());
    assertEquals(0, policy.failures());
    assertEquals(2, policy.details().size());
  }

  @Test
  void damagedReportsNeverThrow() {
    long seed = 8460;
    var random = new Random(seed);
    var originals = new ArrayList<byte[]>();
    originals.add(file.compress(REPORT));
    originals.add(new TlsReportJson().print(REPORT));
    originals.add(
        mail(
            "application/tlsrpt+gzip",
            "base64",
            Base64.getMimeEncoder().encodeToString(file.compress(REPORT))));
    for (int i = 0; i < 5_000; i++) {
      byte[] damaged = originals.get(i % originals.size()).clone();
      for (int n = random.nextInt(5); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      switch (file.read(damaged)) {
        case Parsed.Ok<TlsReport>(TlsReport report) ->
            assertTrue(report.policies().size() <= 1, "seed " + seed);
        case Parsed.Malformed<TlsReport>(int offset, String _) ->
            assertTrue(offset >= 0 && offset <= damaged.length, "seed " + seed);
      }
    }
  }
}
