package net.facteur.server.lists.answers;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.accounts.UserName;
import net.facteur.server.lists.Member;

/// Something that waits for an answer, or was answered.
///
/// @param id names it: six characters of base32
/// @param list that it is about
/// @param about what is asked
/// @param answerers who may answer
/// @param asked since when it waits
/// @param until when it is over without an answer
/// @param settled how it ended; empty while it waits
public record Matter(
    String id,
    UserName list,
    About about,
    List<MailAddress> answerers,
    Instant asked,
    Instant until,
    Optional<Settled> settled) {
  public Matter {
    answerers = List.copyOf(answerers);
  }

  /// What is asked.
  public sealed interface About {
    /// Whether somebody wants to be on the list: he answers himself.
    ///
    /// @param name what people call him; may be empty
    record Confirmation(MailAddress who, String name) implements About {}

    /// Whether somebody who has confirmed may be on the list: owners answer.
    record Admission(MailAddress who, String name) implements About {}

    /// Whether a post that is held goes to the members: moderators answer.
    ///
    /// @param post in the queue
    /// @param author as the post names him; empty where it names none
    /// @param proven that he wrote it
    /// @param subject of the post, one line; may be empty
    record Post(QueueId post, Optional<MailAddress> author, boolean proven, String subject)
        implements About {}

    /// Nothing: somebody was told something, and is not told again before its time is over.
    ///
    /// @param what he was told, one word
    record Told(MailAddress who, String what) implements About {}
  }

  /// How something ended.
  ///
  /// @param by an address, a user of this machine, or [#NOBODY]
  /// @param reason what the answerer wrote; may be empty
  public record Settled(Verdict verdict, String by, Instant at, String reason) {
    /// Time ended it.
    public static final String NOBODY = "";
  }

  /// What was answered.
  public enum Verdict {
    YES,
    NO,
    /// Nothing goes out, and nobody is told.
    DISCARD,
    /// Nobody answered in time.
    EXPIRED
  }

  public boolean open() {
    return settled.isEmpty();
  }

  /// True where this address may answer.
  public boolean answerable(MailAddress by) {
    return answerers.stream().anyMatch(each -> Member.key(each).equals(Member.key(by)));
  }

  Matter with(Settled end) {
    return new Matter(id, list, about, answerers, asked, until, Optional.of(end));
  }
}
