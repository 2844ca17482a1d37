package net.facteur.server.delivery;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Recipient;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Offers one message to candidate after candidate until every recipient has an outcome.
final class CandidateDelivery implements HostVisitor {
  private static final Logger LOG = LogManager.getLogger(CandidateDelivery.class);

  /// Addresses tried in one attempt.
  private static final int MAX_ADDRESSES = 20;

  /// Recipients in one transaction: every server takes 100 (RFC 5321, section 4.5.3.1.8), and a
  /// host that announces fewer gets fewer.
  private static final int MAX_RECIPIENTS = 100;

  private final DeliveryAttempt attempt;
  private final DeliverySettings settings;
  private final SessionOpener opener;
  private final ConnectionPool pool;
  private final Doubts doubts;
  private final Map<Recipient, DeliveryOutcome> outcomes = new HashMap<>();

  /// What the latest host said that put a recipient off before it had the content for it. Where
  /// content was given to a host for a recipient, no other is asked for that one in this attempt.
  private final Map<Recipient, DeliveryOutcome.Deferred> putOff = new HashMap<>();

  private List<Recipient> open;
  private Optional<Failure> failure = Optional.empty();
  private boolean answered;
  private int tried;

  CandidateDelivery(
      DeliveryAttempt attempt,
      DeliverySettings settings,
      SessionOpener opener,
      ConnectionPool pool,
      Doubts doubts) {
    this.attempt = attempt;
    this.settings = settings;
    this.opener = opener;
    this.pool = pool;
    this.doubts = doubts;
    this.open = attempt.recipients();
  }

  @Override
  public boolean offer(Candidate candidate) {
    if (tried++ >= MAX_ADDRESSES) {
      return true;
    }
    var found = known(candidate);
    var elsewhere = new ArrayList<Recipient>();
    boolean goOn = true;
    while (goOn && !open.isEmpty()) {
      Optional<Session> session = session(candidate);
      if (session.isEmpty()) {
        break;
      }
      session.get().doubt(found);
      boolean fresh = !session.get().reused;
      int before = open.size();
      goOn = transact(session.get(), elsewhere);
      boolean learned = found.addAll(session.get().doubts());
      if (goOn && fresh && !learned && open.size() == before) {
        // Whatever a host says, it is not offered the same for ever.
        failed(Failure.of(4, 5, 0, "the host decides nothing").at(session.get().remote));
        goOn = false;
      }
    }
    elsewhere.addAll(open);
    open = elsewhere;
    return open.isEmpty();
  }

  /// What is known to be untrue of what the host announces. That it does not know BDAT must be seen
  /// again where the message can go in no other way.
  private Set<UntrueExtension> known(Candidate candidate) {
    var known = EnumSet.noneOf(UntrueExtension.class);
    known.addAll(doubts.about(candidate));
    if (attempt.traits().body() == MessageTraits.Body.BINARY_MIME) {
      known.remove(UntrueExtension.CHUNKING);
    }
    return known;
  }

  /// Remembers what a delivery or a broken conversation has confirmed.
  private void confirm(Session session) {
    if (!session.doubts().isEmpty()
        && !doubts.about(session.candidate).containsAll(session.doubts())) {
      LOG.info("extensions to={} untrue={}", session.remote, session.doubts());
      doubts.remember(session.candidate, session.doubts());
    }
  }

  private Optional<Session> session(Candidate candidate) {
    Optional<Session> idle = pool.take(candidate);
    if (idle.isPresent()) {
      return idle;
    }
    return switch (opener.open(candidate)) {
      case SessionOpener.Opening.Ready(Session session) -> Optional.of(session);
      case SessionOpener.Opening.Refused(Failure why) -> {
        failed(why);
        yield Optional.empty();
      }
    };
  }

  /// @param elsewhere gets the recipients that only another candidate can take now
  /// @return false where the next candidate should be tried
  private boolean transact(Session session, List<Recipient> elsewhere) {
    int most = Math.min(MAX_RECIPIENTS, session.capabilities.maxRecipients());
    List<Recipient> now = open.size() <= most ? open : open.subList(0, most);
    boolean ended = false;
    try {
      var result = new ClientTransaction(session, attempt, now, settings).run();
      ended = true;
      return follow(result, session, now.size(), elsewhere);
    } finally {
      if (!ended) {
        session.close();
      }
    }
  }

  /// @param offered recipients that the transaction was for
  private boolean follow(
      ClientTransaction.Result result, Session session, int offered, List<Recipient> elsewhere) {
    return switch (result) {
      case ClientTransaction.Result.Done(var some, var again, var others, boolean usable) -> {
        if (!usable
            || some.values().stream().anyMatch(DeliveryOutcome.Delivered.class::isInstance)) {
          confirm(session);
        }
        outcomes.putAll(some);
        putOff.putAll(others);
        elsewhere.addAll(others.keySet());
        open = rest(offered, again);
        keep(session, usable);
        yield true;
      }
      case ClientTransaction.Result.Declined(Failure why, boolean usable) -> {
        keep(session, usable);
        declined(why);
        yield false;
      }
      case ClientTransaction.Result.Again(boolean usable) -> {
        keep(session, usable);
        yield true;
      }
      case ClientTransaction.Result.Lost(Failure why, boolean untouched) -> {
        session.close();
        if (session.reused && untouched) {
          // The host had closed the idle connection: the same candidate, afresh.
          yield true;
        }
        confirm(session);
        failed(why);
        yield false;
      }
    };
  }

  private void keep(Session session, boolean usable) {
    // Replies that nobody asked for would be taken for those of the next transaction.
    if (usable && !session.wire.hasInput()) {
      pool.give(session);
    } else {
      session.close();
    }
  }

  private List<Recipient> rest(int dealtWith, List<Recipient> again) {
    if (dealtWith == open.size()) {
      return again;
    }
    var rest = new ArrayList<>(again);
    rest.addAll(open.subList(dealtWith, open.size()));
    return rest;
  }

  /// The host answered, so the destination is not down, whatever becomes of its other hosts.
  private void declined(Failure why) {
    answered = true;
    if (why.outcome() instanceof DeliveryOutcome.Deferred deferred) {
      open.forEach(r -> putOff.put(r, deferred));
    } else {
      failed(why);
    }
  }

  @Override
  public void failed(Failure why) {
    failure = Optional.of(failure.map(why::after).orElse(why));
  }

  @Override
  public void failedAtFirst(Failure why) {
    if (failure.isEmpty()) {
      failed(why);
    }
  }

  /// The outcome of every recipient.
  Map<Recipient, DeliveryOutcome> outcomes() {
    if (!open.isEmpty()) {
      Failure why =
          failure.orElseGet(() -> Failure.of(4, 4, 4, "the destination has no host to try"));
      DeliveryOutcome outcome = (answered ? why.ofRecipients() : why).outcome();
      // What a host said of a recipient tells more than that others could not be asked.
      open.forEach(
          r ->
              outcomes.put(r, Optional.<DeliveryOutcome>ofNullable(putOff.get(r)).orElse(outcome)));
    }
    return outcomes;
  }
}
