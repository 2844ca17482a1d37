package net.facteur.server.away;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.smtp.EncodedWords;
import net.facteur.server.smtp.MailDate;

/// An answer as it is sent.
///
/// @param from the address that the message was written to
/// @param to whoever stands in its reverse-path
/// @spec https://www.rfc-editor.org/rfc/rfc3834#section-3 RFC 3834, section 3: format of automatic
///   responses
record Answer(MailAddress from, MailAddress to, byte[] header, byte[] body) {
  /// Characters of the subject that is answered.
  private static final int MAX_SUBJECT = 200;

  /// Octets of References, of which the newest stay.
  private static final int MAX_REFERENCES = 800;

  private static final Pattern MESSAGE_ID = Pattern.compile("<[^<>\\s]{1,240}>");

  /// @param id the one that it gets in the queue
  /// @param hostname of this server
  /// @param answered the header of the message
  /// @param text what is answered
  /// @param otherwise the subject where the message has none
  static Answer of(
      QueueId id,
      String hostname,
      MailAddress from,
      MailAddress to,
      MessageHeader answered,
      String text,
      String otherwise,
      Instant now) {
    List<String> ids = ids(answered, "Message-ID");
    var references = new ArrayList<String>(ids(answered, "References"));
    if (references.isEmpty()) {
      references.addAll(ids(answered, "In-Reply-To"));
    }
    references.addAll(ids);
    while (references.stream().mapToInt(each -> each.length() + 3).sum() > MAX_REFERENCES) {
      references.removeFirst();
    }
    String header =
        "Date: "
            + MailDate.of(now)
            + "\r\nFrom: "
            + from.text()
            + "\r\nTo: "
            + to.text()
            + "\r\nSubject: "
            + subject(answered, otherwise)
            + "\r\nMessage-ID: <"
            + id
            + "@"
            + hostname
            + ">\r\n"
            // RFC 3834, section 3.1.6
            + (ids.isEmpty() ? "" : "In-Reply-To: " + ids.getFirst() + "\r\n")
            + (references.isEmpty()
                ? ""
                : "References: " + String.join("\r\n ", references) + "\r\n")
            // RFC 3834, section 5: MUST
            + "Auto-Submitted: auto-replied\r\n"
            + "X-Auto-Response-Suppress: All\r\n"
            + "MIME-Version: 1.0\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\n";
    byte[] body =
        (Base64.getMimeEncoder(76, "\r\n".getBytes(US_ASCII))
                    .encodeToString(
                        text.lines()
                            .map(line -> line + "\r\n")
                            .collect(Collectors.joining())
                            .getBytes(UTF_8))
                + "\r\n")
            .getBytes(US_ASCII);
    return new Answer(from, to, header.getBytes(UTF_8), body);
  }

  /// RFC 3834, section 3.1.5: "Auto: " and the subject of the message.
  private static String subject(MessageHeader answered, String otherwise) {
    String subject =
        answered
            .first("Subject")
            .map(field -> EncodedWords.decoded(field.unfolded()))
            .orElse("")
            .codePoints()
            .map(c -> Character.isISOControl(c) ? ' ' : c)
            .limit(MAX_SUBJECT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    String whole = "Auto: " + (subject.isEmpty() ? otherwise : subject);
    return Ascii.isAscii(whole) ? folded(whole) : EncodedWords.of(whole);
  }

  /// A long one on lines of its own, which RFC 5322 parts at white space.
  private static String folded(String text) {
    var out = new StringBuilder();
    int column = "Subject: ".length();
    for (String word : text.split(" ", -1)) {
      boolean breaks = column > 20 && column + word.length() > 76 && !word.isEmpty();
      out.append(out.isEmpty() ? "" : breaks ? "\r\n " : " ").append(word);
      column = breaks ? word.length() + 1 : column + word.length() + 1;
    }
    return out.toString();
  }

  private static List<String> ids(MessageHeader header, String name) {
    return header
        .first(name)
        .map(HeaderField::unfolded)
        .map(MESSAGE_ID::matcher)
        .map(Matcher::results)
        .map(found -> found.map(match -> match.group()).filter(Ascii::isAscii).toList())
        .orElse(List.of());
  }
}
