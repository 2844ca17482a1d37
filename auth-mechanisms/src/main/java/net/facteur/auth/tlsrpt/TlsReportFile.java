package net.facteur.auth.tlsrpt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import net.facteur.auth.syntax.Parsed;

/// Reports as they come and go: JSON, the same in gzip or zip, or a mail that carries one of them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-5 RFC 8460, section 5: Report Delivery
public final class TlsReportFile {
  /// The most octets of a file or mail that are looked at.
  public static final int MAX_OCTETS = 16 << 20;

  private final TlsReportJson json = new TlsReportJson();
  private final ReportContent content = new ReportContent(json);

  /// The report with gzip, as it is sent.
  public byte[] compress(TlsReport report) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(json.print(report));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing but memory is written to
    }
    return out.toByteArray();
  }

  /// Reads a file, finding out what it is.
  public Parsed<TlsReport> read(byte[] octets) {
    if (octets.length > MAX_OCTETS) {
      return Parsed.malformed(MAX_OCTETS, "a file of at most 16 MiB");
    }
    return content.read(octets).orElseGet(() -> inMail(ReportContent.withoutMark(octets)));
  }

  /// The first part that is a report; where none is, what is wrong with the likeliest.
  private Parsed<TlsReport> inMail(byte[] mail) {
    Optional<Parsed<TlsReport>> wrong = Optional.empty();
    for (ReportPart.Part part : ReportPart.find(mail)) {
      Optional<Parsed<TlsReport>> read = content.read(part.octets());
      if (read.isEmpty() && part.called()) {
        read = Optional.of(json.parse(part.octets()));
      }
      if (read.isPresent() && read.get() instanceof Parsed.Ok<TlsReport> ok) {
        return ok;
      }
      wrong = wrong.isPresent() ? wrong : read;
    }
    return wrong.orElseGet(
        () -> Parsed.malformed(0, "JSON, gzip, zip, or a mail with a part that is one of them"));
  }
}
