package net.facteur.server.lists.posting;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.automatic.AutomaticMail;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.MailingList;
import net.facteur.server.mime.ContentType;
import net.facteur.server.mime.EntityWalk;
import net.facteur.server.mime.FileNames;

/// Decides on a message to a list, by the list and by what is known of the message.
final class PostRules {
  /// Carries the lists that a copy has been sent by.
  static final String LOOP = "X-Loop";

  private static final EnhancedStatusCode POLICY = EnhancedStatusCode.of(5, 7, 1);
  private static final EnhancedStatusCode ROUND = EnhancedStatusCode.of(5, 4, 6);
  private static final EnhancedStatusCode LARGE = EnhancedStatusCode.of(5, 3, 4);
  private static final EnhancedStatusCode CONTENT = EnhancedStatusCode.of(5, 6, 1);

  /// What old programs that answer by themselves write.
  private static final Set<String> ANSWERING = Set.of("bulk", "junk", "auto_reply");

  private PostRules() {}

  /// Opens the body of a message.
  @FunctionalInterface
  interface Body {
    InputStream open() throws IOException;
  }

  static PostDecision decide(
      ListContent content,
      Author author,
      ReversePath reversePath,
      MessageHeader header,
      long size,
      Body body)
      throws IOException {
    MailingList list = content.list();
    if (hasBeen(list, header)) {
      return new PostDecision.Drop(ROUND, "the message has been on this list");
    }
    if (reversePath == ReversePath.Null.NULL || isAnswer(header)) {
      return new PostDecision.Drop(POLICY, "lists take no automatic answers");
    }
    if (size > list.options().sizeLimit()) {
      return new PostDecision.Refuse(
          LARGE, "posts to this list have at most " + list.options().sizeLimit() + " octets");
    }
    if (!list.options().attachments() && hasAttachment(header, body)) {
      return new PostDecision.Refuse(CONTENT, "this list takes no attachments");
    }
    return by(content, author, header);
  }

  private static PostDecision by(ListContent content, Author author, MessageHeader header) {
    MailingList list = content.list();
    Optional<MailAddress> from = author.address();
    boolean poster = from.filter(list::isPoster).isPresent();
    boolean mayPost =
        switch (list.kind().authors()) {
          case ANYBODY -> true;
          case MEMBERS -> poster || from.flatMap(content::member).isPresent();
          case POSTERS -> poster;
        };
    if (!mayPost) {
      return new PostDecision.Refuse(
          POLICY,
          switch (list.kind().authors()) {
            case ANYBODY, MEMBERS -> "only members may post to this list";
            case POSTERS -> "this list is for announcements, and few may post";
          });
    }
    if (isSuspect(header)) {
      return new PostDecision.Moderate(PostDecision.Reason.SUSPECT);
    }
    if (!author.proven()) {
      return new PostDecision.Moderate(PostDecision.Reason.UNPROVEN);
    }
    boolean trusted = from.filter(list::isModerator).isPresent();
    return list.kind().moderated() && !trusted
        ? new PostDecision.Moderate(PostDecision.Reason.KIND)
        : new PostDecision.Take();
  }

  /// What reception writes on mail that it puts into junk folders.
  private static boolean isSuspect(MessageHeader header) {
    return header.all("X-Spam-Flag").stream()
        .anyMatch(field -> Ascii.lower(field.unfolded().strip()).startsWith("yes"));
  }

  private static boolean hasBeen(MailingList list, MessageHeader header) {
    String address = list.address().text();
    return header.all(LOOP).stream()
            .anyMatch(field -> Ascii.lower(field.unfolded().strip()).equals(address))
        || header.all("List-Id").stream()
            .anyMatch(field -> Ascii.lower(field.unfolded()).contains("<" + list.id() + ">"));
  }

  /// True for what a program answered.
  private static boolean isAnswer(MessageHeader header) {
    return AutomaticMail.isAnswer(header)
        || word(header, "Precedence").filter(ANSWERING::contains).isPresent();
  }

  private static Optional<String> word(MessageHeader header, String name) {
    return header
        .first(name)
        .map(HeaderField::unfolded)
        .map(value -> value.strip().toLowerCase(Locale.ROOT).split("[ \t;(]", 2)[0]);
  }

  private static boolean hasAttachment(MessageHeader header, Body body) throws IOException {
    var found = new Attachments();
    found.header(header, false);
    try (InputStream in = body.open()) {
      new EntityWalk(found).walk(header, false, in);
    } catch (EntityWalk.OverlongHeaderException _) {
      return true;
    }
    return found.any;
  }

  /// Looks for parts that are saved as files.
  private static final class Attachments implements EntityWalk.Visitor {
    private boolean any;

    @Override
    public void header(MessageHeader header, boolean sealed) {
      any |=
          !FileNames.of(header).isEmpty()
              || header
                  .first("Content-Disposition")
                  .filter(f -> Ascii.lower(f.unfolded().strip()).startsWith("attachment"))
                  .isPresent();
    }

    @Override
    public void leaf(ContentType type, boolean sealed) {
      any |= type.type().startsWith("application/") && !type.type().endsWith("signature");
    }

    @Override
    public void content(byte[] octets, int length) {}

    @Override
    public void leafEnds() {}

    @Override
    public void around(byte[] octets, int length, boolean sealed) {}
  }
}
