package net.facteur.server.report.received;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReportXml;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.tlsrpt.TlsReportJson;
import net.facteur.server.mime.ContentType;
import net.facteur.server.mime.EntityWalk;
import net.facteur.server.report.received.FoundReports.Wrong;

/// Finds reports in whatever carries them: XML or JSON, the same in gzip or zip or both, a mail
/// with parts that are one of these, a mail that was forwarded within another.
///
/// What something is, its octets say; names and types that reporters give it do not count, since
/// they give it many. Everything is bounded by [ReadingBudget].
public final class ReportReader {
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};
  private static final byte[] MAILBOX = "From ".getBytes(StandardCharsets.US_ASCII);
  private static final int SNIFFED = 512;
  private static final int MAX_HEADER = 256 << 10;
  private static final int MAX_FIELDS = 100;
  private static final int MAX_FIELD = 1_000;
  private static final int MAX_WHERE = 100;

  private final TlsReportJson json = new TlsReportJson();
  private final ReadingBudget budget = new ReadingBudget();
  private final List<FoundReport> reports = new ArrayList<>();
  private final List<Wrong> wrong = new ArrayList<>();

  /// The most octets of a file or a mail.
  public static final int MAX_OCTETS = ReadingBudget.MAX_OCTETS;

  private ReportReader() {}

  /// What octets begin like.
  private enum Look {
    GZIP,
    ZIP,
    XML,
    JSON,
    EMPTY,
    OTHER
  }

  /// Reads a mail.
  ///
  /// @param size octets of the body
  /// @throws IOException where the body cannot be read, which says nothing about what is in it
  public static FoundReports inMail(MessageHeader header, InputStream body, long size)
      throws IOException {
    var reader = new ReportReader();
    if (size > MAX_OCTETS) {
      reader.expected("the mail", 0, "a mail of at most " + (MAX_OCTETS >> 20) + " MiB");
    } else {
      reader.mail(header, body, 0);
    }
    return reader.found();
  }

  /// Reads a file, finding out what it is.
  ///
  /// @param octets no more than [#MAX_OCTETS] and one
  public static FoundReports inFile(byte[] octets) {
    var reader = new ReportReader();
    if (octets.length > MAX_OCTETS) {
      reader.expected("the file", 0, "a file of at most " + (MAX_OCTETS >> 20) + " MiB");
    } else if (begins(octets, MAILBOX)) {
      reader.mailbox(octets);
    } else if (look(octets) == Look.OTHER) {
      reader.mail(octets, 0);
    } else {
      reader.content("the file", octets, 0);
    }
    return reader.found();
  }

  private FoundReports found() {
    return new FoundReports(reports, wrong);
  }

  private void expected(String where, int offset, String what) {
    if (budget.takeWrong()) {
      wrong.add(new Wrong(where.substring(0, Math.min(where.length(), MAX_WHERE)), offset, what));
    }
  }

  private <T> void take(String where, Parsed<T> parsed, Function<T, FoundReport> as) {
    switch (parsed) {
      case Parsed.Ok<T>(T report) -> {
        if (budget.takeReport()) {
          reports.add(as.apply(report));
        }
      }
      case Parsed.Malformed<T>(int offset, String what) -> expected(where, offset, what);
    }
  }

  private static boolean begins(byte[] octets, byte[] with) {
    return octets.length >= with.length
        && Arrays.equals(octets, 0, with.length, with, 0, with.length);
  }

  private static Look look(byte[] octets) {
    if (begins(octets, GZIP)) {
      return Look.GZIP;
    }
    if (begins(octets, ZIP) || begins(octets, EMPTY_ZIP)) {
      return Look.ZIP;
    }
    for (int i = 0; i < Math.min(octets.length, SNIFFED); i++) {
      switch (octets[i]) {
        case '<' -> {
          return Look.XML;
        }
        case '{' -> {
          return Look.JSON;
        }
        // Space before it, marks of the order of octets, and the other half of UTF-16.
        case ' ',
            '\t',
            '\r',
            '\n',
            0,
            (byte) 0xef,
            (byte) 0xbb,
            (byte) 0xbf,
            (byte) 0xfe,
            (byte) 0xff -> {}
        default -> {
          return Look.OTHER;
        }
      }
    }
    return octets.length == 0 ? Look.EMPTY : Look.OTHER;
  }

  /// Something that is no mail.
  private void content(String where, byte[] octets, int wrappings) {
    switch (look(octets)) {
      case GZIP -> gzip(where, octets, wrappings);
      case ZIP -> zip(where, octets, wrappings);
      case XML -> xml(where, new ByteArrayInputStream(octets));
      case JSON -> take(where, json.parse(octets), FoundReport.Tls::new);
      case EMPTY -> expected(where, 0, "a report, and nothing is there");
      case OTHER -> expected(where, 0, "XML, JSON, gzip or zip");
    }
  }

  /// What comes out of an archive.
  private void unpacked(String where, BoundedOctets in, int wrappings) throws IOException {
    var buffered = new BufferedInputStream(in, 16 << 10);
    buffered.mark(SNIFFED + 1);
    byte[] start = buffered.readNBytes(SNIFFED);
    buffered.reset();
    if (look(start) == Look.XML) {
      xml(where, buffered);
      return;
    }
    byte[] octets = buffered.readNBytes(TlsReportJson.MAX_OCTETS + 1);
    if (wrappings == ReadingBudget.MAX_WRAPPINGS && look(octets) != Look.JSON) {
      expected(where, 0, "archives at most " + ReadingBudget.MAX_WRAPPINGS + " deep");
    } else {
      content(where, octets, wrappings);
    }
  }

  private void xml(String where, InputStream octets) {
    this.<AggregateReport>take(where, AggregateReportXml.parse(octets), FoundReport.Dmarc::new);
  }

  private void gzip(String where, byte[] octets, int wrappings) {
    int before = reports.size();
    var bounded = new BoundedOctets(InputStream.nullInputStream(), budget, 0);
    try (var in = new GzipOctets(octets)) {
      bounded = new BoundedOctets(in, budget, octets.length);
      unpacked(where, bounded, wrappings + 1);
    } catch (IOException _) {
      if (!bounded.exceeded()) {
        expected(where, 0, "whole gzip");
      }
    }
    tooMuch(where, bounded, before);
  }

  private void tooMuch(String where, BoundedOctets bounded, int before) {
    if (bounded.exceeded()) {
      // What the parser said of its sudden end is not the reason.
      wrong.removeIf(each -> each.where().equals(where));
      reports.subList(before, reports.size()).clear();
      wrong.add(new Wrong(where, 0, "an archive that unpacks to less"));
    }
  }

  private void zip(String where, byte[] octets, int wrappings) {
    // In this charset no name is malformed.
    try (var in =
        new ZipInputStream(new ByteArrayInputStream(octets), StandardCharsets.ISO_8859_1)) {
      int files = 0;
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.isDirectory()) {
          continue;
        }
        if (++files > ReadingBudget.MAX_ENTRIES) {
          expected(where, 0, "a zip archive of at most " + ReadingBudget.MAX_ENTRIES + " files");
          return;
        }
        if (!zipped(where + ", " + entry.getName(), in, octets.length, wrappings)) {
          return;
        }
      }
      if (files == 0) {
        expected(where, 0, "a zip archive with a file in it");
      }
    } catch (IOException | IllegalArgumentException _) {
      expected(where, 0, "a whole zip archive");
    }
  }

  /// @return false where the archive is not worth looking at any further
  private boolean zipped(String where, ZipInputStream in, long packed, int wrappings)
      throws IOException {
    int before = reports.size();
    var bounded = new BoundedOctets(in, budget, packed);
    try {
      unpacked(where, bounded, wrappings + 1);
    } catch (IOException e) {
      if (!bounded.exceeded()) {
        throw e;
      }
    }
    tooMuch(where, bounded, before);
    return !bounded.exceeded();
  }

  /// Mails one behind the other, each with a line `From ` before it, and an empty line before that.
  private void mailbox(byte[] octets) {
    int begin = 0;
    int line = 0;
    boolean emptyBefore = true;
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] != '\n') {
        continue;
      }
      int next = i + 1;
      boolean empty = i == line || (i == line + 1 && octets[line] == '\r');
      if (emptyBefore && line > begin && isMailbox(octets, line)) {
        mail(Arrays.copyOfRange(octets, begin, line), 0);
        begin = line;
      }
      emptyBefore = empty;
      line = next;
    }
    mail(Arrays.copyOfRange(octets, begin, octets.length), 0);
  }

  private static boolean isMailbox(byte[] octets, int at) {
    return at + MAILBOX.length <= octets.length
        && Arrays.equals(octets, at, at + MAILBOX.length, MAILBOX, 0, MAILBOX.length);
  }

  /// A mail in a file, or one that was encoded within another.
  private void mail(byte[] octets, int mails) {
    int begin = envelopeLine(octets);
    int end = headerEnd(octets, begin);
    if (end - begin > MAX_HEADER) {
      expected("the mail", begin, "a header of at most " + (MAX_HEADER >> 10) + " KiB");
      return;
    }
    byte[] header = Arrays.copyOfRange(octets, begin, end);
    // A mail that was saved in a file may have lost its CRs.
    boolean bare = indexOf(header, (byte) '\r') < 0;
    byte[] whole = bare ? withCrs(octets, begin) : octets;
    int start = bare ? headerEnd(whole, 0) : end;
    try {
      mail(
          MessageHeader.parse(Arrays.copyOfRange(whole, bare ? 0 : begin, start)),
          new ByteArrayInputStream(whole, start, whole.length - start),
          mails);
    } catch (IOException e) {
      throw new IllegalStateException("octets in memory can be read", e);
    }
  }

  /// Where a mail begins: behind a line `From ` of a mailbox file.
  private static int envelopeLine(byte[] octets) {
    if (!begins(octets, MAILBOX)) {
      return 0;
    }
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] == '\n') {
        return i + 1;
      }
    }
    return octets.length;
  }

  private static int indexOf(byte[] octets, byte octet) {
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] == octet) {
        return i;
      }
    }
    return -1;
  }

  /// The index after the empty line that ends the header.
  private static int headerEnd(byte[] octets, int from) {
    boolean empty = true;
    for (int i = from; i < octets.length; i++) {
      if (octets[i] == '\n') {
        if (empty) {
          return i + 1;
        }
        empty = true;
      } else if (octets[i] != '\r') {
        empty = false;
      }
    }
    return octets.length;
  }

  private static byte[] withCrs(byte[] octets, int from) {
    var out = new ByteArrayOutputStream(octets.length + octets.length / 32);
    for (int i = from; i < octets.length; i++) {
      if (octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r')) {
        out.write('\r');
      }
      out.write(octets[i]);
    }
    return out.toByteArray();
  }

  private void mail(MessageHeader header, InputStream body, int mails) throws IOException {
    try {
      new EntityWalk(new Parts(mails)).walk(header, false, new BufferedInputStream(body, 64 << 10));
    } catch (EntityWalk.OverlongHeaderException _) {
      expected("the mail", 0, "parts with a header of at most " + (MAX_HEADER >> 10) + " KiB");
    }
  }

  /// Takes the parts of a mail, one at a time.
  private final class Parts implements EntityWalk.Visitor {
    private final int mails;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private ContentType type = ContentType.of(new MessageHeader(List.of()));
    private int number;

    Parts(int mails) {
      this.mails = mails;
    }

    @Override
    public void header(MessageHeader header, boolean sealed) {}

    @Override
    public void leaf(ContentType its, boolean sealed) {
      content.reset();
      type = its;
    }

    @Override
    public void content(byte[] octets, int length) {
      content.write(octets, 0, length);
    }

    @Override
    public void around(byte[] octets, int length, boolean sealed) {}

    @Override
    public void leafEnds() {
      number++;
      if (!budget.takePart()) {
        return;
      }
      byte[] octets = TransferEncoding.decode(content.toByteArray(), type.encoding());
      content.reset();
      String where = "part " + number + (type.type().isEmpty() ? "" : " (" + type.type() + ")");
      if (type.type().equals("message/feedback-report")) {
        feedback(where, octets);
      } else if (type.isMessage()) {
        encodedMail(where, octets);
      } else {
        part(where, octets);
      }
    }

    private void encodedMail(String where, byte[] octets) {
      if (mails == ReadingBudget.MAX_MAILS || !budget.take(octets.length)) {
        expected(where, 0, "mails at most " + ReadingBudget.MAX_MAILS + " deep");
      } else {
        mail(octets, mails + 1);
      }
    }

    /// Text for people is no report that went wrong.
    private void part(String where, byte[] octets) {
      Look look = look(octets);
      boolean prose = type.isText() && !type.type().equals("text/xml");
      if (look == Look.OTHER || look == Look.EMPTY || (prose && !report(octets, look))) {
        if (type.type().startsWith("application/") || type.type().equals("text/xml")) {
          expected(where, 0, "XML, JSON, gzip or zip");
        }
        return;
      }
      ReportReader.this.content(where, octets, 0);
    }

    private boolean report(byte[] octets, Look look) {
      return look == Look.GZIP
          || look == Look.ZIP
          || new String(octets, StandardCharsets.ISO_8859_1)
              .contains(look == Look.XML ? "feedback" : "policies");
    }
  }

  private void feedback(String where, byte[] octets) {
    MessageHeader header = MessageHeader.parse(withCrs(octets, 0));
    Map<String, List<String>> fields = new LinkedHashMap<>();
    int left = MAX_FIELDS;
    for (HeaderField field : header.fields()) {
      if (left-- == 0) {
        break;
      }
      String value = field.unfolded().strip().replaceAll("[ \t]+", " ");
      fields
          .computeIfAbsent(Ascii.lower(field.name()), _ -> new ArrayList<>())
          .add(value.substring(0, Math.min(value.length(), MAX_FIELD)));
    }
    boolean failure =
        fields.getOrDefault("feedback-type", List.of()).stream()
            .anyMatch(type -> Ascii.equalsIgnoreCase(type, "auth-failure"));
    if (!failure) {
      expected(where, 0, "a feedback report of the type auth-failure");
    } else if (budget.takeReport()) {
      reports.add(new FoundReport.Failure(fields));
    }
  }
}
