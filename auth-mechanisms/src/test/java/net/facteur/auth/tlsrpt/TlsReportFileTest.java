package net.facteur.auth.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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
                  OptionalLong.of(3),
                  OptionalLong.of(1),
                  List.of(
                      new FailureDetails(
                          "tlsa-invalid",
                          "192.0.2.1",
                          "mx.example.com",
                          "",
                          "",
                          OptionalLong.of(1),
                          "",
                          "x")))));

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

  private static byte[] zip(String name, byte[] content) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
      zip.write("see the other file".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return out.toByteArray();
  }

  private static String base64(byte[] octets) {
    return Base64.getMimeEncoder().encodeToString(octets);
  }

  private static byte[] join(byte[] first, byte[] second) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  @Test
  void reportIsFoundUnderEveryNameThatReportersGiveIt() throws IOException {
    byte[] json = new TlsReportJson().print(REPORT);
    byte[] gzip = file.compress(REPORT);
    String plain = new String(json, StandardCharsets.ISO_8859_1);
    String utf8 = new String(json, StandardCharsets.UTF_8);
    byte[] mark = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    byte[] inner = mail("application/tlsrpt+gzip", "base64", base64(gzip));
    String quoted =
        plain.replace("=", "=3D").replace("\u00c3\u00a9", "=C3=A9").replace(",", ",=\r\n");
    Map<String, byte[]> files =
        Map.ofEntries(
            Map.entry("gzip", mail("application/gzip", "base64", base64(gzip))),
            Map.entry("x-gzip", mail("application/x-gzip; name=r.gz", "base64", base64(gzip))),
            Map.entry("octets", mail("application/octet-stream", "base64", base64(gzip))),
            Map.entry("octets of json", mail("Application/Octet-Stream", "base64", base64(json))),
            Map.entry("json", mail("application/json", "8bit", plain)),
            Map.entry("json, quoted", mail("application/json", "quoted-printable", quoted)),
            Map.entry("zip", mail("application/zip", "base64", base64(zip("r.json", json)))),
            Map.entry("gzip in zip", mail("application/zip", "base64", base64(zip("r", gzip)))),
            Map.entry("zip alone", zip("r.json", json)),
            Map.entry("tlsrpt", mail("application/tlsrpt", "base64", base64(gzip))),
            Map.entry("tlsrpt of json", mail("application/tlsrpt; v=1", "8bit", plain)),
            Map.entry("text file", mail("text/plain; name=\"r.json\"", "8bit", plain)),
            Map.entry(
                "mail in a mail",
                mail("message/rfc822", "8bit", new String(inner, StandardCharsets.ISO_8859_1))),
            Map.entry("mail in a mail, base64", mail("message/rfc822", "base64", base64(inner))),
            Map.entry("mark before json", join(mark, json)),
            Map.entry("mark before a mail", join(mark, inner)),
            Map.entry(
                "mark in a part", mail("application/json", "base64", base64(join(mark, json)))),
            Map.entry("UTF-16", ("\ufeff" + utf8).getBytes(StandardCharsets.UTF_16LE)),
            Map.entry(
                "after a picture",
                mail(
                    "image/png\r\n\r\n\u0089PNG\r\n--in\r\nContent-Type: application/gzip",
                    "base64",
                    base64(gzip))));
    files.forEach((name, octets) -> assertEquals(Parsed.ok(REPORT), file.read(octets), name));
  }

  @Test
  void mailWithoutAReportSaysSo() {
    for (String type : List.of("application/pdf", "application/octet-stream", "image/png")) {
      assertEquals(
          Parsed.malformed(0, "JSON, gzip, zip, or a mail with a part that is one of them"),
          file.read(mail(type, "base64", base64(new byte[] {'%', 'P', 'D', 'F'}))),
          type);
    }
  }

  @Test
  void zipBombIsNotUnpacked() throws IOException {
    byte[] bomb = zip("r.json", new byte[11 << 20]);
    assertTrue(bomb.length < 1 << 20);
    assertEquals(
        Parsed.malformed(0, "a zip archive that unpacks to at most 10 MiB"), file.read(bomb));
    assertInstanceOf(
        Parsed.Malformed.class,
        file.read(zip("a", zip("b", zip("c", zip("d", new TlsReportJson().print(REPORT)))))));
  }

  private TlsReport summed(String summary, String details) {
    return read("{"
            + RANGE
            + ",\"policies\":[{"
            + summary
            + "\"failure-details\":["
            + details
            + "]}]}")
        .toOptional()
        .orElseThrow();
  }

  private static String summary(String failures) {
    return "\"summary\":{\"total-successful-session-count\":\" 12 \","
        + "\"total-failure-session-count\":"
        + failures
        + "},";
  }

  @Test
  void countsAreReadAsNumbersOrNotAtAll() {
    for (String written : List.of("303", "\"303\"", "\" 303 \"", "303.0", "3.03e2")) {
      TlsReport report = summed(summary(written), "");
      assertEquals(303, report.failures(), written);
      assertEquals(12, report.successes(), written);
      assertTrue(report.complete(), written);
      assertFalse(report.faultless(), written);
    }
    for (String written :
        List.of("-5", "\"-5\"", "1.5", "1e300", "\"many\"", "\"\"", "null", "true", "[3]", "{}")) {
      TlsReport report = summed(summary(written), "");
      assertEquals(OptionalLong.empty(), report.policies().getFirst().failures(), written);
      assertFalse(report.complete(), written);
      assertFalse(report.faultless(), written);
      assertFalse(
          new String(new TlsReportJson().print(report), StandardCharsets.UTF_8)
              .contains("total-failure-session-count"),
          written);
    }
    assertTrue(summed(summary("\"0\""), "").faultless());
  }

  @Test
  void failuresCountWithoutASummary() {
    TlsReport report =
        summed("", "{\"failed-session-count\":\"7\"},{\"failed-session-count\":-1},{}");
    assertEquals(9, report.failures());
    assertEquals(
        List.of(OptionalLong.of(7), OptionalLong.empty(), OptionalLong.empty()),
        report.policies().getFirst().details().stream().map(FailureDetails::count).toList());
    assertFalse(report.faultless());
    assertFalse(summed("", "").faultless());
    assertFalse(summed(summary("0"), "{\"failed-session-count\":3}").faultless());
  }

  @Test
  void datesAreReadAsReportersWriteThem() {
    for (String written :
        List.of(
            "2026-01-02T00:00:00Z",
            "2026-01-02T00:00:00",
            "2026-01-02 00:00:00",
            "2026-01-02T00:00",
            "2026-01-02t00:00:00.000z",
            "2026-01-02T01:00:00+01:00",
            "2026-01-02T01:00:00+0100",
            "2026-01-02 00:00:00 +0000")) {
      assertEquals(
          "2026-01-02T00:00:00Z",
          read("{\"policies\":[],\"date-range\":{\"start-datetime\":\"2026-01-01T00:00:00\","
                  + "\"end-datetime\":\""
                  + written
                  + "\"}}")
              .toOptional()
              .map(TlsReport::end)
              .map(Instant::toString)
              .orElse("not read"),
          written);
    }
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
            "{" + RANGE.replace("2026", "+999999999") + ",\"policies\":[]}",
            "{" + RANGE.replace("2026", "1066") + ",\"policies\":[]}",
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
    assertEquals(OptionalLong.empty(), policy.failures());
    assertEquals(OptionalLong.empty(), policy.successes());
    assertFalse(report.complete());
    assertFalse(report.faultless());
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
