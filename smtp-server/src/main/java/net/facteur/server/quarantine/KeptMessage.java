package net.facteur.server.quarantine;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import net.facteur.auth.message.EncodedWords;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.Fact;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Quarantine.Kept;

/// A message in quarantine, without its octets.
///
/// @param id its name in logs, and in the Received field that it got
/// @param inbound from a stranger, rather than from a user
/// @param origin where it came from, as the queue would have it
/// @param header octets of the header section
/// @param size octets in all
/// @param glance what people know it by
public record KeptMessage(
    QueueId id,
    Instant received,
    boolean inbound,
    ReversePath reversePath,
    MessageTraits traits,
    Handling.Quarantine handling,
    String origin,
    List<Fact> facts,
    int header,
    long size,
    Glance glance,
    List<KeptRecipient> recipients) {
  /// Characters of each field that are kept.
  private static final int LONGEST = 500;

  /// What people know a message by, as the stranger wrote it.
  ///
  /// @param from the authors, decoded
  /// @param subject decoded
  /// @param messageId without brackets
  public record Glance(String from, String subject, String messageId) {
    static Glance of(MessageHeader header) {
      String id = first(header, "Message-ID");
      return new Glance(
          EncodedWords.decode(first(header, "From")),
          EncodedWords.decode(first(header, "Subject")),
          id.startsWith("<") && id.endsWith(">") ? id.substring(1, id.length() - 1) : id);
    }

    private static String first(MessageHeader header, String name) {
      String value = header.first(name).map(HeaderField::unfolded).orElse("").strip();
      return value.substring(0, Math.min(value.length(), LONGEST));
    }
  }

  public KeptMessage {
    facts = List.copyOf(facts);
    recipients = List.copyOf(recipients);
  }

  static KeptMessage of(Kept message) {
    return new KeptMessage(
        message.id(),
        message.received(),
        message.inbound(),
        message.reversePath(),
        message.traits(),
        message.handling(),
        message.origin(),
        message.facts(),
        message.header().length,
        message.header().length + message.body().size(),
        Glance.of(MessageHeader.parse(message.header())),
        message.paths().stream().map(path -> new KeptRecipient(path, Fate.Kept.KEPT)).toList());
  }

  /// The same with another fate for some recipients.
  KeptMessage change(Predicate<KeptRecipient> some, Function<KeptRecipient, Fate> fate) {
    return new KeptMessage(
        id,
        received,
        inbound,
        reversePath,
        traits,
        handling,
        origin,
        facts,
        header,
        size,
        glance,
        recipients.stream().map(one -> some.test(one) ? one.with(fate.apply(one)) : one).toList());
  }

  /// True where only the postmaster may release it.
  public boolean harmful() {
    return handling.cause() == Handling.Cause.VIRUS;
  }

  /// True where the octets are needed no longer.
  boolean settled() {
    return recipients.stream().allMatch(one -> one.fate().settled());
  }

  /// True where it may still be released for somebody.
  public boolean open() {
    return recipients.stream().anyMatch(one -> one.fate().open());
  }
}
