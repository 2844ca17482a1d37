package net.facteur.server.lists.moderation;

import static net.facteur.server.lists.moderation.ModerationTexts.SAY;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.message.AddressList;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.RecipientState;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Text;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.answers.AnswerPages;
import net.facteur.server.lists.answers.AnswerTokens;
import net.facteur.server.lists.answers.Answered;
import net.facteur.server.lists.answers.Answers;
import net.facteur.server.lists.answers.Matter;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Settled;
import net.facteur.server.lists.answers.Matter.Verdict;
import net.facteur.server.lists.answers.Matters;
import net.facteur.server.lists.letters.ListLetter;
import net.facteur.server.lists.letters.ListLetters;
import net.facteur.server.lists.posting.Author;
import net.facteur.server.lists.posting.CopyMark;
import net.facteur.server.lists.posting.Moderation;
import net.facteur.server.lists.posting.PostDecision;
import net.facteur.server.routing.NextHop;
import net.facteur.server.smtp.EncodedWords;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The posts that wait for a moderator: whoever may decide is asked, and what he says is done.
/// Every method may wait for the disk and the queue.
public final class HeldPosts implements Moderation, Answered {
  private static final Logger LOG = LogManager.getLogger(HeldPosts.class);
  private static final int MOST_SUBJECT = 200;

  /// Posts of one list that are looked at together.
  private static final int PAGE = 500;

  private final Lists lists;
  private final Matters matters;
  private final AnswerTokens tokens;
  private final ListLetters letters;
  private final Queue queue;
  private final Optional<String> links;
  private final Duration keep;

  /// The queue with the posts.
  public record Queue(QueueInspector inspector, QueueOperator operator) {}

  /// @param links where the pages of answers are; empty where nobody reaches them
  /// @param keep how long a post waits
  public HeldPosts(
      Lists lists,
      Matters matters,
      AnswerTokens tokens,
      ListLetters letters,
      Queue queue,
      Optional<String> links,
      Duration keep) {
    this.lists = lists;
    this.matters = matters;
    this.tokens = tokens;
    this.letters = letters;
    this.queue = queue;
    this.links = links;
    this.keep = keep;
  }

  @Override
  public void held(
      ListContent list,
      QueueId post,
      MessageHeader header,
      Author author,
      PostDecision.Reason reason) {
    try {
      ask(
          list.list(),
          new About.Post(post, author.address(), author.proven(), subject(header)),
          Optional.of(reason));
    } catch (IOException e) {
      // It is held in the queue: the next look asks.
      LOG.error("list={} id={} moderators=not-asked", list.list().address(), post, e);
    }
  }

  private static String subject(MessageHeader header) {
    String text =
        header
            .first("Subject")
            .map(HeaderField::unfolded)
            .map(EncodedWords::decoded)
            .map(subject -> StrangerText.of(subject.strip()).onTerminal())
            .orElse("");
    return text.substring(0, Math.min(text.length(), MOST_SUBJECT));
  }

  private void ask(MailingList list, About.Post post, Optional<PostDecision.Reason> reason)
      throws IOException {
    Matters.Asking asking = matters.ask(list.address(), post, list.deciders(), keep);
    switch (asking) {
      case Matters.Asking.AskedBefore _ -> {}
      case Matters.Asking.TooMany _ ->
          LOG.error(
              "list={} id={} moderators=not-asked: too much waits", list.address(), post.post());
      case Matters.Asking.Asked(Matter matter) -> {
        LOG.info(
            "list={} id={} held={} moderators={}",
            list.address(),
            post.post(),
            reason.map(PostDecision.Reason::word).orElse("-"),
            list.deciders().size());
        tell(list, matter, post, reason);
      }
    }
  }

  private void tell(
      MailingList list, Matter matter, About.Post post, Optional<PostDecision.Reason> reason)
      throws IOException {
    Optional<MessageContent> content = shown(post.post());
    for (MailAddress moderator : list.deciders()) {
      String token = tokens.token(matter, moderator);
      ListLetter letter = question(list, moderator, post, reason, token);
      letters.send(list, content.map(letter::with).orElse(letter));
    }
    if (list.deciders().isEmpty()) {
      var postmaster = new MailAddress("postmaster", list.address().domain().text());
      letters.send(
          list,
          ListLetter.of(
              postmaster,
              SAY.askSubject(list.address().text(), author(post)),
              Text.paragraphs(
                  SAY.ask(list.name(), author(post), subject(post)),
                  SAY.nobody(),
                  Text.of("facteur list held " + list.address()))));
    }
    if (post.proven() && post.author().isPresent()) {
      // Who is proven hears that his post waits; of others nobody knows where they are.
      letters.send(
          list,
          ListLetter.of(
              post.author().get(),
              SAY.waitsSubject(list.address().text()),
              SAY.waits(subject(post), list.name())));
    }
  }

  private ListLetter question(
      MailingList list,
      MailAddress moderator,
      About.Post post,
      Optional<PostDecision.Reason> reason,
      String token) {
    Text why =
        reason
            .map(
                each ->
                    switch (each) {
                      case KIND -> SAY.reasonKind();
                      case UNPROVEN -> SAY.reasonUnproven(author(post));
                      case SUSPECT -> SAY.reasonSuspect();
                    })
            .orElse(Text.nothing());
    return ListLetter.of(
            moderator,
            SAY.askSubject(list.address().text(), author(post)),
            Text.paragraphs(
                SAY.ask(list.name(), author(post), subject(post)),
                why,
                SAY.answerByMail(),
                links
                    .map(
                        base ->
                            Text.paragraphs(
                                SAY.answerByLink(), Text.of(base + AnswerPages.PATH + token)))
                    .orElse(Text.nothing()),
                post.proven() ? SAY.askElseProven(keep.toDays()) : SAY.askElse(keep.toDays())))
        .answeredTo(token);
  }

  private static String author(About.Post post) {
    return post.author().map(address -> StrangerText.of(address.text()).onTerminal()).orElse("?");
  }

  private static String subject(About.Post post) {
    return post.subject().isEmpty() ? "-" : post.subject();
  }

  @Override
  public boolean concerns(About about) {
    return about instanceof About.Post;
  }

  @Override
  public Text question(Matter matter) {
    return matter.about() instanceof About.Post post
        ? SAY.page(author(post), subject(post), matter.list().text())
        : Text.nothing();
  }

  @Override
  public Choice choice() {
    return Choice.YES_NO_DISCARD;
  }

  @Override
  public Text answer(Matter matter, Verdict verdict, String by, String reason) throws IOException {
    if (!(matter.about() instanceof About.Post)) {
      return SAY.gone();
    }
    return switch (matters.settle(matter.id(), verdict, by, reason)) {
      case Matters.Answering.Unknown() -> SAY.gone();
      case Matters.Answering.Settled(Matter before) -> Answers.ended(before);
      // What cannot be done now is done by the next look: the answer stands.
      case Matters.Answering.Counts(Matter after) -> done(after);
    };
  }

  /// Carries out how a matter ended.
  private Text done(Matter matter) throws IOException {
    if (matter.settled().isEmpty() || !(matter.about() instanceof About.Post post)) {
      return SAY.gone();
    }
    Settled end = matter.settled().get();
    Optional<MailingList> list = lists.list(matter.list()).map(ListContent::list);
    LOG.info(
        "list={} id={} verdict={} by=\"{}\"",
        matter.list(),
        post.post(),
        end.verdict(),
        StrangerText.of(end.by()).inLog());
    try {
      return switch (end.verdict()) {
        case YES ->
            count(queue.operator().release(post.post(), QueueFilter.ALL)) > 0
                ? SAY.released(matter.list().text())
                : SAY.gone();
        case NO -> {
          boolean told = list.isPresent() && back(list.get(), post, refusal(list.get(), post, end));
          remove(post.post());
          yield told ? SAY.toldNo(author(post)) : SAY.notTold();
        }
        case DISCARD -> {
          remove(post.post());
          yield SAY.discarded();
        }
        case EXPIRED -> {
          if (list.isPresent()) {
            back(list.get(), post, SAY.expired(subject(post), list.get().name(), keep.toDays()));
          }
          remove(post.post());
          yield SAY.discarded();
        }
      };
    } catch (QueueUnavailableException | CompletionException e) {
      throw new IOException("the queue cannot be asked", e);
    }
  }

  private static Text refusal(MailingList list, About.Post post, Settled end) {
    return Text.paragraphs(
        SAY.refused(subject(post), list.name()),
        end.reason().isEmpty() ? Text.nothing() : SAY.because(end.reason()));
  }

  /// Gives a post back to an author who is proven.
  ///
  /// @return false where nobody is told
  private boolean back(MailingList list, About.Post post, Text text) throws IOException {
    if (!post.proven() || post.author().isEmpty()) {
      LOG.info("list={} id={} author=not-told", list.address(), post.post());
      return false;
    }
    ListLetter letter =
        ListLetter.of(
            post.author().get(),
            SAY.refusedSubject(list.address().text()),
            Text.paragraphs(text, SAY.askPeople(list.at(ListPart.OWNER).text())));
    Optional<MessageContent> content = shown(post.post());
    if (content.isEmpty()) {
      return false;
    }
    if (!letters.send(list, letter.with(content.get()))) {
      throw new ToldException(SAY.queueDown());
    }
    return true;
  }

  private void remove(QueueId post) {
    var _ = count(queue.operator().remove(post, QueueFilter.ALL));
  }

  private static int count(CompletionStage<OptionalInt> stage) {
    return stage.toCompletableFuture().join().orElse(0);
  }

  /// Brings the queue and the answers together: asks about what is held and was not asked about,
  /// ends what nobody answered in time, and carries out what was answered and is held still.
  public void look() throws IOException {
    try {
      for (ListContent content : lists.lists()) {
        for (QueueId held : held(content.list())) {
          look(content.list(), held);
        }
      }
    } catch (QueueUnavailableException | CompletionException e) {
      throw new IOException("the queue cannot be asked", e);
    }
  }

  private List<QueueId> held(MailingList list) {
    QueueFilter filter =
        QueueFilter.ALL
            .with(RecipientState.HELD)
            .with(new NextHop.ToMembers(list.address().text()).destination());
    return queue.inspector().list(filter, PAGE).stream().map(QueueInspector.Listed::id).toList();
  }

  private void look(MailingList list, QueueId held) throws IOException {
    Optional<Matter> found =
        matters.all().stream()
            .filter(each -> each.about() instanceof About.Post post && post.post().equals(held))
            .findFirst();
    if (found.isEmpty()) {
      Optional<MessageContent> content = queue.inspector().content(held);
      if (content.isPresent()) {
        MessageHeader header = MessageHeader.parse(content.get().header());
        // A crash came between: nobody knows any more what was proven of it.
        ask(
            list,
            new About.Post(held, from(list, header), false, subject(header)),
            Optional.empty());
      }
      return;
    }
    Matter matter = found.get();
    if (matter.settled().isPresent()) {
      var _ = done(matter);
    } else if (matters.over(matter)) {
      var _ = answer(matter, Verdict.EXPIRED, Settled.NOBODY, "");
    }
  }

  /// Whom a post names as its author; empty where the list stands there in his place.
  private static Optional<MailAddress> from(MailingList list, MessageHeader header) {
    return header
        .first("From")
        .flatMap(field -> AddressList.parse(field.value()).toOptional())
        .map(AddressList::mailboxes)
        .filter(mailboxes -> mailboxes.size() == 1)
        .flatMap(
            boxes -> Member.address(boxes.getFirst().localPart() + "@" + boxes.getFirst().domain()))
        .filter(address -> !Member.key(address).equals(list.address().text()));
  }

  /// A post as people may see it: without the field that proves to this server what it is.
  private Optional<MessageContent> shown(QueueId post) throws IOException {
    return queue.inspector().content(post).map(HeldPosts::plain);
  }

  private static MessageContent plain(MessageContent content) {
    byte[] header =
        new MessageHeader(
                MessageHeader.parse(content.header()).fields().stream()
                    .filter(field -> !field.is(CopyMark.FIELD))
                    .toList())
            .section();
    return new MessageContent() {
      @Override
      public byte[] header() {
        return header;
      }

      @Override
      public long bodySize() {
        return content.bodySize();
      }

      @Override
      public InputStream openBody() throws IOException {
        return content.openBody();
      }
    };
  }
}
