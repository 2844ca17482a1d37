package net.facteur.server.lists.letters;

import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.server.language.Text;

/// A mail of a list to one person.
///
/// @param replyTag stands behind the `+` of the address that answers go to; empty for the plain
///   address of requests
/// @param inReplyTo the Message-ID that it answers, in its brackets
/// @param attached a message that goes with it, whole
public record ListLetter(
    MailAddress to,
    Text subject,
    Text text,
    Optional<String> replyTag,
    Optional<String> inReplyTo,
    Optional<MessageContent> attached) {
  /// One that nobody has to answer.
  public static ListLetter of(MailAddress to, Text subject, Text text) {
    return new ListLetter(to, subject, text, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// The same with an address to answer to.
  public ListLetter answeredTo(String tag) {
    return new ListLetter(to, subject, text, Optional.of(tag), inReplyTo, attached);
  }

  /// The same as an answer to a message.
  public ListLetter inReplyTo(Optional<String> messageId) {
    return new ListLetter(to, subject, text, replyTag, messageId, attached);
  }

  /// The same with a message.
  public ListLetter with(MessageContent message) {
    return new ListLetter(to, subject, text, replyTag, inReplyTo, Optional.of(message));
  }
}
