package net.facteur.server.keys;

import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.syntax.Parsed;

/// The journal of the DKIM keys.
public final class KeyJournal extends Journal<KeyRing, KeyEvent> {
  public KeyJournal(JournalStore store) {
    super(store, KeyRing.EMPTY);
  }

  @Override
  protected Parsed<KeyEvent> parse(String line) {
    return EventText.parse(line);
  }

  @Override
  protected String print(KeyEvent event) {
    return EventText.print(event);
  }

  @Override
  protected Outcome<KeyRing> apply(KeyRing ring, KeyEvent event) {
    return ring.apply(event);
  }

  /// Of two who want to make a spare at once, a command and the server, one comes too late.
  @Override
  protected Outcome<KeyRing> admit(KeyRing ring, KeyEvent event) {
    if (event.transition()
            instanceof KeyEvent.Transition.Generated(Set<KeyType> types, boolean spare)
        && spare) {
      Optional<KeyRing.Entry> other =
          ring.of(event.key().domain()).stream()
              .filter(e -> e.inReserve() && e.types().containsAll(types))
              .findFirst();
      if (other.isPresent()) {
        return new Outcome.Refused<>(other.get().name() + " is the spare already");
      }
    }
    return ring.apply(event);
  }
}
