package net.facteur.server.demo;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import net.facteur.server.smtp.MailDate;

/// A message to send.
///
/// @param messageId with its angle brackets
/// @param header the header fields, each ending in CRLF, without the empty line
/// @param body with CRLF line ends
record TrialMail(String messageId, String header, String body) {
  /// Writes a message as a mail program would.
  static TrialMail compose(
      String from,
      String to,
      String subject,
      String text,
      InstantSource clock,
      RandomGenerator random) {
    String domain = from.substring(from.indexOf('@') + 1);
    String id = "<" + Long.toHexString(random.nextLong()) + "@" + domain + ">";
    String header =
        "Date: "
            + MailDate.of(clock.instant())
            + "\r\nFrom: "
            + from
            + "\r\nTo: "
            + to
            + "\r\nSubject: "
            + subject
            + "\r\nMessage-ID: "
            + id
            + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
    return new TrialMail(id, header, text.replace("\n", "\r\n"));
  }

  byte[] octets() {
    return (header + "\r\n" + body).getBytes(StandardCharsets.UTF_8);
  }

  byte[] headerOctets() {
    return (header + "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /// The same with a field on top, as a signer or a relay adds it.
  TrialMail withField(String field) {
    return new TrialMail(messageId, field + header, body);
  }

  /// The same with another body, the header untouched.
  TrialMail withBody(String text) {
    return new TrialMail(messageId, header, text);
  }
}
