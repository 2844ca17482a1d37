package net.facteur.server.report.dmarc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReportWriter;
import net.facteur.queue.MailAddress;
import net.facteur.server.report.ReportMail;
import net.facteur.server.report.ReportSettings;

/// One report as it leaves.
///
/// @param generator our name and version
public record DmarcReport(PendingReport counted, ReportSettings author, String generator) {
  private static final int ID_OCTETS = 10;

  /// The Report-ID, which is the `unique-id` of the file name, too, so that both are identical:
  /// only letters and digits may stand there. It is the same each time the report is sent.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.1.4 RFC 9990, section 3.1.4: Unique
  ///   Identifiers in Aggregate Reporting
  public String id() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  String.join("\0", submitter(), counted.domain(), counted.published())
                      .getBytes(UTF_8));
      return counted.day().format(DateTimeFormatter.BASIC_ISO_DATE)
          + HexFormat.of().formatHex(digest, 0, ID_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String submitter() {
    return author.contact().domain();
  }

  /// RFC 9990, 3.1.1.4: typically a UTC day.
  private Instant begin() {
    return counted.day().atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private Instant end() {
    return begin().plus(Duration.ofDays(1)).minusSeconds(1);
  }

  /// RFC 9990, 3.5.2: receiver, policy domain, begin, end and unique-id.
  public String fileName() {
    return String.join(
            "!",
            submitter(),
            counted.domain(),
            String.valueOf(begin().getEpochSecond()),
            String.valueOf(end().getEpochSecond()),
            id())
        + ".xml.gz";
  }

  private Metadata metadata() {
    return new Metadata(
        author.organization(),
        author.contact().text(),
        "",
        id(),
        begin(),
        end(),
        counted.leftOut() == 0
            ? List.of()
            : List.of(
                counted.leftOut() + " further messages are in no record: too many kinds of them"),
        generator);
  }

  /// Writes it as an XML file, compressed or not, and closes the stream.
  ///
  /// @throws IOException where the counts cannot be read, or the stream takes no more
  public void write(DmarcCountStore store, OutputStream out, boolean compressed)
      throws IOException {
    try (var writer =
        compressed
            ? AggregateReportWriter.gzip(out, metadata(), counted.policy())
            : AggregateReportWriter.plain(out, metadata(), counted.policy())) {
      store.rows(counted, writer::entry);
    }
  }

  /// The mail that carries it.
  ///
  /// @param boundary 1 to 60 letters, digits and underscores
  ReportMail mail(String boundary) {
    MailAddress contact = author.contact();
    return new ReportMail(
        counted.domain(),
        contact,
        id(),
        "",
        "multipart/mixed",
        words(),
        // RFC 9990, 3.5.2: MUST be application/gzip
        "application/gzip",
        fileName(),
        boundary);
  }

  private String words() {
    return "This is an aggregate report on DMARC (RFC 9990) from "
        + submitter()
        + " about mail\r\nin the name of "
        + counted.domain()
        + ", as its DMARC record asks for.\r\n\r\nFrom "
        + begin()
        + " to "
        + end()
        + " there were "
        + counted.messages()
        + " messages,\r\nof which "
        + counted.passed()
        + " passed DMARC. The attached file tells more.\r\n";
  }
}
