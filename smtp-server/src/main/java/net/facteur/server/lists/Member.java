package net.facteur.server.lists;

import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.server.addresses.AddressEntry;

/// Somebody who gets the posts of a list.
///
/// @param address as it was written; compared by [#key]
/// @param name what people call him, one line; empty where nobody said
/// @param state whether posts go to him now
public record Member(MailAddress address, String name, State state) {
  public static final int MOST_NAME = 100;

  public Member {
    name = line(name, MOST_NAME);
  }

  /// Whether posts go to a member.
  public sealed interface State {
    /// They do.
    record Active() implements State {}

    /// They do not for now; he stays a member, and may post.
    ///
    /// @param since whole seconds
    record Paused(Why why, Instant since) implements State {
      public Paused {
        since = since.truncatedTo(ChronoUnit.SECONDS);
      }
    }
  }

  /// Why posts do not go to a member.
  public enum Why {
    /// Too many came back.
    BOUNCES("bounces"),
    /// He wants it so.
    MEMBER("member"),
    /// An owner wants it so.
    OWNER("owner");

    private final String word;

    Why(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    static Optional<Why> of(String word) {
      return Stream.of(values()).filter(why -> why.word.equals(word)).findFirst();
    }
  }

  /// One to whom posts go.
  public static Member active(MailAddress address, String name) {
    return new Member(address, name, new State.Active());
  }

  public boolean isActive() {
    return state instanceof State.Active;
  }

  public Member withState(State other) {
    return new Member(address, name, other);
  }

  public Member withName(String other) {
    return new Member(address, other, state);
  }

  public String key() {
    return key(address);
  }

  /// How addresses of people are compared: without case, the domain in A-labels. The local part is
  /// its host's affair (RFC 5321, section 2.4), but nobody is two people by the case of a letter.
  public static String key(MailAddress address) {
    return Ascii.lower(address.localPart())
        + "@"
        + (DomainName.parse(address.domain()) instanceof Parsed.Ok<DomainName>(DomainName domain)
            ? domain.text()
            : Ascii.lower(address.domain()));
  }

  /// Reads an address that mail can be sent to.
  public static Optional<MailAddress> address(String typed) {
    String text = Normalizer.normalize(typed.strip(), Normalizer.Form.NFC);
    int at = text.lastIndexOf('@');
    return AddressEntry.isTarget(text)
            && text.codePoints().noneMatch(c -> Character.isWhitespace(c) || c == '\\')
        ? Optional.of(new MailAddress(text.substring(0, at), text.substring(at + 1)))
        : Optional.empty();
  }

  /// A text as one line without control characters.
  static String line(String text, int most) {
    var out = new StringBuilder();
    text.strip()
        .codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .limit(most)
        .forEach(out::appendCodePoint);
    return out.toString().strip();
  }

  /// The line of the file, behind the word that begins it.
  String words() {
    String rest = name.isEmpty() ? "" : " " + name;
    String at = address.localPart() + "@" + address.domain();
    return switch (state) {
      case State.Active() -> at + " active" + rest;
      case State.Paused(Why why, Instant since) -> at + " paused " + why.word + " " + since + rest;
    };
  }

  /// Reads what [#words] writes.
  static Optional<Member> parse(String words) {
    String[] parts = words.split(" ", 3);
    Optional<MailAddress> address = address(parts[0]);
    if (address.isEmpty() || parts.length < 2) {
      return Optional.empty();
    }
    String rest = parts.length > 2 ? parts[2] : "";
    return switch (parts[1]) {
      case "active" -> Optional.of(active(address.get(), rest));
      case "paused" -> paused(address.get(), rest);
      default -> Optional.empty();
    };
  }

  private static Optional<Member> paused(MailAddress address, String words) {
    String[] parts = words.split(" ", 3);
    if (parts.length < 2) {
      return Optional.empty();
    }
    try {
      Instant since = Instant.parse(parts[1]);
      return Why.of(parts[0])
          .map(
              why ->
                  new Member(
                      address, parts.length > 2 ? parts[2] : "", new State.Paused(why, since)));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
