package net.facteur.server.keys;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.journal.Deed;
import net.facteur.server.keys.KeyCommands.Decision;

/// What a person asks for with a DKIM key, to be decided by whoever looks after the keys.
///
/// @param selector a selector or the name of one of its keys; empty for [Verb#ROTATE]
/// @param by who asks, for the journal
public record KeyWish(Verb verb, DomainName domain, String selector, String by) {
  /// What is to be done.
  public enum Verb {
    ROTATE,
    ADOPT,
    ACTIVATE,
    RETIRE,
    REVOKE,
    REVEAL,
    COMPROMISE;

    /// As it is typed.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Verb> of(String word) {
      for (Verb verb : values()) {
        if (verb.word().equals(word)) {
          return Optional.of(verb);
        }
      }
      return Optional.empty();
    }
  }

  /// What the journal of the house calls it.
  public Deed.Kind deed() {
    return switch (verb) {
      case ROTATE -> Deed.Kind.KEY_ROTATED;
      case ADOPT -> Deed.Kind.KEY_ADOPTED;
      case ACTIVATE -> Deed.Kind.KEY_ACTIVATED;
      case RETIRE -> Deed.Kind.KEY_RETIRED;
      case REVOKE -> Deed.Kind.KEY_REVOKED;
      case REVEAL -> Deed.Kind.KEY_REVEALED;
      case COMPROMISE -> Deed.Kind.KEY_COMPROMISED;
    };
  }

  /// What it is done to, for that journal.
  public String on() {
    return selector.isEmpty() ? domain.text() : selector + "._domainkey." + domain;
  }

  /// What would become of it.
  public Decision decide(KeyCommands commands) throws IOException {
    KeyName key = commands.named(domain, selector);
    return switch (verb) {
      case ROTATE -> commands.rotate(domain);
      case ADOPT -> commands.adopt(key);
      case ACTIVATE -> commands.activate(key);
      case RETIRE -> commands.retire(key);
      case REVOKE -> commands.revoke(key);
      case REVEAL -> commands.reveal(key);
      case COMPROMISE -> commands.compromise(key);
    };
  }

  /// Does it, and what follows from it at once.
  public Decision fulfil(KeyCommands commands) throws IOException {
    Decision decided = decide(commands);
    Decision done =
        switch (decided) {
          case Decision.Refuse refuse -> refuse;
          case Decision.Do wanted ->
              verb == Verb.REVEAL ? commands.revealNow(wanted) : commands.carryOut(wanted);
        };
    if (done instanceof Decision.Do) {
      commands.advance(domain);
    }
    return done;
  }
}
