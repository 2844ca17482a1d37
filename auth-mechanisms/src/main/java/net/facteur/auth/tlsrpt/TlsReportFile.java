package net.facteur.auth.tlsrpt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.facteur.auth.syntax.Parsed;

/// Reports as they come and go: JSON, the same with gzip, or a mail that carries either.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-5 RFC 8460, section 5: Report Delivery
public final class TlsReportFile {
  /// The most octets of a file or mail that are looked at.
  public static final int MAX_OCTETS = 16 << 20;

  private final TlsReportJson json = new TlsReportJson();

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

  /// Reads a file, finding out what it is. No more than [TlsReportJson#MAX_OCTETS] are unpacked,
  /// whatever gzip promises.
  public Parsed<TlsReport> read(byte[] octets) {
    if (octets.length > MAX_OCTETS) {
      return Parsed.malformed(MAX_OCTETS, "a file of at most 16 MiB");
    }
    if (isGzip(octets)) {
      return unpacked(octets);
    }
    if (looksLikeJson(octets)) {
      return json.parse(octets);
    }
    Optional<byte[]> part = ReportPart.find(octets);
    if (part.isEmpty()) {
      return Parsed.malformed(0, "JSON, gzip, or a mail with a part of application/tlsrpt");
    }
    return isGzip(part.get()) ? unpacked(part.get()) : json.parse(part.get());
  }

  private static boolean isGzip(byte[] octets) {
    return octets.length > 2 && octets[0] == 0x1f && octets[1] == (byte) 0x8b;
  }

  private static boolean looksLikeJson(byte[] octets) {
    int i = 0;
    while (i < octets.length && " \t\r\n".indexOf(octets[i]) >= 0) {
      i++;
    }
    return i < octets.length && octets[i] == '{';
  }

  private Parsed<TlsReport> unpacked(byte[] octets) {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(octets))) {
      byte[] plain = gzip.readNBytes(TlsReportJson.MAX_OCTETS + 1);
      return plain.length > TlsReportJson.MAX_OCTETS
          ? Parsed.malformed(0, "gzip that unpacks to at most 10 MiB")
          : json.parse(plain);
    } catch (IOException e) {
      return Parsed.malformed(0, "whole gzip");
    }
  }
}
