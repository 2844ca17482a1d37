package net.facteur.server.routing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;

/// What the text of a queued [Destination] means.
///
/// | text | next hop |
/// | --- | --- |
/// | `maildir:alice@example.org` | the user's Maildir |
/// | `junk:alice@example.org` | the junk folder of that Maildir |
/// | `lmtp:/run/dovecot/lmtp` | LMTP over a unix socket |
/// | `lmtp:mail.example.org:24` | LMTP over TCP |
/// | `lmtp-junk:alice+Junk@example.org /run/dovecot/lmtp` | the junk folder of a mailbox behind LMTP |
/// | `list:staff@example.org` | a mailing list of this server, which takes a message in |
/// | `post:staff@example.org` | the members of the list who do not have their copies yet |
/// | `relay:smtp.example.org:587` | one host, whatever the recipient's domain |
/// | `mx:example.org` | the domain's mail exchangers |
/// | `mx:[192.0.2.1]` | the host of an address literal |
/// | `nowhere:unknown` | nobody: an alias names an address that does not exist |
/// | `nowhere:loop` | nobody: the message has come back to an address that passed it on |
/// | `discard:address` | nobody: mail to that address is thrown away |
/// | `refused:5.7.1 Why` | nobody: it was taken from a program before it was found to be refused |
public sealed interface NextHop {
  /// How the text of one begins that is a host, whatever the recipient's domain.
  String SMARTHOST = "relay:";

  /// What is expected where a host is named.
  String HOST = "a host name or an IP address";

  /// The Maildir of `user`, written `local-part@domain`.
  record Maildir(String user) implements NextHop {}

  /// The folder `Junk` in the Maildir of `user`: mail that failed a check and is kept all the same.
  record Junk(String user) implements NextHop {}

  /// An LMTP server behind a unix socket.
  record LmtpSocket(String path) implements NextHop {}

  /// An LMTP server behind a TCP port.
  record LmtpHost(String host, int port) implements NextHop {}

  /// The junk folder of a mailbox that an LMTP server keeps, which chooses the folder by the tag.
  ///
  /// @param mailbox the address of the mailbox, with the name of the folder as its tag
  /// @param server behind a socket or a port
  record LmtpJunk(MailAddress mailbox, NextHop server) implements NextHop {
    private static Parsed<NextHop> parse(String text, int offset) {
      int space = text.indexOf(' ');
      int at = space < 0 ? -1 : text.lastIndexOf('@', space);
      return at > 0
          ? lmtp(text.substring(space + 1), offset + space + 1)
              .map(
                  server ->
                      new LmtpJunk(
                          new MailAddress(text.substring(0, at), text.substring(at + 1, space)),
                          server))
          : Parsed.malformed(offset, "an address, a space and an LMTP server");
    }
  }

  /// A mailing list, which takes a message in.
  ///
  /// @param list its address, in lower case
  record ToList(String list) implements NextHop {}

  /// The members of a list who do not have their copies of a post yet.
  ///
  /// @param list its address, in lower case
  record ToMembers(String list) implements NextHop {}

  /// A smarthost: a host name, or an IP address without brackets.
  record Relay(String host, int port) implements NextHop {}

  /// The mail exchangers of a domain.
  record Mx(DomainName domain) implements NextHop {}

  /// The host of an address literal, brackets included.
  record Literal(String literal) implements NextHop {}

  /// Where mail ends that cannot go on, so that its sender hears of it.
  record Nowhere(Reason reason) implements NextHop {
    /// Why.
    public enum Reason {
      UNKNOWN("unknown"),
      LOOP("loop");

      private final String word;

      Reason(String word) {
        this.word = word;
      }
    }
  }

  /// Where mail ends that is taken and thrown away, as somebody has asked for.
  record Discard() implements NextHop {
    private static final String WHAT = "address";
  }

  /// Where mail ends that was kept for somebody who did not wait, and then refused, so that he
  /// hears of it.
  ///
  /// @param why what the server would have answered; its status is a lasting one
  record Refused(EnhancedStatusCode status, String why) implements NextHop {
    private static final int MOST = 500;
    private static final Pattern TEXT =
        Pattern.compile("5\\.([0-9]{1,3})\\.([0-9]{1,3}) (.{1," + MOST + "})");

    public Refused {
      why = why.substring(0, Math.min(why.length(), MOST));
    }

    private static Parsed<NextHop> parse(String text, int offset) {
      Matcher parts = TEXT.matcher(text);
      return parts.matches()
          ? Parsed.ok(
              new Refused(
                  EnhancedStatusCode.of(
                      5, Decimal.parse(parts.group(1), 999), Decimal.parse(parts.group(2), 999)),
                  parts.group(3)))
          : Parsed.malformed(offset, "a status and a reason");
    }
  }

  /// True where the mail leaves this system.
  default boolean foreign() {
    return switch (this) {
      case Maildir _,
          Junk _,
          LmtpSocket _,
          LmtpHost _,
          LmtpJunk _,
          ToList _,
          ToMembers _,
          Nowhere _,
          Discard _,
          Refused _ ->
          false;
      case Relay _, Mx _, Literal _ -> true;
    };
  }

  /// The form in which the queue keeps it.
  default Destination destination() {
    return new Destination(
        switch (this) {
          case Maildir(String user) -> "maildir:" + user;
          case Junk(String user) -> "junk:" + user;
          case LmtpSocket(String path) -> "lmtp:" + path;
          case LmtpHost(String host, int port) -> "lmtp:" + hostPort(host, port);
          case LmtpJunk(MailAddress mailbox, NextHop server) ->
              "lmtp-junk:"
                  + mailbox.localPart()
                  + "@"
                  + mailbox.domain()
                  + server.destination().text().replaceFirst("lmtp:", " ");
          case ToList(String list) -> "list:" + list;
          case ToMembers(String list) -> "post:" + list;
          case Relay(String host, int port) -> SMARTHOST + hostPort(host, port);
          case Mx(DomainName domain) -> "mx:" + domain.text();
          case Literal(String literal) -> "mx:" + literal;
          case Nowhere(Nowhere.Reason reason) -> "nowhere:" + reason.word;
          case Discard() -> "discard:" + Discard.WHAT;
          case Refused(EnhancedStatusCode status, String why) -> "refused:" + status + " " + why;
        });
  }

  /// Reads back what [#destination()] wrote.
  static Parsed<NextHop> parse(Destination destination) {
    String text = destination.text();
    int colon = text.indexOf(':');
    if (colon < 0) {
      return Parsed.malformed(text.length(), "a transport and a colon");
    }
    String rest = text.substring(colon + 1);
    if (rest.isEmpty()) {
      return Parsed.malformed(text.length(), "a next hop");
    }
    return switch (text.substring(0, colon)) {
      case "maildir" -> Parsed.ok(new Maildir(rest));
      case "junk" -> Parsed.ok(new Junk(rest));
      case "lmtp" -> lmtp(rest, colon + 1);
      case "lmtp-junk" -> LmtpJunk.parse(rest, colon + 1);
      case "list" -> Parsed.ok(new ToList(rest));
      case "post" -> Parsed.ok(new ToMembers(rest));
      case "relay" -> hostPort(rest, colon + 1, 25).map(h -> new Relay(h.host, h.port));
      case "mx" -> mx(rest, colon + 1);
      case "nowhere" -> nowhere(rest, colon + 1);
      case "discard" ->
          rest.equals(Discard.WHAT)
              ? Parsed.ok(new Discard())
              : Parsed.malformed(colon + 1, Discard.WHAT);
      case "refused" -> Refused.parse(rest, colon + 1);
      default -> Parsed.malformed(0, "maildir, junk, lmtp, relay or mx");
    };
  }

  private static Parsed<NextHop> lmtp(String rest, int offset) {
    if (rest.startsWith("/")) {
      return Parsed.ok(new LmtpSocket(rest));
    }
    return hostPort(rest, offset, 24).map(h -> new LmtpHost(h.host, h.port));
  }

  private static Parsed<NextHop> nowhere(String rest, int offset) {
    for (Nowhere.Reason reason : Nowhere.Reason.values()) {
      if (reason.word.equals(rest)) {
        return Parsed.ok(new Nowhere(reason));
      }
    }
    return Parsed.malformed(offset, "unknown or loop");
  }

  private static Parsed<NextHop> mx(String rest, int offset) {
    if (rest.startsWith("[")) {
      return AddressLiteral.bracketed(rest).isPresent()
          ? Parsed.ok(new Literal(rest))
          : Parsed.malformed(offset, "an address literal");
    }
    return switch (DomainName.parse(rest)) {
      case Parsed.Ok<DomainName>(DomainName domain) -> Parsed.ok(new Mx(domain));
      case Parsed.Malformed<DomainName>(int at, String expected) ->
          Parsed.malformed(offset + at, expected);
    };
  }

  /// A host and a port.
  record HostPort(String host, int port) {
    /// As [#hostPort] reads it.
    String text() {
      return NextHop.hostPort(host, port);
    }
  }

  /// Reads `host`, `host:port`, `[2001:db8::1]` or `[2001:db8::1]:port`.
  ///
  /// @param offset where `text` stands in the input, for the error
  static Parsed<HostPort> hostPort(String text, int offset, int defaultPort) {
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    if (text.startsWith("[") && end == 0) {
      return Parsed.malformed(offset + text.length(), "]");
    }
    String host = end < 0 ? text : text.substring(0, end);
    int port = defaultPort;
    if (end >= 0 && end < text.length()) {
      port = text.charAt(end) == ':' ? Decimal.parse(text.substring(end + 1), 65535) : -1;
    }
    if (port <= 0) {
      return Parsed.malformed(offset + Math.max(end, 0), "a port from 1 to 65535");
    }
    boolean bracketed = host.startsWith("[");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    boolean known =
        AddressLiteral.parse(host).isPresent()
            || (!bracketed && DomainName.parse(host).toOptional().isPresent());
    return known ? Parsed.ok(new HostPort(host, port)) : Parsed.malformed(offset, HOST);
  }

  private static String hostPort(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
