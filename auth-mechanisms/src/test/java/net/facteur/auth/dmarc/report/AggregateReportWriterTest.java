package net.facteur.auth.dmarc.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Evaluated;
import net.facteur.auth.dmarc.report.AggregateReport.Identifiers;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

class AggregateReportWriterTest {
  private static final PublishedPolicy POLICY =
      new PublishedPolicy(
          "example.com",
          "treewalk",
          "reject",
          "quarantine",
          "none",
          "r",
          "s",
          "0:d",
          "n",
          OptionalInt.empty());

  private static Metadata metadata(String organization, String... errors) {
    return new Metadata(
        organization,
        "postmaster@example.org",
        "",
        "20261130abc",
        Instant.parse("2026-11-30T00:00:00Z"),
        Instant.parse("2026-11-30T23:59:59Z"),
        List.of(errors),
        "Facteur");
  }

  private static Entry entry(List<DkimResult> dkim, List<SpfResult> spf, String envelopeFrom) {
    return new Entry(
        "2001:db8::1",
        7,
        new Evaluated(
            "quarantine",
            "fail",
            "fail",
            List.of(new PolicyOverride("local_policy", "no rejection on p=reject alone"))),
        new Identifiers("news.example.com", envelopeFrom, "example.org"),
        dkim,
        spf);
  }

  private static String written(Metadata metadata, Entry... entries) throws IOException {
    var octets = new ByteArrayOutputStream();
    try (var writer = AggregateReportWriter.plain(octets, metadata, POLICY)) {
      for (Entry entry : entries) {
        writer.entry(entry);
      }
    }
    return octets.toString(UTF_8);
  }

  private static void validate(String xml) throws IOException, SAXException {
    Schema schema =
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
            .newSchema(
                Objects.requireNonNull(
                    AggregateReportWriterTest.class.getResource(
                        "/conformance/dmarc/rfc9990-text/dmarc-2.0.xsd")));
    schema.newValidator().validate(new StreamSource(new StringReader(xml)));
  }

  @Test
  void whatIsWrittenIsValidByTheSchemaOfTheRfc() throws IOException, SAXException {
    String xml =
        written(
            metadata("Example & <Sons>"),
            entry(
                List.of(
                    new DkimResult("example.com", "s1", "pass", ""),
                    new DkimResult("esp.example", "k", "fail", "body hash differs")),
                List.of(new SpfResult("bounce.example", "mfrom", "softfail", "")),
                "bounce.example"),
            entry(List.of(), List.of(), ""));
    validate(xml);
    assertTrue(xml.contains("<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">"), xml);
    assertTrue(xml.contains("<org_name>Example &amp; &lt;Sons&gt;</org_name>"), xml);
    assertTrue(xml.contains("<begin>1795996800</begin>"), xml);
    assertTrue(xml.contains("<source_ip>2001:db8::1</source_ip>"), xml);
    assertTrue(xml.contains("<count>7</count>"), xml);
    assertTrue(xml.contains("<envelope_from></envelope_from>"), xml);
    assertFalse(xml.contains("<error>"), xml);
  }

  @Test
  void aReportWithoutRecordsIsNotValid() throws IOException {
    // So that the test above can fail.
    String xml = written(metadata("Example"));
    assertThrows(SAXException.class, () -> validate(xml));
  }

  @Test
  void whatXmlCannotHoldIsReplaced() throws IOException, SAXException {
    String xml =
        written(
            metadata("Caf\u00e9 \ud83d\ude00", "a", "b"),
            entry(
                List.of(new DkimResult("e\u0001x\ud800.com", "s\u0000", "pass", "")),
                List.of(),
                ""));
    validate(xml);
    assertTrue(xml.contains("<domain>e\ufffdx\ufffd.com</domain>"), xml);
    assertTrue(xml.contains("<org_name>Caf\u00e9 \ud83d\ude00</org_name>"), xml);
    assertTrue(xml.contains("<error>a; b</error>"), xml);
  }

  @Test
  void aRowHasNoMoreSignaturesThanTheRfcAdvisesAndOneResultOfSpf()
      throws IOException, SAXException {
    var many = new ArrayList<DkimResult>();
    for (int i = 0; i < 150; i++) {
      many.add(new DkimResult("d" + i + ".example", "s", "fail", ""));
    }
    var spf = new SpfResult("a.example", "mfrom", "pass", "");
    String xml = written(metadata("Example"), entry(many, List.of(spf, spf), ""));
    validate(xml);
    assertEquals(100, xml.split("<selector>", -1).length - 1);
    assertEquals(1, xml.split("<scope>", -1).length - 1);
  }

  @Test
  void theCompressedFormIsTheSameDocument() throws IOException {
    var octets = new ByteArrayOutputStream();
    Entry entry = entry(List.of(), List.of(), "");
    try (var writer = AggregateReportWriter.gzip(octets, metadata("Example"), POLICY)) {
      writer.entry(entry);
    }
    try (var in = new GZIPInputStream(new ByteArrayInputStream(octets.toByteArray()))) {
      assertEquals(written(metadata("Example"), entry), new String(in.readAllBytes(), UTF_8));
    }
  }
}
