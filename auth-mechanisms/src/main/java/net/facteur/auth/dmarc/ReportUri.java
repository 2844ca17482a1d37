package net.facteur.auth.dmarc;

import java.util.Optional;
import java.util.OptionalLong;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;
import net.facteur.auth.syntax.Utf8;

/// Where reports go (`dmarc-uri`, `obs-dmarc-uri`).
///
/// @param uri without comma or exclamation mark
/// @param sizeLimit the obsolete limit such as `10m`, empty where there is none; reporters ignore
///   it
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.8 RFC 9989, section 4.8: Formal
///   Definition
public record ReportUri(String uri, String sizeLimit) {
  private static final String MARKS = "-._~:/?#[]@$&'()*+;=";

  /// A URI without a size limit.
  public ReportUri(String uri) {
    this(uri, "");
  }

  /// Reads one entry of `rua` or `ruf`.
  public static Parsed<ReportUri> parse(String text) {
    var in = new Scanner(text);
    if (!Ascii.isAlpha(in.peek())) {
      return in.expected("a URI scheme");
    }
    in.skipWhile(c -> Ascii.isAlnum(c) || c == '+' || c == '-' || c == '.');
    if (!in.take(':')) {
      return in.expected("\":\"");
    }
    int rest = in.offset();
    while (takeUriCharacter(in)) {}
    if (in.offset() == rest) {
      return in.expected("a URI");
    }
    String uri = in.since(0);
    int limit = in.offset();
    if (in.take('!')) {
      if (!in.skipWhile(Ascii::isDigit)) {
        return in.expected("a size");
      }
      if ("kmgt".indexOf(Ascii.lower(in.peek())) >= 0) {
        in.next();
      }
    }
    if (!in.atEnd()) {
      return in.expected("a character of a URI");
    }
    return Parsed.ok(new ReportUri(uri, in.offset() == limit ? "" : in.since(limit + 1)));
  }

  /// RFC 3986, section 2: unreserved, reserved, pct-encoded.
  private static boolean takeUriCharacter(Scanner in) {
    int c = in.peek();
    if (c == '%' && Ascii.isHex(in.peek(1)) && Ascii.isHex(in.peek(2))) {
      in.seek(in.offset() + 3);
      return true;
    }
    if (Ascii.isAlnum(c) || (c >= 0 && MARKS.indexOf(c) >= 0)) {
      in.next();
      return true;
    }
    return false;
  }

  /// The address of a `mailto:` URI, percent-decoded and without header fields; empty for other
  /// schemes, and where it is no single address.
  public Optional<String> mailbox() {
    if (!Ascii.startsWithIgnoreCase(uri, "mailto:")) {
      return Optional.empty();
    }
    int end = uri.indexOf('?');
    String encoded = uri.substring("mailto:".length(), end < 0 ? uri.length() : end);
    return decoded(encoded).filter(ReportUri::isAddress);
  }

  private static boolean isAddress(String text) {
    int at = text.lastIndexOf('@');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f || c == ',' || c == '<' || c == '>') {
        return false;
      }
    }
    return at > 0 && at < text.length() - 1;
  }

  private static Optional<String> decoded(String text) {
    var octets = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length()) {
        c = (char) (Ascii.hexValue(text.charAt(i + 1)) * 16 + Ascii.hexValue(text.charAt(i + 2)));
        i += 2;
      }
      octets.append((char) (c & 0xff));
    }
    return Utf8.ofOctets(octets.toString());
  }

  /// The obsolete size limit in octets, `k`, `m`, `g` and `t` being powers of 1,024.
  public OptionalLong sizeLimitOctets() {
    var in = new Scanner(sizeLimit);
    return switch (in.number(12, 999_999_999_999L)) {
      case Parsed.Malformed<Long> _ -> OptionalLong.empty();
      case Parsed.Ok<Long>(Long number) -> {
        int power = in.atEnd() ? 0 : "kmgt".indexOf(Ascii.lower(in.peek())) + 1;
        long unit = 1L << (10 * power);
        yield OptionalLong.of(number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit);
      }
    };
  }

  /// As it stands in a record.
  public String print() {
    return sizeLimit.isEmpty() ? uri : uri + "!" + sizeLimit;
  }
}
