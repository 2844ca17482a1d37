package net.facteur.server.lists.posting;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.lists.ListAddress;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.ListSecret;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.signing.BodyHashes;
import net.facteur.server.signing.CopySigner;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Writes what is each member's own into a post when it leaves for him: how he leaves the list, and
/// our signature over it. The body of a post is hashed once for all its copies.
public final class MemberCopies implements DeliveryAgent {
  private static final Logger LOG = LogManager.getLogger(MemberCopies.class);

  /// Posts of which the hashes are remembered; others are hashed again.
  private static final int REMEMBERED = 64;

  private final DeliveryAgent agent;
  private final Lists lists;
  private final ListSecret secret;
  private final MemberTags tags;
  private final CopySigner signer;
  private final String web;

  /// Guarded by itself.
  private final Map<QueueId, BodyHashes> hashed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<QueueId, BodyHashes> eldest) {
          return size() > REMEMBERED;
        }
      };

  /// @param agent carries the mail
  /// @param web where the pages of this server are, such as `https://mail.example.org`; empty where
  ///   there are none, so that members leave by mail alone
  public MemberCopies(
      DeliveryAgent agent,
      Lists lists,
      ListSecret secret,
      MemberTags tags,
      CopySigner signer,
      String web) {
    this.agent = agent;
    this.lists = lists;
    this.secret = secret;
    this.tags = tags;
    this.signer = signer;
    this.web = web;
  }

  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    Optional<CopyMark.Found> mark = CopyMark.find(attempt.content().header(), attempt.id(), secret);
    if (mark.isEmpty()) {
      return agent.deliver(attempt);
    }
    try {
      return agent.deliver(attempt.with(copy(attempt, mark.get())));
    } catch (IOException | CompletionException e) {
      LOG.warn(
          "list={} id={} result=deferred reason=\"{}\"",
          mark.get().list(),
          attempt.id(),
          e.toString());
      var outcome =
          new DeliveryOutcome.Deferred(
              EnhancedStatusCode.of(4, 3, 0),
              "the copy cannot be signed now",
              Optional.empty(),
              false,
              Optional.empty());
      var outcomes = new HashMap<Recipient, DeliveryOutcome>();
      attempt.recipients().forEach(recipient -> outcomes.put(recipient, outcome));
      return outcomes;
    }
  }

  private MessageContent copy(DeliveryAttempt attempt, CopyMark.Found mark) throws IOException {
    MessageHeader header = MessageHeader.parse(mark.header());
    Optional<ListContent> content = lists.list(mark.list());
    if (content.isPresent()) {
      header = header.prepend(leaving(content.get(), attempt.reversePath()));
    }
    BodyHashes hashes = hashes(attempt);
    List<HeaderField> signatures =
        signer.sign(mark.list().domain(), header, hashes).toCompletableFuture().join();
    return new Copy(attempt.content(), header.prepend(signatures).section());
  }

  /// Copies that leave at the same time wait for the first of them.
  private BodyHashes hashes(DeliveryAttempt attempt) throws IOException {
    synchronized (hashed) {
      BodyHashes known = hashed.get(attempt.id());
      if (known == null) {
        known = BodyHashes.of(signer.selections(), attempt.content()::openBody);
        hashed.put(attempt.id(), known);
      }
      return known;
    }
  }

  /// How whoever has this reverse-path leaves.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8058#section-3.1 RFC 8058, section 3.1: Mail Senders
  ///   When Mailing List Messages Are Sent
  private List<HeaderField> leaving(ListContent content, ReversePath path) {
    Optional<Member> member =
        path instanceof ReversePath.Of sender
            ? lists
                .find(sender.address())
                .map(ListAddress::tag)
                .flatMap(tag -> tags.returned(content, tag))
            : Optional.empty();
    if (member.isEmpty()) {
      return List.of();
    }
    MailingList list = content.list();
    String tag = tags.leaveTag(list.address(), member.get());
    String mail = "<mailto:" + list.at(ListPart.UNSUBSCRIBE, tag).text() + ">";
    var fields = new ArrayList<HeaderField>();
    if (web.isEmpty()) {
      fields.add(HeaderField.of("List-Unsubscribe", " " + mail));
    } else {
      fields.add(
          HeaderField.of(
              "List-Unsubscribe",
              " <" + web + OneClick.path(list.address(), tag) + ">,\r\n " + mail));
      fields.add(HeaderField.of("List-Unsubscribe-Post", " " + OneClick.FORM));
    }
    return fields;
  }

  /// A post with the header of one member.
  private record Copy(MessageContent content, byte[] header) implements MessageContent {
    @Override
    public long bodySize() {
      return content.bodySize();
    }

    @Override
    public InputStream openBody() throws IOException {
      return content.openBody();
    }
  }
}
