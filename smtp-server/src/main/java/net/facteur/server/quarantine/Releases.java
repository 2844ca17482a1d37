package net.facteur.server.quarantine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.StagedBody;
import net.facteur.server.dsn.ReportSigner;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.MailDate;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Lets messages out of the quarantine into the queue, past all filters, once for each recipient.
///
/// What is about to be queued is written down first, with the id that it gets: after a crash the
/// queue itself says whether it has it.
public final class Releases {
  private static final Logger LOG = LogManager.getLogger(Releases.class);
  private static final int CHUNK = 64 << 10;

  private final QuarantineStore store;
  private final Exit exit;
  private final Training training;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// What a message passes on its way out.
  ///
  /// @param hostname our own name
  /// @param signer signs what users of ours wrote
  public record Exit(String hostname, Router router, ReportSigner signer, MailQueue queue) {}

  public Releases(
      QuarantineStore store,
      Exit exit,
      Training training,
      InstantSource clock,
      RandomGenerator random) {
    this.store = store;
    this.exit = exit;
    this.training = training;
    this.clock = clock;
    this.random = random;
  }

  /// What somebody wants.
  ///
  /// @param some of the recipients
  /// @param by who it is, for the history of the message
  /// @param harmful also a message that holds harmful content
  /// @param ham it is to be learnt as wanted
  public record Wish(
      QueueId id, Predicate<KeptRecipient> some, String by, boolean harmful, boolean ham) {}

  /// What came of it.
  public sealed interface Outcome {
    /// It is in the queue.
    ///
    /// @param as its name there
    /// @param unlearnt why it was not learnt, where that was wanted
    record Released(QueueId as, List<MailAddress> to, Optional<Text> unlearnt) implements Outcome {}

    /// The server releases it as soon as it runs.
    record Noted(List<MailAddress> to) implements Outcome {}

    /// There is nobody left among those who were meant for whom it could be released.
    record Settled(KeptMessage message) implements Outcome {}

    /// It holds harmful content, which was not wanted.
    record Harmful() implements Outcome {}

    /// There is no such message, or no such recipient.
    record Unknown() implements Outcome {}

    /// It stays where it is.
    ///
    /// @param why one sentence without a full stop
    record Failed(Text why) implements Outcome {}
  }

  /// Releases a message, and waits until it is in the queue.
  ///
  /// @throws IOException where the quarantine cannot be read or written
  public Outcome release(Wish wish) throws IOException {
    ReentrantLock lock = store.lock(wish.id());
    lock.lock();
    try {
      Optional<Outcome> refused = refused(store, wish);
      return refused.isPresent() ? refused.get() : alone(wish);
    } finally {
      lock.unlock();
    }
  }

  /// Why a message is not released; empty where it may be.
  private static Optional<Outcome> refused(QuarantineStore store, Wish wish) throws IOException {
    Optional<KeptMessage> found = store.find(wish.id());
    if (found.isEmpty() || found.get().recipients().stream().noneMatch(wish.some())) {
      return Optional.of(new Outcome.Unknown());
    }
    KeptMessage message = found.get();
    if (message.recipients().stream()
        .noneMatch(one -> wish.some().test(one) && one.fate().open())) {
      return Optional.of(new Outcome.Settled(message));
    }
    return message.harmful() && !wish.harmful()
        ? Optional.of(new Outcome.Harmful())
        : Optional.empty();
  }

  private Outcome alone(Wish wish) throws IOException {
    Instant now = now();
    QueueId as = QueueId.next(clock, random);
    Optional<QuarantineStore.Changed> changed =
        store.change(
            wish.id(),
            one -> wish.some().test(one) && one.fate().open(),
            _ -> new Fate.Releasing(as, now, wish.by()));
    if (changed.isEmpty()) {
      return new Outcome.Unknown();
    }
    List<ForwardPath> paths =
        changed.get().after().recipients().stream()
            .filter(one -> isReleasing(one, as))
            .map(KeptRecipient::path)
            .toList();
    if (paths.isEmpty()) {
      return new Outcome.Settled(changed.get().after());
    }
    Map<KeptRecipient, Fate> before = new HashMap<>();
    changed.get().before().recipients().stream()
        .filter(one -> one.fate().open())
        .forEach(one -> before.put(one.with(new Fate.Releasing(as, now, wish.by())), one.fate()));
    boolean queued = false;
    try {
      Optional<Text> why = queue(changed.get().before(), as, paths, wish.by(), now);
      if (why.isPresent()) {
        return new Outcome.Failed(why.get());
      }
      queued = true;
      Optional<Text> unlearnt =
          wish.ham() ? training.ham(store.content(changed.get().before())) : Optional.empty();
      LOG.info(
          "quarantine id={} result=released as={} recipients={} by=\"{}\" learnt={}",
          wish.id(),
          as,
          paths.size(),
          wish.by(),
          wish.ham() && unlearnt.isEmpty());
      return new Outcome.Released(as, paths.stream().map(ForwardPath::address).toList(), unlearnt);
    } catch (IOException e) {
      LOG.error("quarantine id={} result=failed", wish.id(), e);
      return new Outcome.Failed(FileTrouble.text(e));
    } catch (QueueUnavailableException e) {
      LOG.error("quarantine id={} result=not-queued", wish.id(), e);
      return new Outcome.Failed(QuarantineTexts.SAY.notQueued());
    } finally {
      boolean done = queued;
      var _ =
          store.change(
              wish.id(),
              one -> isReleasing(one, as),
              one ->
                  done
                      ? new Fate.Released(as, now, wish.by())
                      : before.getOrDefault(one, Fate.Kept.KEPT));
    }
  }

  private static boolean isReleasing(KeptRecipient one, QueueId as) {
    return one.fate() instanceof Fate.Releasing(QueueId its, Instant _, String _) && its.equals(as);
  }

  /// Queues a message anew.
  ///
  /// @return why not; empty where it was
  private Optional<Text> queue(
      KeptMessage message, QueueId as, List<ForwardPath> paths, String by, Instant now)
      throws IOException {
    MessageContent content = store.content(message);
    exit.router().prepare(paths).toCompletableFuture().join();
    MessageHeader header = MessageHeader.parse(content.header());
    List<Envelope> envelopes =
        exit.router()
            .envelopes(
                message.reversePath(),
                message.inbound() ? quiet(message, paths) : paths,
                exit.router().passedOn(header));
    if (envelopes.isEmpty()) {
      return Optional.of(QuarantineTexts.SAY.noWay());
    }
    var facts =
        new ArrayList<Fact>(
            List.of(
                new Fact(
                    "released",
                    "from the quarantine, where it was as "
                        + message.id()
                        + " since "
                        + message.received().truncatedTo(ChronoUnit.SECONDS)
                        + ", by "
                        + by)));
    facts.addAll(message.facts());
    StagedBody body = staged(content);
    try {
      var fresh =
          new NewMessage(
              as,
              now,
              header.prepend(List.of(received(as, now))).section(),
              body,
              envelopes,
              message.traits(),
              message.origin(),
              facts);
      // What a stranger wrote is not ours to sign.
      exit.queue()
          .enqueue(message.inbound() ? fresh : exit.signer().sign(fresh))
          .toCompletableFuture()
          .join();
      return Optional.empty();
    } catch (CompletionException e) {
      if (e.getCause() instanceof QueueUnavailableException unavailable) {
        throw unavailable;
      }
      throw new QueueUnavailableException("not queued", false, e);
    } finally {
      body.discard();
    }
  }

  /// Nobody is told who was not to be told when the message came: he may be forged.
  private static List<ForwardPath> quiet(KeptMessage message, List<ForwardPath> paths) {
    boolean silent = message.facts().stream().anyMatch(fact -> fact.what().equals(Fact.REPORTS));
    return silent
        ? paths.stream()
            .map(
                path ->
                    new ForwardPath(
                        path.address(), Optional.of(Set.of()), path.originalRecipient()))
            .toList()
        : paths;
  }

  private StagedBody staged(MessageContent content) throws IOException {
    BodyStage stage = exit.queue().stage();
    boolean whole = false;
    try (InputStream in = content.openBody()) {
      byte[] octets = new byte[CHUNK];
      for (int n = in.read(octets); n >= 0; n = in.read(octets)) {
        stage.write(ByteBuffer.wrap(octets, 0, n));
      }
      whole = true;
      return stage.complete();
    } finally {
      if (!whole) {
        stage.discard();
      }
    }
  }

  private HeaderField received(QueueId as, Instant now) {
    return HeaderField.of(
        "Received",
        " by "
            + exit.hostname()
            + " (released from quarantine)\r\n\tid "
            + as
            + ";\r\n\t"
            + MailDate.of(now));
  }

  /// Throws a message away, for some of its recipients.
  Outcome drop(Wish wish) throws IOException {
    return drop(store, wish, now());
  }

  /// The same without a server.
  public static Outcome drop(QuarantineStore store, Wish wish, Instant now) throws IOException {
    ReentrantLock lock = store.lock(wish.id());
    lock.lock();
    try {
      Optional<Outcome> refused =
          refused(store, new Wish(wish.id(), wish.some(), wish.by(), true, false));
      if (refused.isPresent()) {
        return refused.get();
      }
      return noted(store, wish, new Fate.Dropped(now, wish.by()));
    } finally {
      lock.unlock();
    }
  }

  /// Writes down what the server shall release when it runs.
  static Outcome note(QuarantineStore store, Wish wish, Instant now) throws IOException {
    Optional<Outcome> refused = refused(store, wish);
    if (refused.isPresent()) {
      return refused.get();
    }
    Outcome noted = noted(store, wish, new Fate.Wished(now, wish.by(), wish.ham()));
    store.leaveWish();
    return noted;
  }

  private static Outcome noted(QuarantineStore store, Wish wish, Fate fate) throws IOException {
    Optional<QuarantineStore.Changed> changed =
        store.change(wish.id(), one -> wish.some().test(one) && one.fate().open(), _ -> fate);
    if (changed.isEmpty()) {
      return new Outcome.Unknown();
    }
    return new Outcome.Noted(
        changed.get().before().recipients().stream()
            .filter(one -> wish.some().test(one) && one.fate().open())
            .map(KeptRecipient::address)
            .toList());
  }

  /// Releases what was wished while no server ran.
  void fulfilWishes() throws IOException {
    if (!store.hasWish()) {
      return;
    }
    store.forgetWish();
    boolean whole = false;
    try {
      store.each(
          message -> {
            fulfil(message, true);
            fulfil(message, false);
          });
      whole = true;
    } finally {
      if (!whole) {
        store.leaveWish();
      }
    }
  }

  private void fulfil(KeptMessage message, boolean ham) throws IOException {
    Optional<Fate.Wished> wished =
        message.recipients().stream().flatMap(one -> wished(one, ham).stream()).findFirst();
    if (wished.isPresent()
        && release(
                new Wish(
                    message.id(),
                    one -> wished(one, ham).isPresent(),
                    wished.get().by(),
                    true,
                    ham))
            instanceof Outcome.Failed) {
      store.leaveWish();
    }
  }

  private static Optional<Fate.Wished> wished(KeptRecipient one, boolean ham) {
    return one.fate() instanceof Fate.Wished wished && wished.ham() == ham
        ? Optional.of(wished)
        : Optional.empty();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
