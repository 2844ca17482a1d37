package net.facteur.queue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.DeliveryOutcome.RemoteHost;

/// What an operator can see of the queue. Safe for many threads at once. Every method blocks while
/// it reads, and throws a [QueueUnavailableException] where that fails.
///
/// Addresses are texts as they stand in the queue, since damaged ones must be seen too.
public interface QueueInspector {
  /// Queued messages, in the order of their ids, which is that of their age.
  ///
  /// @param limit the most messages wanted
  List<Listed> list(QueueFilter filter, int limit);

  /// The page behind `after`, which need not be queued any more.
  List<Listed> list(QueueFilter filter, QueueId after, int limit);

  /// What waits, by destination and age. Looks at every open recipient.
  ///
  /// @param limit the most destinations wanted, the fullest first; the totals count all
  Summary summary(int limit);

  /// All that is known of a message, also of one that has left while its history is kept.
  Optional<Shown> show(QueueId id);

  /// Messages that somebody may mean by `text`, queued ones and those whose history is kept, the
  /// newest first: its Message-ID, its reverse-path or the address of a recipient, without brackets
  /// and without regard to the case of ASCII letters. Looks at every message.
  ///
  /// @param limit the most messages wanted
  List<QueueId> find(String text, int limit);

  /// Mail that was refused for an address or from it, the newest first.
  ///
  /// @param address without brackets, without regard to the case of ASCII letters
  /// @param limit the most refusals wanted
  List<Refusal> refusals(String address, int limit);

  /// Recipients that were given up while the sender was told of nothing, for a [Fact#REPORTS]: of
  /// messages whose last recipient left within a span, the oldest first. Finds only what the
  /// history has not forgotten. Looks at every message that left within the span.
  ///
  /// @param from inclusive
  /// @param before exclusive
  /// @param limit the most recipients wanted
  List<Unreported> unreported(Instant from, Instant before, int limit);

  /// Messages that were kept back from the beginning ([Fact#HELD]) and of which recipients are
  /// still held, in the order of their ids.
  ///
  /// @param account only those that this account answers for, or a part of it: with `alice`, also
  ///   `alice/phone`
  /// @param after the page behind it, which need not be queued any more; empty for the first page
  /// @param limit the most messages wanted
  List<Sent> held(Optional<String> account, Optional<QueueId> after, int limit);

  /// Messages that an account or a part of it answers for, queued ones and those whose history is
  /// kept, the newest first. Looks at every message.
  ///
  /// @param since accepted at this moment or later
  /// @param limit the most messages wanted
  List<Sent> sent(String account, Instant since, int limit);

  /// The mail of one person, queued or in the history, the newest first: what an account or a part
  /// of it answers for, and what is for the address of the same name. It looks at no more than the
  /// newest of all messages, so that it takes as long with a million as with `looked`.
  ///
  /// @param account without regard to the case of ASCII letters where it is an address
  /// @param since accepted at this moment or later
  /// @param looked the most messages looked at
  /// @param limit the most messages wanted of what was sent, and of what came
  Own own(String account, Instant since, int looked, int limit);

  /// Who answers for a message; empty where no account does, or nothing is known of it.
  Optional<String> account(QueueId id);

  /// The octets of a queued message.
  ///
  /// @return empty where no such message is queued
  /// @throws IOException where they cannot be read, or are not what was written
  Optional<MessageContent> content(QueueId id) throws IOException;

  /// A queued message in a list.
  ///
  /// @param origin where it came from, in a few words
  /// @param reversePath of its first open recipient
  /// @param address of its first open recipient
  /// @param counts its open recipients
  /// @param nextAttempt when the earliest of them is due; empty where none is queued
  /// @param attempts the most that were made for one of them
  /// @param last status and reply of the last attempt for the first of them
  /// @param withheld the sender is told of nothing, for a [Fact#REPORTS]
  record Listed(
      QueueId id,
      Instant received,
      long size,
      String origin,
      String reversePath,
      String address,
      Counts counts,
      Optional<Instant> nextAttempt,
      int attempts,
      Optional<String> last,
      boolean withheld) {}

  /// A message of an account.
  ///
  /// @param recipients how many it has
  /// @param held of them, those that are held now
  /// @param reason why it was kept back; empty where it was not
  record Sent(
      QueueId id,
      Instant received,
      String account,
      String origin,
      int recipients,
      int held,
      Optional<String> reason) {}

  /// The mail of one person.
  ///
  /// @param until older mail was not looked at, since there is too much of it; empty where all was
  record Own(List<OwnMessage> sent, List<OwnMessage> came, Optional<Instant> until) {
    public Own {
      sent = List.copyOf(sent);
      came = List.copyOf(came);
    }
  }

  /// A message of one person.
  ///
  /// @param reason why it was kept back; empty where it was not
  record OwnMessage(
      QueueId id, Instant received, Optional<String> reason, List<ShownRecipient> recipients) {
    public OwnMessage {
      recipients = List.copyOf(recipients);
    }
  }

  /// A recipient that was given up, of which the sender was not told.
  ///
  /// @param last status and reply of the last attempt
  record Unreported(QueueId id, String reversePath, String address, Optional<String> last) {}

  /// Open recipients by state.
  record Counts(int queued, int held, int damaged) {
    public int all() {
      return queued + held + damaged;
    }
  }

  /// What waits.
  ///
  /// @param at when it was counted
  /// @param destinations how many have something, listed or not
  /// @param total over all of them
  /// @param oldest when the oldest of it was accepted; empty where nothing waits
  /// @param byAge recipients up to each age of [#AGES], then the older ones
  /// @param fullest those with the most recipients
  record Summary(
      Instant at,
      int destinations,
      Counts total,
      Optional<Instant> oldest,
      List<Integer> byAge,
      List<Waiting> fullest) {
    /// Upper ends of the ages that are counted apart; what is older than the last comes last.
    public static final List<Duration> AGES =
        List.of(
            Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(4), Duration.ofDays(1));

    public Summary {
      byAge = List.copyOf(byAge);
      fullest = List.copyOf(fullest);
    }
  }

  /// What waits for a destination.
  ///
  /// @param oldest when the oldest of it was accepted
  /// @param nextAttempt when the earliest is due; empty where none is queued
  /// @param byAge recipients up to each age of [Summary#AGES], then the older ones
  record Waiting(
      Destination destination,
      Counts counts,
      Instant oldest,
      Optional<Instant> nextAttempt,
      List<Integer> byAge) {
    public Waiting {
      byAge = List.copyOf(byAge);
    }
  }

  /// A message with its life.
  ///
  /// @param finished when its last recipient left; empty while it is queued
  /// @param body the BODY parameter of MAIL
  /// @param envelopeId ENVID of MAIL, in xtext
  /// @param messageId the Message-ID, without brackets
  /// @param facts what happened before it was queued
  /// @param journal what operators did to it
  /// @param reports the messages that report about it
  record Shown(
      QueueId id,
      Instant received,
      Optional<Instant> finished,
      long size,
      String origin,
      String body,
      boolean smtpUtf8,
      boolean requireTls,
      String priority,
      Optional<String> envelopeId,
      Optional<String> messageId,
      List<Fact> facts,
      List<JournalEntry> journal,
      List<QueueId> reports,
      List<ShownRecipient> recipients) {
    public Shown {
      facts = List.copyOf(facts);
      journal = List.copyOf(journal);
      reports = List.copyOf(reports);
      recipients = List.copyOf(recipients);
    }
  }

  /// What an operator did to a message.
  ///
  /// @param what one word, such as `hold`
  record JournalEntry(Instant at, String what, String detail) {}

  /// A recipient with its attempts.
  ///
  /// @param nextAttempt when it is due; of meaning while it is queued
  /// @param attempts how often it was tried, or put off with its destination
  /// @param delayReported the sender was told of the delay
  /// @param last status and reply of the last attempt
  /// @param history its recorded attempts, the oldest first
  record ShownRecipient(
      int number,
      String reversePath,
      String address,
      Destination destination,
      RecipientState state,
      Instant nextAttempt,
      int attempts,
      boolean delayReported,
      Optional<String> last,
      List<Attempt> history) {
    public ShownRecipient {
      history = List.copyOf(history);
    }
  }

  /// One attempt for one recipient.
  ///
  /// @param number from 1; numbers are missing where the destination as a whole was put off
  /// @param outcome `delivered`, `deferred` or `failed`
  /// @param status the enhanced status code
  /// @param remote the host that replied
  record Attempt(
      int number,
      Instant at,
      Duration took,
      String outcome,
      String status,
      String reply,
      Optional<RemoteHost> remote) {}
}
