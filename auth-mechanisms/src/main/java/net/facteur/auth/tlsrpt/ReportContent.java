package net.facteur.auth.tlsrpt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import net.facteur.auth.syntax.Parsed;

/// A report out of octets that show by themselves what they are: JSON in any Unicode encoding,
/// gzip, or a zip archive. What a mail calls them does not count, since reporters call them by many
/// names. No more than [TlsReportJson#MAX_OCTETS] are unpacked, whatever the archive promises.
final class ReportContent {
  /// An archive within an archive, and JSON in that.
  private static final int MAX_WRAPPINGS = 2;

  private static final int MAX_ZIP_ENTRIES = 20;
  private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] UTF_16_MARK = {(byte) 0xfe, (byte) 0xff};
  private static final byte[] UTF_16_LITTLE_MARK = {(byte) 0xff, (byte) 0xfe};
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private final TlsReportJson json;

  ReportContent(TlsReportJson json) {
    this.json = json;
  }

  /// @return empty where the octets are none of these
  Optional<Parsed<TlsReport>> read(byte[] octets) {
    return read(octets, 0);
  }

  private Optional<Parsed<TlsReport>> read(byte[] octets, int wrappings) {
    if (begins(octets, GZIP)) {
      return Optional.of(
          wrappings == MAX_WRAPPINGS
              ? Parsed.malformed(0, "gzip that holds JSON")
              : unpacked(octets, wrappings + 1));
    }
    if (begins(octets, ZIP)) {
      return Optional.of(
          wrappings == MAX_WRAPPINGS
              ? Parsed.malformed(0, "a zip archive that holds JSON")
              : unzipped(octets, wrappings + 1));
    }
    return looksLikeJson(octets) ? Optional.of(json.parse(octets)) : Optional.empty();
  }

  /// Without the mark that some programs put before UTF-8.
  static byte[] withoutMark(byte[] octets) {
    return begins(octets, UTF_8_MARK)
        ? Arrays.copyOfRange(octets, UTF_8_MARK.length, octets.length)
        : octets;
  }

  private static boolean begins(byte[] octets, byte[] with) {
    return octets.length >= with.length
        && Arrays.equals(octets, 0, with.length, with, 0, with.length);
  }

  private static boolean looksLikeJson(byte[] octets) {
    if (begins(octets, UTF_16_MARK) || begins(octets, UTF_16_LITTLE_MARK)) {
      return true;
    }
    int i = begins(octets, UTF_8_MARK) ? UTF_8_MARK.length : 0;
    while (i < octets.length && " \t\r\n".indexOf(octets[i]) >= 0) {
      i++;
    }
    return i < octets.length && octets[i] == '{';
  }

  private Parsed<TlsReport> unpacked(byte[] octets, int wrappings) {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(octets))) {
      byte[] plain = bounded(gzip, TlsReportJson.MAX_OCTETS);
      return plain.length > TlsReportJson.MAX_OCTETS
          ? Parsed.malformed(0, "gzip that unpacks to at most 10 MiB")
          : read(plain, wrappings).orElseGet(() -> json.parse(plain));
    } catch (IOException e) {
      return Parsed.malformed(0, "whole gzip");
    }
  }

  /// The first entry that is a report, or looks like one.
  private Parsed<TlsReport> unzipped(byte[] octets, int wrappings) {
    int left = TlsReportJson.MAX_OCTETS;
    // names are not looked at, and in this charset none is malformed
    try (var zip =
        new ZipInputStream(new ByteArrayInputStream(octets), StandardCharsets.ISO_8859_1)) {
      for (int i = 0; i < MAX_ZIP_ENTRIES && zip.getNextEntry() != null; i++) {
        byte[] plain = bounded(zip, left);
        left -= plain.length;
        if (left < 0) {
          return Parsed.malformed(0, "a zip archive that unpacks to at most 10 MiB");
        }
        Optional<Parsed<TlsReport>> found = read(plain, wrappings);
        if (found.isPresent()) {
          return found.get();
        }
      }
      return Parsed.malformed(0, "a zip archive with a report of JSON");
    } catch (IOException | IllegalArgumentException e) {
      return Parsed.malformed(0, "a whole zip archive");
    }
  }

  /// One octet more than `limit` is enough to see that there are too many.
  private static byte[] bounded(InputStream in, int limit) throws IOException {
    return in.readNBytes(limit + 1);
  }
}
