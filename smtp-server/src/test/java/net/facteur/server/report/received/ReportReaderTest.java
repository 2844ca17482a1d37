package net.facteur.server.report.received;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportReaderTest {
  private static final String RECORD =
      "<record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated>"
          + "<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated>"
          + "</row><identifiers><header_from>example.org</header_from></identifiers></record>";

  private static final String XML = xml(RECORD);

  private static String xml(String records) {
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feedback><report_metadata>"
        + "<org_name>Reporter</org_name><report_id>1</report_id><date_range><begin>1764460800"
        + "</begin><end>1764547199</end></date_range></report_metadata><policy_published>"
        + "<domain>example.org</domain><p>none</p></policy_published>"
        + records
        + "</feedback>";
  }

  private static byte[] octets(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] gzip(byte[] octets) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(octets);
    }
    return out.toByteArray();
  }

  private static byte[] zip(byte[]... files) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (int i = 0; i < files.length; i++) {
        zip.putNextEntry(new ZipEntry("directory/file" + i));
        zip.write(files[i]);
      }
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static void isRead(byte[] octets) {
    isRead(1, octets);
  }

  private static void isRead(int reports, byte[] octets) {
    FoundReports found = ReportReader.inFile(octets);
    assertEquals(reports, found.reports().size(), () -> found.reason().toString());
    for (FoundReport report : found.reports()) {
      assertTrue(
          report instanceof FoundReport.Dmarc(var dmarc) && dmarc.messages() == 3,
          report.toString());
    }
  }

  private static void isRefused(String expected, byte[] octets) {
    FoundReports found = ReportReader.inFile(octets);
    assertEquals(List.of(), found.reports());
    assertTrue(found.reason().expected().contains(expected), () -> found.reason().toString());
  }

  private static byte[] mail(String type, String encoding, byte[] content) {
    return join(
        octets(
            "From: reporter@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: text/plain\r\n\r\nThe report is <attached>.\r\n--b\r\n"
                + "Content-Type: "
                + type
                + "\r\nContent-Transfer-Encoding: "
                + encoding
                + "\r\n\r\n"),
        content,
        octets("\r\n--b--\r\n"));
  }

  private static byte[] base64(byte[] octets) {
    return Base64.getMimeEncoder().encode(octets);
  }

  @Test
  void anArchiveIsReadWhateverIsInWhat() throws IOException {
    isRead(octets(XML));
    isRead(gzip(octets(XML)));
    isRead(zip(octets(XML)));
    isRead(zip(gzip(octets(XML))));
    isRead(gzip(zip(octets(XML))));
    isRead(2, zip(octets("a note, and no report"), octets(XML), gzip(octets(XML))));
    isRead(join(gzip(octets(XML)), octets("\r\n")));
    isRefused("deep", gzip(gzip(gzip(gzip(octets(XML))))));
    isRefused("a file in it", zip());
    byte[] whole = gzip(octets(XML));
    isRefused("whole gzip", Arrays.copyOf(whole, 12));
  }

  @Test
  void charactersMayComeInEachEncoding() {
    isRead(octets("\ufeff" + XML));
    isRead(octets(" \r\n" + XML));
    isRead(("\ufeff" + XML.replace("utf-8", "utf-16")).getBytes(UTF_16LE));
    isRead(("\ufeff" + XML.replace("utf-8", "utf-16")).getBytes(UTF_16BE));
    isRead(XML.replace("utf-8", "utf-16").getBytes(UTF_16BE));
    isRead(
        XML.replace("utf-8", "iso-8859-1").replace("Reporter", "\u00c9tat").getBytes(ISO_8859_1));
    isRead(octets(XML.replace("utf-8", "utf-16"))); // which it is not
    isRead(octets(XML.replace("utf-8", "no-such-one")));
    isRefused("well-formed", XML.replace("Reporter", "\u00c9tat").getBytes(ISO_8859_1));
  }

  @Test
  void elementsMayStandInAnyOrderAndNamespace() {
    isRead(
        octets(XML.replace("<feedback>", "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">")));
    isRead(octets(XML.replaceAll("<(/?)([a-z])", "<$1d:$2").replace("<d:?", "<?")));
    isRead(
        octets(
            XML.replace(
                "</policy_published>",
                "</policy_published><extension><x:a xmlns:x=\"urn:x\"><domain>no</domain></x:a>"
                    + "</extension><new/>")));
    String metadata = XML.substring(XML.indexOf("<report_m"), XML.indexOf("<policy_p"));
    isRead(octets(XML.replace(metadata, "").replace("</feedback>", metadata + "</feedback>")));
    isRead(octets(XML.replace("<disposition>none</disposition>", "")));
  }

  @Test
  void whatIsMissingIsNamed() {
    isRefused("domain", octets(XML.replace("<domain>example.org</domain>", "")));
    isRefused("begin", octets(XML.replace("1764460800", "yesterday")));
    isRefused("number of messages", octets(XML.replace("<count>3</count>", "")));
    isRefused("number of messages", octets(XML.replace("<count>3<", "<count>-3<")));
    isRefused("feedback", octets("<html><body>no</body></html>"));
    isRefused("well-formed", octets(XML.substring(0, XML.length() - 5)));
    isRefused("XML, JSON, gzip, zip", octets("Hello"));
    isRefused("nothing is there", new byte[0]);
  }

  @Test
  void nothingIsFetchedAndNothingExpands() {
    for (String type :
        List.of(
            "<!DOCTYPE feedback SYSTEM \"http://127.0.0.1:1/x.dtd\">",
            "<!DOCTYPE feedback [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
            "<!DOCTYPE feedback [<!ENTITY a \"aaaa\"><!ENTITY e \"&a;&a;&a;\">]>")) {
      isRefused(
          "document type", octets(XML.replace("?>\n", "?>\n" + type).replace("Reporter", "&e;")));
    }
    isRefused("", octets(XML.replace("Reporter", "&e;")));
  }

  @Test
  void whatIsTooDeepTooLongOrTooManyIsRefused() {
    isRefused("deep", octets(xml(RECORD + "<x>".repeat(100) + "</x>".repeat(100))));
    isRefused("1000 characters in org_name", octets(XML.replace("Reporter", "x".repeat(1001))));
    isRefused("50000 records", octets(xml(RECORD.repeat(50_001))));
    isRead(
        octets(
            XML.replace(
                "</policy_evaluated>",
                "<reason><type>other</type><comment>"
                    + "long ".repeat(10_000)
                    + "</comment></reason></policy_evaluated>")));
  }

  /// Octets that repeat themselves, unpacked. The reader of the JDK calls itself at each empty
  /// member.
  @Test
  void membersOfGzipAreReadOneBehindTheOtherAndCounted() throws IOException {
    byte[] empty = gzip(new byte[0]);
    var few = new byte[400][];
    Arrays.fill(few, empty);
    byte[] whole = octets(XML);
    byte[] halves =
        join(gzip(Arrays.copyOf(whole, 99)), gzip(Arrays.copyOfRange(whole, 99, whole.length)));
    isRead(join(join(few), halves, join(few)));
    var many = new byte[100_000][];
    Arrays.fill(many, empty);
    isRefused("whole gzip", join(many));
    byte[] named = gzip(whole);
    named[3] = 2 | 4 | 8 | 16;
    isRead(
        join(
            Arrays.copyOf(named, 10),
            new byte[] {1, 0, 7, 'a', 0, 'b', 0, 9, 9},
            Arrays.copyOfRange(named, 10, named.length)));
    byte[] wrong = gzip(whole);
    wrong[wrong.length - 8]++;
    isRefused("", wrong);
  }

  @Test
  void filesOfOneNameAreAllRead() throws IOException {
    byte[] zip = zip(whole(), whole());
    for (int i = 0; i < zip.length - 4; i++) {
      if (zip[i] == 'f' && zip[i + 1] == 'i' && zip[i + 2] == 'l' && zip[i + 3] == 'e') {
        zip[i + 4] = '0';
      }
    }
    isRead(2, zip);
  }

  private static byte[] whole() {
    return octets(XML);
  }

  private static byte[] bomb(long octets, String start) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out, 64 << 10)) {
      gzip.write(octets(start));
      byte[] spaces = octets(" ".repeat(100 << 10));
      for (long left = octets; left > 0; left -= spaces.length) {
        gzip.write(spaces);
      }
      gzip.write(octets("</feedback>"));
    }
    return out.toByteArray();
  }

  @Test
  void aBombIsNotUnpacked() throws IOException {
    String start = XML.replace("</feedback>", "");
    isRead(bomb(900 << 10, start));
    byte[] bomb = bomb(200 << 20, start);
    isRefused("unpacks to less", bomb);
    isRefused("unpacks to less", zip(bomb, bomb));
    isRefused("unpacks to less", mail("application/gzip", "base64", base64(bomb)));
    isRefused("unpacks to less", gzip(bomb));
    // Many small ones share one budget.
    byte[] small = bomb(900 << 10, start);
    var many = new byte[49][];
    Arrays.fill(many, small);
    FoundReports found = ReportReader.inFile(zip(many));
    assertTrue(found.reports().size() < 30, "reports: " + found.reports().size());
    assertTrue(found.reason().expected().contains("unpacks to less"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/gzip",
        "application/x-gzip; name=\"a.xml.gz\"",
        "application/octet-stream",
        "application/zip; name=\"it is none.zip\"",
        "text/plain; name=\"report\"",
        "image/png",
        "text/xml"
      })
  void aPartIsReadWhateverItIsCalled(String type) throws IOException {
    isRead(mail(type, "base64", base64(gzip(octets(XML)))));
    isRead(mail(type, "binary", gzip(octets(XML))));
    isRead(mail(type, "8bit", octets(XML)));
    isRead(
        mail(
            type,
            "quoted-printable",
            octets(XML.replace("=", "=3D").replace("<row>", "<row>=\r\n"))));
  }

  @Test
  void aMailWithinAMailIsRead() throws IOException {
    byte[] mail = mail("application/gzip", "base64", base64(gzip(octets(XML))));
    isRead(mail("message/rfc822", "7bit", mail));
    isRead(mail("message/rfc822", "base64", base64(mail)));
    byte[] deep = mail;
    for (int i = 0; i < 5; i++) {
      deep = mail("message/rfc822", "base64", base64(deep));
    }
    isRefused("mails at most", deep);
  }

  @Test
  void aMailIsReadAsFilesHoldIt() throws IOException {
    byte[] mail = mail("application/gzip", "base64", base64(gzip(octets(XML))));
    String unix = new String(mail, ISO_8859_1).replace("\r\n", "\n");
    isRead(octets(unix));
    String inMailbox = "From reporter@example.com Mon Nov 30 00:00:00 2026\n" + unix + "\n";
    isRead(octets(inMailbox));
    isRead(3, octets(inMailbox.repeat(3)));
    isRead(gzipInOnePart(gzip(octets(XML))));
  }

  /// A mail that is nothing but the report.
  private static byte[] gzipInOnePart(byte[] gzip) {
    return join(
        octets("Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
        base64(gzip));
  }

  @Test
  void aMailForPeopleHasNoReport() {
    isRefused(
        "XML, JSON, gzip, zip",
        octets("From: a@example.com\r\nContent-Type: text/html\r\n\r\n<html>buy feed</html>\r\n"));
    isRefused("XML, JSON, gzip or zip", mail("application/pdf", "base64", base64(octets("%PDF"))));
  }

  @Test
  void damageNeverThrows() throws IOException {
    var random = new Random(7);
    for (byte[] whole :
        List.of(
            octets(XML),
            gzip(octets(XML)),
            zip(octets(XML), gzip(octets(XML))),
            mail("application/gzip", "base64", base64(gzip(octets(XML)))),
            mail("message/rfc822", "7bit", mail("text/xml", "8bit", octets(XML))))) {
      for (int i = 0; i < 200; i++) {
        byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
        for (int j = random.nextInt(4); j >= 0; j--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        FoundReports found = ReportReader.inFile(damaged);
        assertTrue(found.reports().size() <= 2);
      }
    }
  }
}
