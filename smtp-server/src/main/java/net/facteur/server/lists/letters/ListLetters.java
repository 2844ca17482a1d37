package net.facteur.server.lists.letters;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.server.language.Language;
import net.facteur.server.language.Lines;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.MailingList;
import net.facteur.server.notices.OwnMail;
import net.facteur.server.smtp.EncodedWords;
import net.facteur.server.smtp.MailDate;
import net.facteur.server.text.StrangerText;

/// Writes and queues the mail of lists.
public final class ListLetters {
  /// Octets of a message that goes with a letter; of a longer one, its beginning does.
  private static final int MOST_ATTACHED = 1 << 20;

  private static final int COLUMNS = 76;
  private static final MessageTraits EIGHT_BIT =
      new MessageTraits(
          MessageTraits.Body.EIGHT_BIT_MIME,
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          MessageTraits.Priority.NORMAL);

  private final String hostname;
  private final Post post;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// Takes a mail.
  @FunctionalInterface
  public interface Post {
    /// @return false where it could not be queued
    boolean post(
        ReversePath from, MailAddress to, byte[] header, byte[] body, MessageTraits traits);
  }

  public ListLetters(String hostname, Post post, InstantSource clock, RandomGenerator random) {
    this.hostname = hostname;
    this.post = post;
    this.clock = clock;
    this.random = random;
  }

  /// Mail that is routed, signed and queued.
  public static Post by(OwnMail mail) {
    return (from, to, header, body, traits) ->
        mail.post(from, to, header, body, traits, "list", OwnMail.Unsigned.SENT);
  }

  /// Sends a letter.
  ///
  /// @return false where it could not be queued
  /// @throws IOException where what goes with it cannot be read
  public boolean send(MailingList list, ListLetter letter) throws IOException {
    Language language = list.options().language();
    Instant now = clock.instant();
    QueueId id = QueueId.next(clock, random);
    String boundary = "=_" + id;
    byte[] text =
        (letter
                    .text()
                    .in(language, s -> Lines.broken(s, COLUMNS))
                    // A paragraph that says nothing leaves no hole.
                    .replaceAll("\n{3,}", "\n\n")
                    .strip()
                + "\n")
            .replace("\r", "")
            .replace("\n", "\r\n")
            .getBytes(UTF_8);
    String type = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";
    byte[] body =
        letter.attached().isEmpty() ? text : mixed(boundary, type, text, letter.attached().get());
    String header =
        fields(list, letter, id, now)
            + (letter.attached().isEmpty()
                ? type
                : "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n")
            + "\r\n";
    // RFC 3834, 3.3: a null reverse-path, so that nothing answers an answer.
    return post.post(ReversePath.Null.NULL, letter.to(), header.getBytes(UTF_8), body, EIGHT_BIT);
  }

  private String fields(MailingList list, ListLetter letter, QueueId id, Instant now) {
    MailAddress own = list.at(ListPart.REQUEST);
    Optional<MailAddress> replies = letter.replyTag().map(tag -> list.at(ListPart.REQUEST, tag));
    String subject = StrangerText.of(letter.subject().in(list.options().language())).inField(true);
    return "Date: "
        + MailDate.of(now)
        + "\r\nFrom: "
        + phrase(list.name())
        + " <"
        + own.text()
        + ">\r\nTo: <"
        + letter.to().text()
        + ">\r\n"
        + replies.map(address -> "Reply-To: <" + address.text() + ">\r\n").orElse("")
        + "Subject: "
        + EncodedWords.of(subject)
        + "\r\nMessage-ID: <"
        + id
        + "@"
        + hostname
        + ">\r\n"
        + letter
            .inReplyTo()
            .filter(ListLetters::isMessageId)
            .map(of -> "In-Reply-To: " + of + "\r\nReferences: " + of + "\r\n")
            .orElse("")
        // RFC 3834, 5: whoever answers programs knows by it that this is none to answer.
        + "Auto-Submitted: auto-generated\r\nPrecedence: list\r\nMIME-Version: 1.0\r\n";
  }

  /// A stranger's identifier goes back only where it is one.
  private static boolean isMessageId(String text) {
    return text.length() <= 250 && text.matches("<[!-;=?-~]+@[!-;=?-~]+>");
  }

  private static String phrase(String name) {
    String encoded = EncodedWords.of(name);
    return encoded.equals(name)
        ? "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\""
        : encoded;
  }

  private static byte[] mixed(String boundary, String type, byte[] text, MessageContent attached)
      throws IOException {
    var out = new ByteArrayOutputStream();
    out.writeBytes(("--" + boundary + "\r\n" + type + "\r\n").getBytes(US_ASCII));
    out.writeBytes(text);
    out.writeBytes(
        ("\r\n--"
                + boundary
                + "\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n")
            .getBytes(US_ASCII));
    out.writeBytes(attached.header());
    try (InputStream in = attached.openBody()) {
      out.writeBytes(in.readNBytes(MOST_ATTACHED));
    }
    out.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(US_ASCII));
    return out.toByteArray();
  }
}
