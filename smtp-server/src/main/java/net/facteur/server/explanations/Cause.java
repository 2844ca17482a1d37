package net.facteur.server.explanations;

import net.facteur.queue.EnhancedStatusCode;

/// Why mail was not delivered, as far as a sender or the sender's postmaster can do something about
/// it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3463#section-3 RFC 3463, section 3: Enumerated Status
///   Codes
public enum Cause {
  NO_USER(About.RECIPIENT),
  DISABLED(About.RECIPIENT),
  NO_DOMAIN(About.RECIPIENT),
  FULL(About.RECIPIENT),
  /// The recipient, or who looks after the recipient's mail, wants none from us or from the sender.
  UNWANTED(About.RECIPIENT),
  TOO_LARGE(About.CONTENT),
  BLOCKED(About.US),
  UNAUTHENTICATED(About.US),
  /// Our address has no name, or one that does not lead back to it.
  NO_NAME(About.US),
  /// The address of the sender is not believed: its domain is missing, or takes no mail.
  BAD_SENDER(About.OTHER),
  SPAM(About.CONTENT),
  TOO_FAST(About.RATE),
  GREYLISTED(About.TEMPORARY),
  /// The other server has trouble of its own.
  BUSY(About.TEMPORARY),
  NO_RELAY(About.OTHER),
  LOOP(About.OTHER),
  NO_TLS(About.OTHER),
  REFUSED(About.OTHER),
  UNREACHABLE(About.TEMPORARY),
  UNKNOWN(About.OTHER);

  private final About about;

  Cause(About about) {
    this.about = about;
  }

  /// Whom it is about, where nothing more is known.
  public About about() {
    return about;
  }

  /// What a server meant by its codes.
  ///
  /// @param code of the reply, such as 550
  static Cause saidBy(int code, EnhancedStatusCode status) {
    Cause byStatus = of(status);
    if (byStatus != UNKNOWN) {
      return byStatus;
    }
    return switch (code) {
      case 552 -> FULL;
      case 421 -> TOO_FAST;
      default -> UNKNOWN;
    };
  }

  /// What we meant by a code.
  static Cause ours(EnhancedStatusCode status) {
    Cause byStatus = of(status);
    if (byStatus != REFUSED) {
      return byStatus;
    }
    // A matter of security that no server spoke of: we did not send it.
    return switch (status.detail()) {
      case 4, 5 -> NO_TLS;
      default -> UNKNOWN;
    };
  }

  private static Cause of(EnhancedStatusCode status) {
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
      case "7.20", "7.21", "7.22", "7.23", "7.24", "7.26", "7.27" -> UNAUTHENTICATED;
      case "7.25" -> NO_NAME;
      case "7.10", "7.11", "7.30" -> NO_TLS;
      default -> status.subject() == 7 ? REFUSED : UNKNOWN;
    };
  }
}
