package net.facteur.server.keys;

import java.io.IOException;
import java.util.List;
import net.facteur.auth.syntax.Parsed;

/// The journal of all key states: one line of JSON for each change, synced before anything relies
/// on it.
public final class KeyJournal {
  /// The name of the file in the directory of the keys.
  public static final String FILE_NAME = "journal";

  private final JournalStore store;
  private volatile Known known = new Known(List.of(), KeyRing.EMPTY);

  /// What was read before; a journal only grows.
  private record Known(List<String> lines, KeyRing ring) {}

  public KeyJournal(JournalStore store) {
    this.store = store;
  }

  /// The states as they are now.
  ///
  /// @throws DamagedJournalException where a line is not one of ours
  public KeyRing read() throws IOException {
    List<String> lines = store.lines();
    Known before = known;
    int start = before.lines().size();
    boolean grown = lines.size() >= start && lines.subList(0, start).equals(before.lines());
    KeyRing ring = grown ? before.ring() : KeyRing.EMPTY;
    for (int number = grown ? start + 1 : 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (line.isBlank()) {
        continue;
      }
      KeyEvent event =
          switch (EventText.parse(line)) {
            case Parsed.Ok<KeyEvent>(KeyEvent read) -> read;
            case Parsed.Malformed<KeyEvent>(int _, String expected) ->
                throw new DamagedJournalException(number, "is damaged: expected " + expected);
          };
      ring =
          switch (ring.apply(event)) {
            case KeyRing.Outcome.Applied(KeyRing next) -> next;
            case KeyRing.Outcome.Refused(String why) ->
                throw new DamagedJournalException(number, "cannot follow: " + why);
          };
    }
    known = new Known(List.copyOf(lines), ring);
    return ring;
  }

  /// Adds an event to the states as they are now, which others may have changed.
  ///
  /// @return the ring with it, or why it cannot be, in which case nothing is written
  public KeyRing.Outcome append(KeyEvent event) throws IOException {
    return store.exclusively(
        () -> {
          KeyRing.Outcome outcome = read().apply(event);
          if (outcome instanceof KeyRing.Outcome.Applied) {
            store.append(EventText.print(event));
          }
          return outcome;
        });
  }

  /// The last events of all keys, the oldest first.
  public List<String> lines() throws IOException {
    return store.lines();
  }
}
