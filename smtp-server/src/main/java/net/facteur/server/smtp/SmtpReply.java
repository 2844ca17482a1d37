package net.facteur.server.smtp;

import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.EnhancedStatusCode;

/// A reply to one command.
///
/// @param code three digits, 200 to 599
/// @param status the enhanced status code; none for greetings, EHLO and intermediate replies
/// @param text one line for the client, without names of mechanisms, files or rules
/// @param close the connection ends after it
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.2 RFC 5321, section 4.2: SMTP Replies
public record SmtpReply(int code, Optional<EnhancedStatusCode> status, String text, boolean close) {
  /// The answer to a command that may go on.
  public static final SmtpReply OK = of(250, 2, 1, 0, "Ok");

  /// Something here does not work at the moment.
  public static final SmtpReply LATER = of(451, 4, 3, 0, "Please try again later");

  /// The disk is full.
  public static final SmtpReply FULL =
      of(452, 4, 3, 1, "Insufficient storage, please try again later");

  /// What the client sends finds no room in memory.
  public static final SmtpReply NO_MEMORY =
      of(452, 4, 3, 1, "Too much is going on here, please try again later");

  /// The message has been around too often.
  public static final SmtpReply LOOP = of(554, 5, 4, 6, "The message is in a loop");

  public SmtpReply {
    if (code < 200 || code > 599) {
      throw new IllegalArgumentException("no reply code: " + code);
    }
    if (Ascii.hasControl(text)) {
      throw new IllegalArgumentException("control character in a reply");
    }
  }

  public static SmtpReply of(int code, int category, int subject, int detail, String text) {
    return new SmtpReply(
        code, Optional.of(EnhancedStatusCode.of(category, subject, detail)), text, false);
  }

  /// The same reply, after which the connection is closed.
  public SmtpReply closing() {
    return new SmtpReply(code, status, text, true);
  }

  /// True for 2xx.
  public boolean positive() {
    return code < 300;
  }
}
