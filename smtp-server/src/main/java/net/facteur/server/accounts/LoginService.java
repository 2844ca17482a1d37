package net.facteur.server.accounts;

import java.util.Locale;
import java.util.Optional;

/// What somebody logs in to.
public enum LoginService {
  /// Handing in mail by SMTP.
  SUBMISSION,
  IMAP,
  POP3,
  /// Rules for incoming mail, by ManageSieve.
  SIEVE,
  /// The pages of the server, where passwords are changed.
  WEB;

  /// Its name in the log.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<LoginService> of(String word) {
    for (LoginService each : values()) {
      if (each.word().equals(word)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /// True where a mailbox is read or ruled.
  boolean readsMail() {
    return switch (this) {
      case IMAP, POP3, SIEVE -> true;
      case SUBMISSION, WEB -> false;
    };
  }
}
