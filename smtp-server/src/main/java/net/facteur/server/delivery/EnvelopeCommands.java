package net.facteur.server.delivery;

import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;

/// MAIL and RCPT as one host is to hear them.
final class EnvelopeCommands {
  private final DeliveryAttempt attempt;
  private final Capabilities host;
  private final boolean smtpUtf8;

  EnvelopeCommands(DeliveryAttempt attempt, Capabilities host) {
    this.attempt = attempt;
    this.host = host;
    this.smtpUtf8 = needsSmtpUtf8(attempt);
  }

  /// Replies that refuse a parameter (RFC 5321, sections 4.1.1.11 and 4.2.2). Whether an address is
  /// meant, the enhanced status code tells.
  private static boolean refusesParameters(Reply reply) {
    int subject = reply.status().subject();
    return switch (reply.code()) {
      case 501, 504, 555 -> subject == 0 || subject == 5;
      default -> false;
    };
  }

  /// Replies of a host that lost its way between commands that came together.
  static boolean lostItsWay(Reply reply) {
    return switch (reply.code()) {
      case 500, 502, 503 -> true;
      default -> false;
    };
  }

  /// Why this host cannot take the message at all.
  Optional<Failure> refusal(boolean verified, Candidate.Dialect dialect) {
    var traits = attempt.traits();
    if (traits.requireTls()
        && dialect == Candidate.Dialect.SMTP
        && !(host.requireTls() && verified)) {
      // RFC 8689, section 4.2.1; LMTP is the final delivery, where it has no say any more.
      return Optional.of(
          Failure.of(5, 7, 30, "REQUIRETLS was asked for and this host does not support it"));
    }
    if (smtpUtf8 && !host.smtpUtf8()) {
      // RFC 6531, section 3.5
      return Optional.of(Failure.of(5, 6, 7, "the host does not support SMTPUTF8"));
    }
    if (traits.body() == MessageTraits.Body.BINARY_MIME
        && !(host.binaryMime() && host.chunking())) {
      // RFC 3030, section 3
      return Optional.of(Failure.of(5, 6, 3, "the host does not support BINARYMIME"));
    }
    if (host.size() > 0 && attempt.content().size() > host.size()) {
      // RFC 1870, section 6.1
      return Optional.of(
          Failure.of(5, 3, 4, "the host takes messages of at most " + host.size() + " octets"));
    }
    return Optional.empty();
  }

  /// MAIL was refused for parameters that it could do without.
  boolean refusesOptions(Reply mail) {
    return refusesParameters(mail) && !mail().equals(bare().mail());
  }

  /// RCPT was refused for parameters that it could do without.
  boolean refusesOptions(Reply reply, Recipient recipient) {
    return refusesParameters(reply) && !recipient(recipient).equals(bare().recipient(recipient));
  }

  private EnvelopeCommands bare() {
    return new EnvelopeCommands(attempt, host.without(Set.of(UntrueExtension.PARAMETERS)));
  }

  /// What a refusal of MAIL means where it is for a parameter that the message cannot do without,
  /// although the host announced its extension.
  EnhancedStatusCode status(Reply mail) {
    if (!refusesParameters(mail)) {
      return mail.status();
    }
    if (attempt.traits().requireTls() && host.requireTls()) {
      return EnhancedStatusCode.of(5, 7, 30);
    }
    if (smtpUtf8) {
      return EnhancedStatusCode.of(5, 6, 7);
    }
    return attempt.traits().body() == MessageTraits.Body.BINARY_MIME
        ? EnhancedStatusCode.of(5, 6, 3)
        : mail.status();
  }

  String mail() {
    var traits = attempt.traits();
    var out = new StringBuilder(96).append("MAIL FROM:<");
    out.append(
        switch (attempt.reversePath()) {
          case ReversePath.Null _ -> "";
          case ReversePath.Of(MailAddress address) -> path(address);
        });
    out.append('>');
    if (host.sizeOffered()) {
      out.append(" SIZE=").append(attempt.content().size());
    }
    body(traits.body(), out);
    if (smtpUtf8) {
      out.append(" SMTPUTF8");
    }
    if (traits.requireTls() && host.requireTls()) {
      out.append(" REQUIRETLS");
    }
    if (host.dsn()) {
      traits.returned().ifPresent(r -> out.append(" RET=").append(r.name()));
      traits.envelopeId().ifPresent(id -> out.append(" ENVID=").append(id));
    }
    return out.toString();
  }

  private void body(MessageTraits.Body body, StringBuilder out) {
    switch (body) {
      // What is not announced is 7BIT.
      case SEVEN_BIT -> {}
      case EIGHT_BIT_MIME -> {
        if (host.eightBitMime()) {
          out.append(" BODY=8BITMIME");
        }
      }
      case BINARY_MIME -> out.append(" BODY=BINARYMIME");
    }
  }

  String recipient(Recipient recipient) {
    var out = new StringBuilder(64).append("RCPT TO:<").append(path(recipient.address()));
    out.append('>');
    if (host.dsn()) {
      recipient.notifyOn().ifPresent(n -> out.append(" NOTIFY=").append(notifyList(n)));
      recipient.originalRecipient().ifPresent(o -> out.append(" ORCPT=").append(o));
    }
    return out.toString();
  }

  private static String notifyList(Set<Notify> on) {
    if (on.isEmpty()) {
      return "NEVER";
    }
    var out = new StringBuilder();
    for (Notify n : Notify.values()) {
      if (on.contains(n)) {
        out.append(out.isEmpty() ? "" : ",").append(n.name());
      }
    }
    return out.toString();
  }

  /// An address for the path: a U-label domain goes as A-labels where UTF-8 is not needed
  /// otherwise.
  private String path(MailAddress address) {
    if (smtpUtf8 || !address.needsSmtpUtf8()) {
      return address.text();
    }
    return DomainName.parse(address.domain())
        .toOptional()
        .map(d -> new MailAddress(address.localPart(), d.text()).text())
        .orElse(address.text());
  }

  /// True where the message, as it stands, cannot go without SMTPUTF8: a local part or the header
  /// is not ASCII. A declared SMTPUTF8 that turned out unneeded is not passed on.
  private static boolean needsSmtpUtf8(DeliveryAttempt attempt) {
    boolean path =
        switch (attempt.reversePath()) {
          case ReversePath.Null _ -> false;
          case ReversePath.Of(MailAddress a) -> !Ascii.isAscii(a.localPart());
        };
    for (Recipient r : attempt.recipients()) {
      path |= !Ascii.isAscii(r.address().localPart());
    }
    if (path || !attempt.traits().smtpUtf8()) {
      return path;
    }
    for (byte b : attempt.content().header()) {
      if (b < 0) {
        return true;
      }
    }
    return false;
  }
}
