package net.facteur.server.dsn;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.language.Text;

/// Why mail was not delivered, as far as a sender or the sender's postmaster can do something about
/// it.
///
/// What a server says is looked at first for texts that large providers are known to use, since
/// their codes are often general; then for the enhanced status code, then for the code.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3463#section-3 RFC 3463, section 3: Enumerated Status
///   Codes
enum Cause {
  NO_USER,
  DISABLED,
  NO_DOMAIN,
  FULL,
  TOO_LARGE,
  BLOCKED,
  UNAUTHENTICATED,
  SPAM,
  TOO_FAST,
  GREYLISTED,
  NO_RELAY,
  LOOP,
  NO_TLS,
  REFUSED,
  UNREACHABLE,
  UNKNOWN;

  /// A text, in lower case, that tells a cause.
  private record Known(String text, Cause cause) {}

  /// The first that is found counts.
  private static final List<Known> KNOWN =
      List.of(
          // Gmail
          new Known("email account that you tried to reach does not exist", NO_USER),
          new Known("email account that you tried to reach is over quota", FULL),
          new Known("email account that you tried to reach is disabled", DISABLED),
          new Known("out of storage space", FULL),
          new Known("is receiving mail at a rate", TOO_FAST),
          new Known("unsolicited mail originating from your ip", TOO_FAST),
          new Known("very low reputation", BLOCKED),
          new Known("likely unsolicited mail", SPAM),
          new Known("likely suspicious due to", BLOCKED),
          new Known("does not pass authentication checks", UNAUTHENTICATED),
          new Known("unauthenticated email", UNAUTHENTICATED),
          // Outlook, Exchange Online
          new Known("recipientnotfound", NO_USER),
          new Known("recipient address rejected: access denied", NO_USER),
          new Known("required authentication level", UNAUTHENTICATED),
          new Known("on our block list", BLOCKED),
          new Known("banned sending ip", BLOCKED),
          new Known("rate limited due to ip reputation", TOO_FAST),
          new Known("spam message rejected", SPAM),
          // Yahoo, AOL
          new Known("unexpected volume or user complaints", TOO_FAST),
          new Known("this user doesn't have a", NO_USER),
          new Known("mailbox is disabled", DISABLED),
          // Orange, Free, SFR, GMX, T-Online, iCloud
          new Known("trop de connexions", TOO_FAST),
          new Known("too many spams from your ip", BLOCKED),
          new Known("spam detecte", SPAM),
          new Known("adresse d au moins un destinataire invalide", NO_USER),
          new Known("nemesis esmtp service not available", BLOCKED),
          new Known("ask your postmaster for help or to contact tobr@rx.t-online.de", BLOCKED),
          new Known("user is over quota", FULL),
          // Many
          new Known("greylist", GREYLISTED),
          new Known("graylist", GREYLISTED),
          new Known("spamhaus", BLOCKED),
          new Known("spamcop", BLOCKED),
          new Known("barracuda", BLOCKED),
          new Known("dnsbl", BLOCKED),
          new Known("blocklist", BLOCKED),
          new Known("blacklist", BLOCKED),
          new Known("dmarc", UNAUTHENTICATED),
          new Known("spf check", UNAUTHENTICATED),
          new Known("spf fail", UNAUTHENTICATED),
          new Known("no such user", NO_USER),
          new Known("user unknown", NO_USER),
          new Known("unknown user", NO_USER),
          new Known("no mailbox here by that name", NO_USER),
          new Known("quota exceeded", FULL),
          new Known("over quota", FULL),
          new Known("mailbox full", FULL),
          new Known("mailbox is full", FULL),
          new Known("message size exceeds", TOO_LARGE),
          new Known("message too large", TOO_LARGE),
          new Known("relay access denied", NO_RELAY),
          new Known("relaying denied", NO_RELAY),
          new Known("too many connections", TOO_FAST),
          new Known("rate limit", TOO_FAST),
          new Known("too many hops", LOOP));

  /// What happened and what to do; empty where nothing is known.
  Optional<Text> words() {
    DsnTexts say = DsnTexts.SAY;
    return switch (this) {
      case NO_USER -> Optional.of(say.noUser());
      case DISABLED -> Optional.of(say.disabled());
      case NO_DOMAIN -> Optional.of(say.noDomain());
      case FULL -> Optional.of(say.full());
      case TOO_LARGE -> Optional.of(say.tooLarge());
      case BLOCKED -> Optional.of(say.blocked());
      case UNAUTHENTICATED -> Optional.of(say.unauthenticated());
      case SPAM -> Optional.of(say.spam());
      case TOO_FAST -> Optional.of(say.tooFast());
      case GREYLISTED -> Optional.of(say.greylisted());
      case NO_RELAY -> Optional.of(say.noRelay());
      case LOOP -> Optional.of(say.loop());
      case NO_TLS -> Optional.of(say.noTls());
      case REFUSED -> Optional.of(say.refused());
      case UNREACHABLE -> Optional.of(say.unreachable());
      case UNKNOWN -> Optional.empty();
    };
  }

  static Cause of(DeliveryOutcome outcome) {
    if (Said.by(outcome)) {
      String said = Ascii.lower(outcome.reply());
      for (Known known : KNOWN) {
        if (said.contains(known.text)) {
          return known.cause;
        }
      }
    }
    Cause byStatus = byStatus(outcome.status());
    if (!Said.by(outcome)) {
      return byStatus == REFUSED ? ours(outcome.status()) : byStatus;
    }
    return byStatus == UNKNOWN ? byCode(outcome.reply()) : byStatus;
  }

  /// A matter of security that no server spoke of: we did not send it.
  private static Cause ours(EnhancedStatusCode status) {
    return switch (status.detail()) {
      case 4, 5 -> NO_TLS;
      default -> UNKNOWN;
    };
  }

  private static Cause byStatus(EnhancedStatusCode status) {
    return switch (status.subject() + "." + status.detail()) {
      case "1.0", "1.1", "1.6" -> NO_USER;
      case "1.2", "1.10", "4.4" -> NO_DOMAIN;
      case "2.1" -> DISABLED;
      case "2.2" -> FULL;
      case "2.3", "3.4" -> TOO_LARGE;
      case "4.1", "4.2", "4.3", "4.7" -> UNREACHABLE;
      case "4.6" -> LOOP;
      case "4.5", "7.28" -> TOO_FAST;
      // RFC 7372 and the IANA registry
      case "7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "7.27" -> UNAUTHENTICATED;
      case "7.10", "7.11", "7.30" -> NO_TLS;
      default -> status.subject() == 7 ? REFUSED : UNKNOWN;
    };
  }

  private static Cause byCode(String reply) {
    if (reply.startsWith("552")) {
      return FULL;
    }
    return reply.startsWith("421") ? TOO_FAST : UNKNOWN;
  }
}
