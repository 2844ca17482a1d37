package net.facteur.auth.dmarc.report;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Octets of XML as characters. What is malformed in the encoding is an [IOException]: the parser
/// of the JDK would write about it to standard error.
///
/// @spec https://www.w3.org/TR/xml/#sec-guessing Extensible Markup Language (XML) 1.0, appendix F:
///   Autodetection of Character Encodings
final class XmlText {
  private static final int DECLARATION = 512;
  private static final Pattern ENCODING =
      Pattern.compile(
          "^\\s*<\\?xml[^>]{0,200}?\\sencoding\\s*=\\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']");

  private XmlText() {}

  /// @return a reader behind marks of the order of octets and space, at the declaration or the
  ///   first element
  static Reader of(InputStream octets) throws IOException {
    var in = new BufferedInputStream(octets, 16 << 10);
    in.mark(DECLARATION + 1);
    byte[] start = in.readNBytes(DECLARATION);
    in.reset();
    var reader =
        new PushbackReader(
            new InputStreamReader(
                in,
                charset(start)
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    int c = reader.read();
    while (c == 0xfeff || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      c = reader.read();
    }
    if (c >= 0) {
      reader.unread(c);
    }
    return reader;
  }

  private static Charset charset(byte[] start) {
    int first = start.length > 0 ? start[0] & 0xff : -1;
    int second = start.length > 1 ? start[1] & 0xff : -1;
    if ((first == 0xfe && second == 0xff) || (first == 0 && second == '<')) {
      return StandardCharsets.UTF_16BE;
    }
    if ((first == 0xff && second == 0xfe) || (first == '<' && second == 0)) {
      return StandardCharsets.UTF_16LE;
    }
    Matcher declared = ENCODING.matcher(new String(start, StandardCharsets.ISO_8859_1));
    if (!declared.find()) {
      return StandardCharsets.UTF_8;
    }
    try {
      Charset charset = Charset.forName(declared.group(1));
      // The declaration could be read octet by octet, so UTF-16 it is not.
      return charset.name().startsWith("UTF-") ? StandardCharsets.UTF_8 : charset;
    } catch (IllegalArgumentException _) {
      return StandardCharsets.UTF_8;
    }
  }
}
