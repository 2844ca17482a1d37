package net.facteur.server.filter;

import net.facteur.server.smtp.SmtpReply;

/// What becomes of a message, from the mildest to the strictest.
public sealed interface Handling {
  /// Why, for the log and the history of the message; never for the stranger.
  String reason();

  /// One word for the log.
  default String word() {
    return switch (this) {
      case Pass _ -> "pass";
      case Junk _ -> "junk";
      case Hold _ -> "hold";
      case Quarantine _ -> "quarantine";
      case Defer _ -> "defer";
      case Reject _ -> "reject";
    };
  }

  /// How strict it is: of two, the greater one counts.
  default int rank() {
    return switch (this) {
      case Pass _ -> 0;
      case Junk _ -> 1;
      case Hold _ -> 2;
      case Quarantine _ -> 3;
      case Defer _ -> 4;
      case Reject _ -> 5;
    };
  }

  /// The stricter of the two; this one if both are as strict.
  default Handling or(Handling other) {
    return other.rank() > rank() ? other : this;
  }

  /// Take it.
  record Pass(String reason) implements Handling {
    /// Nothing is held against it.
    public static final Pass PLAIN = new Pass("");
  }

  /// Take it, into the folder that people look at with suspicion.
  record Junk(String reason) implements Handling {}

  /// Take it, and send nothing of it until the postmaster says so. It is for mail of users: a
  /// message of a stranger goes to the junk folder instead.
  record Hold(String reason) implements Handling {}

  /// Take it, and keep it out of all mailboxes.
  ///
  /// @param cause decides who may release it
  record Quarantine(Cause cause, String reason) implements Handling {}

  /// Ask the client to come back.
  ///
  /// @param reply a negative one that is not for good
  record Defer(SmtpReply reply, String reason) implements Handling {
    public Defer {
      if (reply.code() / 100 != 4) {
        throw new IllegalArgumentException("not a deferral: " + reply.code());
      }
    }
  }

  /// Refuse it.
  ///
  /// @param reply a negative one for good
  /// @param cause what a message gets that cannot be refused any more, since a gateway took it
  record Reject(SmtpReply reply, Cause cause, String reason) implements Handling {
    public Reject {
      if (reply.code() / 100 != 5) {
        throw new IllegalArgumentException("not a refusal: " + reply.code());
      }
    }
  }

  /// What was found in a message.
  enum Cause {
    /// Harmful content: the postmaster alone releases it.
    VIRUS,
    /// A type of attachment that is not taken here.
    ATTACHMENT,
    /// Unwanted mail.
    SPAM,
    /// A rule of the house.
    RULE
  }
}
