package net.facteur.server.lists.requests;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.server.lists.ListAddress;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.lists.posting.Author;
import net.facteur.server.lists.posting.ListMailReader;
import net.facteur.server.mime.Entity;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Reads mail to the request and unsubscribe addresses of lists as it leaves the queue.
///
/// @param tags prove who may leave by a mail to an address that only he has
public record RequestReader(ListRequests requests, MemberTags tags) implements ListMailReader {
  private static final Logger LOG = LogManager.getLogger(RequestReader.class);

  /// Octets of a body in which an answer is looked for.
  private static final int MOST = 64 << 10;

  private static final int MOST_LINES = 200;

  @Override
  public DeliveryOutcome read(ListAddress address, DeliveryAttempt attempt, Author author) {
    Optional<ListContent> content = requests.joining().lists().list(address.list());
    if (content.isEmpty()) {
      return later("there is no such list now");
    }
    try {
      String done = done(address, attempt, content.get(), author);
      LOG.info(
          "list={} id={} part={} author={} result=\"{}\"",
          address.list(),
          attempt.id(),
          address.part(),
          author.address().map(a -> "<" + a + ">").orElse("-"),
          done);
      return new DeliveryOutcome.Delivered(
          EnhancedStatusCode.of(2, 0, 0), "250 2.0.0 read", Optional.empty(), false, false);
    } catch (IOException e) {
      LOG.warn("list={} id={} result=later", address.list(), attempt.id(), e);
      return later("the list cannot read it now");
    }
  }

  private String done(
      ListAddress address, DeliveryAttempt attempt, ListContent content, Author author)
      throws IOException {
    MessageHeader header = MessageHeader.parse(attempt.content().header());
    Optional<MailAddress> proven = author.proven() ? author.address() : Optional.empty();
    var mail =
        new ListRequests.Incoming(
            address.tag(),
            attempt.reversePath(),
            header,
            proven,
            AuthorName.of(header),
            lines(header, attempt.content()));
    if (address.part() == ListPart.UNSUBSCRIBE) {
      Optional<Member> leaving =
          address.tag().isEmpty() ? Optional.empty() : tags.leaving(content, address.tag());
      return leaving.isPresent()
          ? requests.left(content, leaving.get().address(), mail)
          : requests.unsubscribed(content, mail);
    }
    return requests.requested(content, mail);
  }

  /// The lines of the first text that a person reads; none where it cannot be found.
  private static List<String> lines(MessageHeader header, MessageContent content)
      throws IOException {
    try (InputStream body = content.openBody()) {
      Entity entity = Entity.of(header, body.readNBytes(MOST));
      // RFC 2045, 5.2: what has no type is plain text
      return text(entity, Set.of("", "text/plain"))
          .or(() -> text(entity, Set.of("text/html")).map(RequestReader::plain))
          .map(text -> text.lines().limit(MOST_LINES).toList())
          .orElse(List.of());
    }
  }

  private static Optional<String> text(Entity entity, Set<String> types) {
    return entity
        .own()
        .filter(part -> types.contains(part.type().type()) && part.parts().isEmpty())
        .map(Entity::text)
        .filter(text -> !text.isBlank())
        .findFirst();
  }

  /// What somebody wrote with a program that writes nothing but HTML; what is quoted ends it.
  private static String plain(String html) {
    return html.replaceFirst("(?is)<blockquote.*", "")
        .replaceAll("(?is)<(style|script|head)\\b.*?</\\1>", "")
        .replaceAll("(?i)<(br|/p|/div|/tr|/h[1-6])\\b[^>]*>", "\n")
        .replaceAll("<[^>]*>", "")
        .replace("&nbsp;", " ")
        .replace("&#39;", "'");
  }

  private static DeliveryOutcome later(String why) {
    return new DeliveryOutcome.Deferred(
        EnhancedStatusCode.of(4, 3, 0),
        "451 4.3.0 " + why,
        Optional.empty(),
        false,
        Optional.empty());
  }
}
