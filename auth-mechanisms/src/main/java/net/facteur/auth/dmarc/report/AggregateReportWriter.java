package net.facteur.auth.dmarc.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Evaluated;
import net.facteur.auth.dmarc.report.AggregateReport.Identifiers;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;

/// Writes a report as RFC 9990 wants it, one entry after the other, so that none of any size has to
/// be in memory. Not safe for use by several threads.
///
/// Texts that are empty and may be missing are left out. Characters that XML cannot hold, which
/// strangers may have sent, become U+FFFD.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.1.1 RFC 9990, section 3.1.1: Description
///   of the Content of the XML File
public final class AggregateReportWriter implements AutoCloseable {
  /// The namespace of its elements (RFC 9990, section 6.1).
  public static final String NAMESPACE = "urn:ietf:params:xml:ns:dmarc-2.0";

  /// RFC 9990, 3.1.3: no more than 100 signatures for a row.
  public static final int MAX_SIGNATURES = 100;

  private static final int BUFFER = 8192;

  private static final XMLOutputFactory XML = XMLOutputFactory.newFactory();

  private final OutputStream stream;
  private final XMLStreamWriter out;
  private int depth;

  private AggregateReportWriter(OutputStream stream, XMLStreamWriter out) {
    this.stream = stream;
    this.out = out;
  }

  /// Begins a report that is not compressed.
  ///
  /// @param stream is closed with this
  public static AggregateReportWriter plain(
      OutputStream stream, Metadata metadata, PublishedPolicy policy) throws IOException {
    try {
      var writer =
          // The writer of the JDK hands on each octet by itself.
          new AggregateReportWriter(
              stream,
              XML.createXMLStreamWriter(new BufferedOutputStream(stream, BUFFER), UTF_8.name()));
      writer.begin(metadata, policy);
      return writer;
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  /// Begins a report in the form in which it is mailed (RFC 9990, section 3.5.2).
  public static AggregateReportWriter gzip(
      OutputStream stream, Metadata metadata, PublishedPolicy policy) throws IOException {
    return plain(new GZIPOutputStream(stream, BUFFER), metadata, policy);
  }

  private void begin(Metadata metadata, PublishedPolicy policy) throws XMLStreamException {
    out.writeStartDocument(UTF_8.name(), "1.0");
    line();
    out.writeStartElement("feedback");
    out.writeDefaultNamespace(NAMESPACE);
    depth++;
    // 3.1.1.2: MUST have the value 1.0
    text("version", "1.0");
    start("report_metadata");
    text("org_name", metadata.organization());
    text("email", metadata.email());
    optional("extra_contact_info", metadata.extraContact());
    text("report_id", metadata.id());
    start("date_range");
    text("begin", seconds(metadata.begin()));
    text("end", seconds(metadata.end()));
    end();
    // The schema has room for one.
    optional("error", String.join("; ", metadata.errors()));
    optional("generator", metadata.generator());
    end();
    start("policy_published");
    text("domain", policy.domain());
    optional("discovery_method", policy.discoveryMethod());
    text("p", policy.p());
    optional("sp", policy.sp());
    optional("np", policy.np());
    optional("fo", policy.fo());
    optional("adkim", policy.adkim());
    optional("aspf", policy.aspf());
    optional("testing", policy.testing());
    end();
  }

  private static String seconds(Instant time) {
    return String.valueOf(time.getEpochSecond());
  }

  /// Writes messages that are alike.
  ///
  /// @throws IOException where the stream takes no more
  public void entry(Entry entry) throws IOException {
    try {
      start("record");
      start("row");
      text("source_ip", entry.sourceIp());
      text("count", String.valueOf(entry.count()));
      evaluated(entry.evaluated());
      end();
      identifiers(entry.identifiers());
      start("auth_results");
      for (DkimResult result : first(entry.dkim(), MAX_SIGNATURES)) {
        start("dkim");
        text("domain", result.domain());
        text("selector", result.selector());
        text("result", result.result());
        optional("human_result", result.humanResult());
        end();
      }
      // 3.1.1.11: zero or one
      for (SpfResult result : first(entry.spf(), 1)) {
        start("spf");
        text("domain", result.domain());
        optional("scope", result.scope());
        text("result", result.result());
        optional("human_result", result.humanResult());
        end();
      }
      end();
      end();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  private void evaluated(Evaluated evaluated) throws XMLStreamException {
    start("policy_evaluated");
    text("disposition", evaluated.disposition());
    text("dkim", evaluated.dkim());
    text("spf", evaluated.spf());
    for (PolicyOverride reason : evaluated.reasons()) {
      start("reason");
      text("type", reason.type());
      optional("comment", reason.comment());
      end();
    }
    end();
  }

  private void identifiers(Identifiers identifiers) throws XMLStreamException {
    start("identifiers");
    text("header_from", identifiers.headerFrom());
    // 3.1.1.10: may be empty, which says that the reverse-path was null
    text("envelope_from", identifiers.envelopeFrom());
    optional("envelope_to", identifiers.envelopeTo());
    end();
  }

  private static <T> List<T> first(List<T> all, int most) {
    return all.subList(0, Math.min(all.size(), most));
  }

  private void start(String name) throws XMLStreamException {
    line();
    out.writeStartElement(name);
    depth++;
  }

  private void end() throws XMLStreamException {
    depth--;
    line();
    out.writeEndElement();
  }

  private void optional(String name, String text) throws XMLStreamException {
    if (!text.isEmpty()) {
      text(name, text);
    }
  }

  private void text(String name, String text) throws XMLStreamException {
    line();
    out.writeStartElement(name);
    out.writeCharacters(sayable(text));
    out.writeEndElement();
  }

  private void line() throws XMLStreamException {
    out.writeCharacters("\n" + " ".repeat(depth));
  }

  /// XML 1.0, 2.2: what a document may hold.
  private static String sayable(String text) {
    if (isPlain(text)) {
      return text;
    }
    var good = new StringBuilder(text.length());
    text.codePoints().forEach(c -> good.appendCodePoint(isCharacter(c) ? c : 0xfffd));
    return good.toString();
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCharacter(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= ' ' && c <= 0xd7ff)
        || (c >= 0xe000 && c <= 0xfffd)
        || c >= 0x10000;
  }

  /// Ends the report, and closes the stream.
  @Override
  public void close() throws IOException {
    try (stream) {
      depth = 0;
      line();
      out.writeEndDocument();
      line();
      out.flush();
      out.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }
}
