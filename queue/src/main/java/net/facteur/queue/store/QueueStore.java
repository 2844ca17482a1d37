package net.facteur.queue.store;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Refusal;

/// Durable memory of the queue. Safe for many threads at once.
///
/// A stage that a method returns completes after its commit has reached the disk, on the writing
/// thread, so what depends on it must be short and must not block. It completes exceptionally with
/// a [QueueUnavailableException] where nothing was kept.
public interface QueueStore extends AutoCloseable {
  /// A place to collect a body in.
  BodyStage stage();

  /// True where the disk is nearly full. Cheap.
  boolean full();

  /// True where there is no room for so many octets more.
  default boolean full(long octets) {
    return full();
  }

  /// Says that [#put] follows at once. Never blocks.
  default void expect() {}

  /// Keeps a new message. Never blocks, unless its body is in a foreign form.
  ///
  /// @return its recipients grouped for delivery, each leased to the caller and due at once; none
  ///   where it is held
  CompletionStage<List<Consignment>> put(NewMessage message);

  /// What came of recipients that were to be added.
  ///
  /// @param consignments those that were added, leased to the caller and due at once
  record Extended(MoreRecipients.Outcome outcome, List<Consignment> consignments) {
    public Extended {
      consignments = List.copyOf(consignments);
    }

    public static Extended not(MoreRecipients.Outcome outcome) {
      return new Extended(outcome, List.of());
    }
  }

  /// Adds recipients to a queued message. Never blocks.
  CompletionStage<Extended> extend(MoreRecipients more);

  /// Remembers a refusal for a while, or not, where there are many. Never blocks.
  void note(Refusal refusal);

  /// Commits the end of an attempt, frees the leases of its recipients, and queues its reports in
  /// the same commit. A recipient that an operator has meanwhile removed stays removed.
  ///
  /// @return the reports' recipients grouped for delivery, leased like those of [#put]
  CompletionStage<List<Consignment>> settle(Settlement settlement);

  /// Leases what is due for a destination, earliest first. Blocks while it reads. At most one call
  /// per destination at a time.
  ///
  /// @param dueBy the latest due time wanted
  /// @param limit the most recipients wanted
  /// @throws QueueUnavailableException where the store cannot be read
  DuePage lease(Destination destination, Instant dueBy, int limit);

  /// The same of old mail alone.
  ///
  /// @param acceptedBy the latest times of acceptance wanted, of messages whose sender does not
  ///   know of a delay, and of all
  DuePage leaseOld(Destination destination, Instant dueBy, Ages acceptedBy, int limit);

  /// How old what is queued for a destination is, leased or not. Blocks while it reads all of it.
  ///
  /// @throws QueueUnavailableException where the store cannot be read
  Ages ages(Destination destination);

  /// Gives a lease back unused; the recipients stay as they were.
  void release(Consignment consignment);

  /// Destinations with queued mail, leased or not, in the order of their text. Blocks while it
  /// reads.
  ///
  /// @param after start behind this text; empty for the first page
  /// @param limit the most destinations wanted
  /// @throws QueueUnavailableException where the store cannot be read
  List<DueDestination> destinations(String after, int limit);

  /// How often [#destinations] may bring something that this process has not left there itself;
  /// empty where nobody shares the store.
  default Optional<Duration> lookAgain() {
    return Optional.empty();
  }

  /// How many processes share the store, this one included; they share the limits of a destination,
  /// too.
  default int sharers() {
    return 1;
  }

  /// True as long as nobody else can take what this process has leased; asked before an attempt.
  default boolean holdsLeases() {
    return true;
  }

  /// The octets of a queued message. Blocks while it reads.
  ///
  /// @throws DamagedMessageException where they are gone or not what was written
  /// @throws IOException where they cannot be read now
  MessageContent content(Consignment consignment) throws IOException;

  /// Takes recipients that can never be delivered because their message is damaged out of delivery,
  /// for a person to look at, and frees their leases.
  ///
  /// @param reason for that person
  CompletionStage<Void> setAside(Consignment consignment, String reason);

  /// Does what an operator wants to open recipients of a message, whoever holds their leases, which
  /// stay as they are.
  ///
  /// @param among which recipients; their age is not looked at
  /// @return empty where no such message is queued
  CompletionStage<Optional<Operated>> operate(QueueId id, Operation operation, QueueFilter among);

  /// Queues held recipients of a message, and those set aside as damaged, to be tried at `due`, or
  /// at once if that is past.
  ///
  /// @param among which recipients; their age is not looked at
  /// @return empty where no such message is queued
  CompletionStage<Optional<Operated>> release(QueueId id, QueueFilter among, Instant due);

  /// Holds open recipients of a message for an order, whoever holds their leases, which stay as
  /// they are. The order is as durable as the message.
  ///
  /// @param among which recipients; their age is not looked at
  /// @return empty where no such message is queued
  CompletionStage<Optional<Operated>> order(QueueId id, Order order, QueueFilter among);

  /// The orders about a message that are not carried out, by recipient's number. Blocks while it
  /// reads.
  ///
  /// @throws QueueUnavailableException where the store cannot be read
  Map<Integer, Order> orders(QueueId id);

  /// Messages with orders that are not carried out. Blocks while it reads.
  ///
  /// @param limit the most messages wanted
  /// @throws QueueUnavailableException where the store cannot be read
  List<QueueId> ordered(int limit);

  /// Sends recipients another way: they are queued for `to` and due, and their leases freed.
  CompletionStage<Void> move(Consignment consignment, Destination to);

  /// Leases the open recipients of a message that nobody holds, held and damaged ones too.
  CompletionStage<List<Consignment>> lease(QueueId id);

  /// Stops taking changes, commits those that wait, and lets go of the files.
  @Override
  void close();
}
