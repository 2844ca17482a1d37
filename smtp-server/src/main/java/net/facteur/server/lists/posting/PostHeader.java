package net.facteur.server.lists.posting;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.MailingList;
import net.facteur.server.smtp.EncodedWords;

/// The header of a post as all members get it. What its author wrote stays as it is, octet by
/// octet, so that his signature holds; the list adds fields on top.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2369 RFC 2369: The Use of URLs as Meta-Syntax for Core
///   Mail List Commands
/// @spec https://www.rfc-editor.org/rfc/rfc2919 RFC 2919: List-Id
final class PostHeader {
  /// Fields of a list above us, which RFC 2369, section 4, has replaced, and those that are ours to
  /// write.
  private static final Set<String> REPLACED =
      Set.of(
          "list-id",
          "list-post",
          "list-help",
          "list-subscribe",
          "list-unsubscribe",
          "list-unsubscribe-post",
          "list-owner",
          "list-archive",
          "precedence",
          "return-path",
          "x-list-copy");

  private PostHeader() {}

  /// @param rewritten whether From is to name the list in place of the author
  static MessageHeader of(
      MailingList list, MessageHeader header, Optional<MailAddress> author, boolean rewritten) {
    var kept = new ArrayList<HeaderField>();
    boolean answered = header.resembling("Reply-To").stream().findAny().isPresent();
    for (HeaderField field : header.fields()) {
      String name = Ascii.lower(field.name().strip());
      if (REPLACED.contains(name)) {
        continue;
      }
      if (rewritten && name.equals("from")) {
        kept.add(HeaderField.of("From", " " + from(list, field)));
        if (!answered) {
          // who answers the author reaches him, as before
          kept.add(HeaderField.of("Reply-To", field.value().stripTrailing()));
        }
      } else if (name.equals("subject") && list.options().subjectTag().isPresent()) {
        kept.add(tagged(field, list.options().subjectTag().get()));
      } else {
        kept.add(field);
      }
    }
    if (header.first("Subject").isEmpty() && list.options().subjectTag().isPresent()) {
      kept.add(HeaderField.of("Subject", " " + EncodedWords.of(list.options().subjectTag().get())));
    }
    return new MessageHeader(kept).prepend(fields(list));
  }

  private static List<HeaderField> fields(MailingList list) {
    var fields = new ArrayList<HeaderField>();
    fields.add(HeaderField.of(PostRules.LOOP, " " + list.address()));
    String phrase = phrase(list.name());
    fields.add(
        HeaderField.of("List-Id", (phrase.isEmpty() ? "" : " " + phrase) + " <" + list.id() + ">"));
    fields.add(
        HeaderField.of(
            "List-Post",
            list.kind().authors() == ListKind.Authors.POSTERS
                ? " NO (announcements)"
                : " <mailto:" + list.address() + ">"));
    String request = list.at(ListPart.REQUEST).text();
    fields.add(HeaderField.of("List-Help", " <mailto:" + request + "?subject=help>"));
    fields.add(HeaderField.of("List-Subscribe", " <mailto:" + request + "?subject=subscribe>"));
    fields.add(HeaderField.of("List-Owner", " <mailto:" + list.at(ListPart.OWNER).text() + ">"));
    fields.add(HeaderField.of("Precedence", " list"));
    return fields;
  }

  private static HeaderField tagged(HeaderField subject, String tag) {
    String value = subject.value();
    return value.contains(tag)
        ? subject
        : HeaderField.of(
            "Subject", " " + EncodedWords.of(tag) + " " + value.stripLeading().stripTrailing());
  }

  /// `"Alice via Staff" <staff@example.org>`.
  private static String from(MailingList list, HeaderField from) {
    String value = from.unfolded().strip();
    int angle = value.lastIndexOf('<');
    String who = angle > 0 ? value.substring(0, angle).strip() : value;
    who = who.replace("\"", "");
    boolean coded = who.startsWith("=?");
    String name =
        coded
            ? who + " " + phrase("via " + list.name())
            : phrase(who.replace("@", " at ") + " via " + list.name());
    return name + "\r\n <" + list.address() + ">";
  }

  /// A text as a phrase: quoted, or as encoded words where it is not ASCII.
  private static String phrase(String text) {
    String safe =
        text.codePoints()
            .filter(c -> !Character.isISOControl(c))
            .mapToObj(Character::toString)
            .collect(Collectors.joining())
            .replace("\\", "")
            .replace("\"", "");
    return safe.chars().allMatch(c -> c < 0x80) ? "\"" + safe + "\"" : EncodedWords.of(safe);
  }
}
