package net.facteur.server.smtp;

import java.time.Duration;

/// What the SMTP engine of one listener says and allows.
///
/// @param hostname the name in the greeting and in EHLO
/// @param maxMessageSize octets of a message, announced by SIZE
/// @param maxHeaderSize octets of its header section
/// @param maxHeaderFields fields of its header section
/// @param maxRecipients recipients of a message (at least 100, RFC 5321, 4.5.3.1.8), announced by
///   LIMITS
/// @param maxMessages transactions on one connection, announced by LIMITS
/// @param maxErrors refusals (5xx) since the last accepted message, after which the connection is
///   closed with 421
/// @param maxAuthFailures failed AUTH commands on one connection, after which it is closed with 421
/// @param authFailureDelay how long the reply to a failed AUTH is held back
/// @param maxCommandLine octets of a command line with its CRLF (at least 512, RFC 5321, 4.5.3.1.4)
/// @param requireTlsAnnounced REQUIRETLS is announced and taken (RFC 8689)
/// @param submission who may submit without AUTH
public record SmtpSettings(
    String hostname,
    long maxMessageSize,
    int maxHeaderSize,
    int maxHeaderFields,
    int maxRecipients,
    int maxMessages,
    int maxErrors,
    int maxAuthFailures,
    Duration authFailureDelay,
    int maxCommandLine,
    boolean requireTlsAnnounced,
    SubmissionPolicy submission) {
  public SmtpSettings {
    if (maxMessageSize < 1 || maxHeaderSize < 1 || maxHeaderFields < 1 || maxErrors < 1) {
      throw new IllegalArgumentException("limits start at 1");
    }
    if (maxRecipients < 1 || maxMessages < 1 || maxAuthFailures < 1 || maxCommandLine < 512) {
      throw new IllegalArgumentException("limit too low");
    }
  }

  /// 50 MiB, header 256 KiB and 1,000 fields, 1,000 recipients and messages, 20 errors, 3 failed
  /// AUTH with 2 s each, lines of 2,048 octets, no REQUIRETLS, AUTH for everybody.
  public static SmtpSettings of(String hostname) {
    return new SmtpSettings(
        hostname,
        50L << 20,
        256 << 10,
        1_000,
        1_000,
        1_000,
        20,
        3,
        Duration.ofSeconds(2),
        2_048,
        false,
        SubmissionPolicy.AUTHENTICATED_ONLY);
  }
}
