package net.facteur.queue;

import java.util.Optional;

/// What the sender declared about a message in MAIL, which the next hop must be told or be able to
/// honour.
///
/// @param body the BODY parameter
/// @param smtpUtf8 SMTPUTF8 was given (RFC 6531)
/// @param requireTls REQUIRETLS was given (RFC 8689)
/// @param returned how much of the message a failure report returns (RET, RFC 3461)
/// @param envelopeId the ENVID value, still in xtext
/// @param priority who goes first when a next hop is busy
public record MessageTraits(
    Body body,
    boolean smtpUtf8,
    boolean requireTls,
    Optional<Returned> returned,
    Optional<String> envelopeId,
    Priority priority) {
  /// Plain mail: 8BITMIME, nothing else.
  public static final MessageTraits PLAIN =
      new MessageTraits(
          Body.EIGHT_BIT_MIME, false, false, Optional.empty(), Optional.empty(), Priority.NORMAL);

  /// The BODY parameter of MAIL (RFC 6152, RFC 3030).
  public enum Body {
    SEVEN_BIT("7BIT"),
    EIGHT_BIT_MIME("8BITMIME"),
    BINARY_MIME("BINARYMIME");

    private final String keyword;

    Body(String keyword) {
      this.keyword = keyword;
    }

    public String keyword() {
      return keyword;
    }
  }

  /// The RET parameter of MAIL (RFC 3461, section 4.3).
  public enum Returned {
    FULL,
    HDRS
  }

  /// Reports and what a person just submitted go before mass mail.
  public enum Priority {
    BULK,
    NORMAL,
    URGENT
  }
}
