package net.facteur.server.smtp;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import org.jspecify.annotations.Nullable;

/// The paths of MAIL and RCPT. Source routes are read and ignored. Non-ASCII characters are taken
/// wherever SMTPUTF8 allows them; whether it was given, the caller checks.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2 RFC 5321, section 4.1.2: Arguments
/// @spec https://www.rfc-editor.org/rfc/rfc6531#section-3.3 RFC 6531, section 3.3: Extended Mailbox
///   Address Syntax
public final class PathParser {
  /// RFC 5321, 4.5.3.1.1: octets of a local part, as written.
  private static final int MAX_LOCAL_PART = 64;

  /// RFC 5321, 4.5.3.1.2: octets of a domain.
  private static final int MAX_DOMAIN = 255;

  /// RFC 5321, 4.5.3.1.3: 256 octets of a path, with its angle brackets.
  private static final int MAX_MAILBOX = 254;

  /// RFC 1035, 2.3.4: octets of a label.
  private static final int MAX_LABEL = 63;

  private final String text;
  private final Manners manners;
  private int at;
  private int failedAt;
  private String expected = "";

  private PathParser(String text, int from, Manners manners) {
    this.text = text;
    this.at = from;
    this.manners = manners;
  }

  /// How paths are read.
  ///
  /// @param liberal known clients may leave the brackets out, and end a domain with a dot
  /// @param domain what an address of theirs means that names none; empty where it must name one
  record Manners(boolean liberal, Optional<String> domain) {
    static final Manners STRICT = new Manners(false, Optional.empty());
  }

  /// A path and where it ends.
  ///
  /// @param mailbox empty for `<>`
  /// @param end index behind the closing bracket
  record Path(Optional<MailAddress> mailbox, int end) {}

  /// `<>` or `<mailbox>`.
  static Parsed<Path> reversePath(String text, int from, Manners manners) {
    if (text.startsWith("<>", from)) {
      return Parsed.ok(new Path(Optional.empty(), from + 2));
    }
    return new PathParser(text, from, manners).path(false);
  }

  /// `<mailbox>` or `<postmaster>`.
  static Parsed<Path> forwardPath(String text, int from, Manners manners) {
    return new PathParser(text, from, manners).path(true);
  }

  /// A mailbox that fills `text`, without brackets.
  public static Parsed<MailAddress> mailbox(String text) {
    var parser = new PathParser(text, 0, Manners.STRICT);
    MailAddress mailbox = parser.mailbox();
    if (mailbox == null || parser.at != text.length()) {
      return Parsed.malformed(parser.at, "Mailbox");
    }
    return Parsed.ok(mailbox);
  }

  private Parsed<Path> path(boolean forward) {
    boolean bracketed = take('<');
    if (!bracketed && (!manners.liberal() || at == text.length())) {
      return Parsed.malformed(at, "\"<\"");
    }
    if (peek() == '@' && !route()) {
      return failure();
    }
    MailAddress mailbox = forward ? postmaster() : null;
    if (mailbox == null) {
      mailbox = mailbox();
    }
    if (mailbox == null) {
      return failure();
    }
    return (bracketed ? take('>') : at == text.length() || peek() == ' ')
        ? Parsed.ok(new Path(Optional.of(mailbox), at))
        : Parsed.malformed(at, "\">\"");
  }

  /// RFC 5321, 4.5.1: the one mailbox that needs no domain, in any case.
  private @Nullable MailAddress postmaster() {
    String name = "postmaster";
    if (!text.regionMatches(true, at, name, 0, name.length())
        || !text.startsWith(">", at + name.length())) {
      return null;
    }
    String written = text.substring(at, at + name.length());
    at += name.length();
    return new MailAddress(written, "");
  }

  /// RFC 5321, appendix C: a source route SHOULD be ignored.
  private boolean route() {
    do {
      if (!take('@')) {
        return fail("At-domain");
      }
      if (domain() == null) {
        return false;
      }
    } while (take(','));
    return take(':') || fail("\":\"");
  }

  private @Nullable MailAddress mailbox() {
    int start = at;
    String local = peek() == '"' ? quotedString() : dotString();
    if (local == null) {
      return null;
    }
    // Dots out of place are written in quotes, which count.
    boolean quotes = text.charAt(start) != '"' && !isDotString(local);
    int written = octets(start, at) + (quotes ? 2 : 0);
    if (written > MAX_LOCAL_PART) {
      fail("Local-part of at most 64 octets");
      return null;
    }
    if (manners.domain().isPresent() && peek() != '@') {
      return new MailAddress(local, manners.domain().get());
    }
    if (!take('@')) {
      fail("\"@\"");
      return null;
    }
    String domain = peek() == '[' ? addressLiteral() : domain();
    if (domain == null) {
      return null;
    }
    if (octets(start, at) + (quotes ? 2 : 0) > MAX_MAILBOX) {
      fail("Path of at most 256 octets");
      return null;
    }
    return new MailAddress(local, domain);
  }

  private static boolean isDotString(String local) {
    return !local.startsWith(".") && !local.endsWith(".") && !local.contains("..");
  }

  /// Dots may stand at the ends or beside each other, as in addresses that telephone companies gave
  /// out: against the grammar, but there is only one thing they can mean. We write them quoted.
  private @Nullable String dotString() {
    int start = at;
    boolean atom = false;
    while (isAtext(peek()) || peek() == '.') {
      atom |= peek() != '.';
      at++;
    }
    if (!atom) {
      fail("Atom");
      return null;
    }
    return text.substring(start, at);
  }

  private @Nullable String quotedString() {
    var content = new StringBuilder();
    at++;
    while (!take('"')) {
      int c = peek();
      if (c == '\\') {
        at++;
        c = peek();
        if (c < ' ' || c > '~') {
          fail("quoted-pairSMTP");
          return null;
        }
      } else if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
        // RFC 6532 allows C1, which no person means and a terminal obeys.
        fail("QcontentSMTP");
        return null;
      }
      content.append((char) c);
      at++;
    }
    return content.toString();
  }

  private @Nullable String domain() {
    int start = at;
    int end;
    do {
      int label = at;
      // Underscores stand in no host name, but in many a domain.
      while (isLetDig(peek()) || peek() == '-' || peek() == '_') {
        at++;
      }
      if (at == label || text.charAt(label) == '-' || text.charAt(at - 1) == '-') {
        fail("sub-domain");
        return null;
      }
      if (octets(label, at) > MAX_LABEL) {
        fail("sub-domain of at most 63 octets");
        return null;
      }
      end = at;
    } while (take('.') && !(manners.liberal() && isOver()));
    if (octets(start, end) > MAX_DOMAIN) {
      fail("Domain of at most 255 octets");
      return null;
    }
    return text.substring(start, end);
  }

  /// Nothing follows that belongs to a domain.
  private boolean isOver() {
    int next = peek();
    return next == '>' || next == ' ' || next == -1;
  }

  /// RFC 5321, 4.1.3. No General-address-literal has ever been registered, so none is taken.
  private @Nullable String addressLiteral() {
    int start = at;
    int close = text.indexOf(']', start);
    if (close < 0 || close - start > 60) {
      fail("address-literal");
      return null;
    }
    String tag = "IPv6:";
    boolean six = text.regionMatches(true, start + 1, tag, 0, tag.length());
    Parsed<InetAddress> address =
        six
            ? IpLiteral.parse6(text.substring(start + 1 + tag.length(), close))
            : IpLiteral.parse4(text.substring(start + 1, close));
    if (address instanceof Parsed.Malformed) {
      fail("address-literal");
      return null;
    }
    at = close + 1;
    return text.substring(start, at);
  }

  /// The character at hand, -1 at the end.
  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private boolean take(char c) {
    if (peek() == c) {
      at++;
      return true;
    }
    return false;
  }

  private boolean fail(String what) {
    failedAt = at;
    expected = what;
    return false;
  }

  private Parsed<Path> failure() {
    return Parsed.malformed(failedAt, expected);
  }

  private int octets(int from, int to) {
    return text.substring(from, to).getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean isLetDig(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0xa0;
  }

  private static boolean isAtext(int c) {
    return c >= 0xa0 || Ascii.isAtext(c);
  }
}
