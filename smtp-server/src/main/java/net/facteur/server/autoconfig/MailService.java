package net.facteur.server.autoconfig;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;

/// Something that a mail program connects to.
///
/// @param port 1 to 65535
public record MailService(Protocol protocol, Security security, DomainName host, int port) {
  /// What is spoken.
  public enum Protocol {
    /// Hands mail in.
    SUBMISSION,
    /// Reads it where it stays.
    IMAP,
    /// Takes it away.
    POP3,
    /// Edits rules for incoming mail.
    SIEVE
  }

  /// How it is protected. Nothing is offered in the clear.
  public enum Security {
    /// TLS from the first octet, which RFC 8314 prefers.
    TLS,
    /// TLS by a command, before anything else.
    STARTTLS
  }

  /// What is written before `://`.
  private enum Scheme {
    SUBMISSIONS(Protocol.SUBMISSION, Security.TLS, 465),
    SUBMISSION(Protocol.SUBMISSION, Security.STARTTLS, 587),
    IMAPS(Protocol.IMAP, Security.TLS, 993),
    IMAP(Protocol.IMAP, Security.STARTTLS, 143),
    POP3S(Protocol.POP3, Security.TLS, 995),
    POP3(Protocol.POP3, Security.STARTTLS, 110),
    SIEVE(Protocol.SIEVE, Security.STARTTLS, 4190);

    private final Protocol protocol;
    private final Security security;
    private final int port;

    Scheme(Protocol protocol, Security security, int port) {
      this.protocol = protocol;
      this.security = security;
      this.port = port;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean isOf(MailService service) {
      return protocol == service.protocol && security == service.security;
    }
  }

  public MailService {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no port: " + port);
    }
  }

  /// Reads `imaps://mail.example.org` or `imaps://mail.example.org:993`.
  public static Optional<MailService> parse(String text) {
    return Stream.of(Scheme.values())
        .filter(scheme -> text.startsWith(scheme.word() + "://"))
        .findFirst()
        .flatMap(scheme -> of(scheme, text.substring(scheme.word().length() + 3)));
  }

  private static Optional<MailService> of(Scheme scheme, String authority) {
    int colon = authority.indexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    String port = colon < 0 ? String.valueOf(scheme.port) : authority.substring(colon + 1);
    if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65_535) {
      return Optional.empty();
    }
    return DomainName.parse(host)
        .toOptional()
        .filter(DomainName::isHostName)
        .map(
            name ->
                new MailService(scheme.protocol, scheme.security, name, Integer.parseInt(port)));
  }

  /// True where the port is the one that is registered for it.
  public boolean isAtItsPort() {
    return Stream.of(Scheme.values()).anyMatch(scheme -> scheme.isOf(this) && scheme.port == port);
  }

  /// As [#parse] reads it; where nothing is registered, as in ManageSieve by TLS from the first
  /// octet, there is no such word.
  @Override
  public String toString() {
    String word =
        Stream.of(Scheme.values())
            .filter(scheme -> scheme.isOf(this))
            .map(Scheme::word)
            .findFirst()
            .orElse(protocol + "+" + security);
    return word + "://" + host + ":" + port;
  }
}
