package net.facteur.server.lists.posting;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import net.facteur.auth.arc.ArcValidator;
import net.facteur.auth.dmarc.AuthenticatedIdentifier;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Standing;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.Notify;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.accounts.UserName;
import net.facteur.server.lists.ListAddress;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.ListSecret;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Router;
import net.facteur.server.signing.MessageSealer;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The next hop of mail to lists. It takes posts in, gives a post its recipients, and has the other
/// addresses of a list read; mail for other next hops goes to another agent.
public final class ListAgent implements DeliveryAgent {
  private static final Logger LOG = LogManager.getLogger(ListAgent.class);

  /// Members that a post gets with one commit.
  private static final int TOGETHER = 500;

  private final DeliveryAgent agent;
  private final Lists lists;
  private final ListSecret secret;
  private final MemberTags tags;
  private final Returns returns;
  private final Surroundings around;
  private final Ports ports;

  /// What the agent works with.
  ///
  /// @param hostname whose Authentication-Results count
  /// @param router where members' addresses lead
  /// @param archive keeps posts of lists that want it
  /// @param signs whether copies are signed in the name of a domain
  public record Surroundings(
      String hostname,
      Router router,
      MailQueue queue,
      QueueInspector inspector,
      DmarcEvaluator dmarc,
      ArcValidator chains,
      MessageSealer sealer,
      PostArchive archive,
      java.util.function.Predicate<net.facteur.auth.dns.DomainName> signs,
      InstantSource clock) {}

  /// Who does what is not done here.
  public record Ports(ListMailReader reader, Moderation moderation) {}

  /// @param agent carries all other mail
  public ListAgent(
      DeliveryAgent agent,
      Lists lists,
      ListSecret secret,
      MemberTags tags,
      Returns returns,
      Surroundings around,
      Ports ports) {
    this.agent = agent;
    this.lists = lists;
    this.secret = secret;
    this.tags = tags;
    this.returns = returns;
    this.around = around;
    this.ports = ports;
  }

  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    return switch (NextHop.parse(attempt.destination())) {
      case Parsed.Ok<NextHop>(NextHop.ToList _) -> each(attempt, this::taken);
      case Parsed.Ok<NextHop>(NextHop.ToMembers(String list)) ->
          each(attempt, (part, _) -> spread(part, list));
      case Parsed.Ok<NextHop> _, Parsed.Malformed<NextHop> _ -> agent.deliver(attempt);
    };
  }

  private interface One {
    DeliveryOutcome of(DeliveryAttempt attempt, Recipient recipient) throws IOException;
  }

  private static Map<Recipient, DeliveryOutcome> each(DeliveryAttempt attempt, One one) {
    var outcomes = new HashMap<Recipient, DeliveryOutcome>();
    for (Recipient recipient : attempt.recipients()) {
      DeliveryOutcome outcome;
      try {
        outcome = one.of(attempt.with(List.of(recipient)), recipient);
      } catch (IOException | CompletionException e) {
        LOG.warn("list to=<{}> id={} result=deferred", recipient.address(), attempt.id(), e);
        outcome = later("the list cannot take it now");
      }
      outcomes.put(recipient, outcome);
    }
    return outcomes;
  }

  private DeliveryOutcome taken(DeliveryAttempt attempt, Recipient recipient) throws IOException {
    Optional<ListAddress> address = lists.find(recipient.address());
    if (address.isEmpty()) {
      return failed(EnhancedStatusCode.of(5, 1, 1), "there is no such list");
    }
    ListAddress its = address.get();
    Optional<ListContent> content = lists.list(its.list());
    if (content.isEmpty() || lists.uncertain(its.list())) {
      return later("the file of the list has mistakes");
    }
    return switch (its.part()) {
      case POSTS -> post(attempt, content.get());
      case BOUNCES -> {
        returns.read(its, attempt.content());
        yield done("read");
      }
      case REQUEST, UNSUBSCRIBE ->
          ports
              .reader()
              .read(
                  its,
                  attempt,
                  Author.of(
                      MessageHeader.parse(attempt.content().header()),
                      around.hostname(),
                      around.dmarc()));
      case OWNER -> later("the owners of the list have changed");
    };
  }

  private DeliveryOutcome post(DeliveryAttempt attempt, ListContent content) throws IOException {
    MessageHeader header = MessageHeader.parse(attempt.content().header());
    Author author = Author.of(header, around.hostname(), around.dmarc());
    UserName list = content.list().address();
    PostDecision decision =
        PostRules.decide(
            content,
            author,
            attempt.reversePath(),
            header,
            attempt.content().size(),
            attempt.content()::openBody);
    LOG.info(
        "list={} id={} author={} proven={} decision={}",
        list,
        attempt.id(),
        author.address().map(a -> "<" + a + ">").orElse("-"),
        author.proven(),
        decision);
    return switch (decision) {
      case PostDecision.Take() -> queued(attempt, content, header, author, Optional.empty());
      case PostDecision.Moderate(PostDecision.Reason reason) ->
          queued(attempt, content, header, author, Optional.of(reason));
      case PostDecision.Refuse(EnhancedStatusCode status, String why) -> failed(status, why);
      // Told to nobody: whoever sent it is a list or a program.
      case PostDecision.Drop(EnhancedStatusCode _, String why) -> done(why);
    };
  }

  /// Makes the post as members get it, and queues it for nobody yet.
  private DeliveryOutcome queued(
      DeliveryAttempt attempt,
      ListContent content,
      MessageHeader header,
      Author author,
      Optional<PostDecision.Reason> held)
      throws IOException {
    MailingList list = content.list();
    QueueId id = postId(attempt.id(), list.address());
    if (around.inspector().show(id).isPresent()) {
      return done("taken before as " + id);
    }
    boolean changed =
        list.options().footer().isPresent()
            || (list.options().subjectTag().isPresent()
                && header
                    .first("Subject")
                    .filter(s -> s.value().contains(list.options().subjectTag().get()))
                    .isEmpty());
    MessageHeader shared =
        PostHeader.of(list, header, author.address(), rewrites(list, header, author, changed));
    PostBody made =
        PostBody.of(
            shared,
            attempt.content(),
            list.options().footer(),
            "list_" + secret.tag("boundary", attempt.id().text()),
            around.queue()::stage);
    MessageHeader sealed = made.header().prepend(seals(attempt, list, header, made));
    Instant now = around.clock().instant();
    var facts = new ArrayList<Fact>();
    facts.add(new Fact("list", list.address() + ", from " + attempt.id()));
    held.ifPresent(reason -> facts.add(new Fact(Fact.HELD, "list " + reason.word())));
    var message =
        new NewMessage(
            id,
            now,
            sealed.prepend(List.of(CopyMark.of(list.address(), id, secret))).section(),
            made.body(),
            List.of(
                new Envelope(
                    new ReversePath.Of(list.at(ListPart.BOUNCES)),
                    List.of(
                        new Recipient(
                            list.at(ListPart.POSTS),
                            new NextHop.ToMembers(list.address().text()).destination(),
                            Optional.of(Set.of()),
                            Optional.empty())))),
            new MessageTraits(
                attempt.traits().body(),
                attempt.traits().smtpUtf8(),
                attempt.traits().requireTls(),
                Optional.of(MessageTraits.Returned.HDRS),
                Optional.empty(),
                MessageTraits.Priority.BULK),
            "list " + list.address(),
            facts);
    QueueId kept = around.queue().enqueue(message).toCompletableFuture().join();
    held.ifPresent(reason -> ports.moderation().held(content, kept, made.header(), author, reason));
    return done((held.isPresent() ? "held as " : "queued as ") + kept);
  }

  /// Whether the message as it leaves would fail a policy of the author's domain that has it put
  /// away or refused.
  private boolean rewrites(MailingList list, MessageHeader header, Author author, boolean changed) {
    var left = new ArrayList<AuthenticatedIdentifier>();
    if (!changed) {
      left.addAll(author.signatures());
    }
    var domain = list.address().domain();
    if (around.signs().test(domain)) {
      left.add(AuthenticatedIdentifier.dkim(domain, "", Standing.PASSED));
    }
    left.add(AuthenticatedIdentifier.spf(domain, Standing.PASSED));
    return Author.asked(header, left, around.dmarc()) != DmarcPolicy.NONE;
  }

  private List<net.facteur.auth.message.HeaderField> seals(
      DeliveryAttempt attempt, MailingList list, MessageHeader header, PostBody made)
      throws IOException {
    Optional<AuthenticationResults> results = Author.results(header, around.hostname());
    if (results.isEmpty()) {
      return List.of();
    }
    return around
        .sealer()
        .seal(
            list.address().domain(),
            made.header(),
            made.body()::open,
            results.get(),
            around.chains().validate(header, attempt.content()::openBody))
        .toCompletableFuture()
        .join();
  }

  /// The same post of the same list has the same id, so that it is queued once.
  private static QueueId postId(QueueId message, UserName list) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((message + " " + list).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      String alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
      var text = new StringBuilder(message.text().substring(0, 9));
      for (int i = 0; text.length() < message.text().length(); i++) {
        text.append(alphabet.charAt(hash[i] & 31));
      }
      return new QueueId(text.toString());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Gives a post its recipients, after those that it has.
  private DeliveryOutcome spread(DeliveryAttempt attempt, String name) throws IOException {
    Optional<ListContent> content = UserName.parse(name).flatMap(lists::list);
    if (content.isEmpty()) {
      return failed(EnhancedStatusCode.of(5, 1, 1), "there is no such list any more");
    }
    MailingList list = content.get().list();
    Optional<CopyMark.Found> mark = CopyMark.find(attempt.content().header(), attempt.id(), secret);
    if (mark.isEmpty()) {
      return failed(EnhancedStatusCode.of(5, 7, 0), "this is no post of the list");
    }
    around.archive().keep(list, attempt, mark.get().header());
    NavigableMap<String, Member> members = tags.byReturn(content.get());
    ReversePath last = attempt.reversePath();
    String done = "";
    int added = 0;
    while (true) {
      NavigableMap<String, Member> left = done.isEmpty() ? members : members.tailMap(done, false);
      List<Envelope> some = new ArrayList<>();
      String reached = done;
      for (Map.Entry<String, Member> entry : left.entrySet()) {
        if (some.size() >= TOGETHER) {
          break;
        }
        reached = entry.getKey();
        if (entry.getValue().isActive()) {
          some.addAll(envelopes(list, entry.getKey(), entry.getValue()));
        }
      }
      if (some.isEmpty()) {
        LOG.info("list={} id={} members={}", list.address(), attempt.id(), added);
        return done("to " + added + " members");
      }
      var more =
          new MoreRecipients(
              attempt.id(),
              last,
              some,
              attempt.traits(),
              attempt.received(),
              attempt.content().size());
      switch (around.queue().add(more).toCompletableFuture().join()) {
        case MoreRecipients.Outcome.Added() -> {
          added += some.size();
          done = reached;
          last = some.getLast().reversePath();
        }
        case MoreRecipients.Outcome.Behind(ReversePath other) -> {
          // An attempt before this one came further.
          last = other;
          done =
              other instanceof ReversePath.Of sender
                  ? lists.find(sender.address()).map(ListAddress::tag).orElse("")
                  : "";
        }
        case MoreRecipients.Outcome.Gone() -> {
          return failed(EnhancedStatusCode.of(5, 7, 0), "the post was removed");
        }
      }
    }
  }

  private List<Envelope> envelopes(MailingList list, String tag, Member member) {
    around.router().prepare(member.address()).toCompletableFuture().join();
    var path =
        new ForwardPath(member.address(), Optional.of(Set.of(Notify.FAILURE)), Optional.empty());
    var from = new ReversePath.Of(list.at(ListPart.BOUNCES, tag));
    List<Envelope> envelopes = around.router().envelopes(from, List.of(path));
    return envelopes.isEmpty()
        ? List.of(
            new Envelope(
                from,
                List.of(
                    new Recipient(
                        member.address(),
                        new NextHop.Nowhere(NextHop.Nowhere.Reason.UNKNOWN).destination(),
                        path.notifyOn(),
                        Optional.empty()))))
        : envelopes;
  }

  private static DeliveryOutcome done(String what) {
    return new DeliveryOutcome.Delivered(
        EnhancedStatusCode.of(2, 0, 0), "250 2.0.0 " + what, Optional.empty(), false, false);
  }

  private static DeliveryOutcome failed(EnhancedStatusCode status, String why) {
    return new DeliveryOutcome.Failed(status, "550 " + status + " " + why, Optional.empty());
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
