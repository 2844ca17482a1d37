package net.facteur.server.keys;

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
}
