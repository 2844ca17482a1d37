package net.facteur.server.keys;

import java.io.IOException;
import java.util.List;
import net.facteur.auth.syntax.Parsed;

/// A journal of events, one line of JSON each, synced before anything relies on it. The states are
/// the sum of the events, and nothing else.
///
/// @param <S> the states; immutable
/// @param <E> the events
public abstract class Journal<S, E> {
  /// The name of the file in its directory.
  public static final String FILE_NAME = "journal";

  private final JournalStore store;
  private final S empty;
  private volatile Known<S> known;

  /// What was read before; a journal only grows.
  private record Known<S>(List<String> lines, S state) {}

  /// @param empty the states before the first event
  protected Journal(JournalStore store, S empty) {
    this.store = store;
    this.empty = empty;
    this.known = new Known<>(List.of(), empty);
  }

  /// Reads a line.
  protected abstract Parsed<E> parse(String line);

  /// Writes what [#parse] reads, without a line end.
  protected abstract String print(E event);

  /// The states after one more event, or why it cannot be.
  protected abstract Outcome<S> apply(S state, E event);

  /// Why an event that the past may hold is not added now.
  protected Outcome<S> admit(S state, E event) {
    return apply(state, event);
  }

  /// The states as they are now.
  ///
  /// @throws DamagedJournalException where a line is not one of ours
  public S read() throws IOException {
    List<String> lines = store.lines();
    Known<S> before = known;
    int start = before.lines().size();
    boolean grown = lines.size() >= start && lines.subList(0, start).equals(before.lines());
    S state = grown ? before.state() : empty;
    for (int number = grown ? start + 1 : 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (!line.isBlank()) {
        state = after(state, line, number);
      }
    }
    known = new Known<>(List.copyOf(lines), state);
    return state;
  }

  private S after(S state, String line, int number) throws DamagedJournalException {
    E event =
        switch (parse(line)) {
          case Parsed.Ok<E>(E read) -> read;
          case Parsed.Malformed<E>(int _, String expected) ->
              throw new DamagedJournalException(
                  KeySettingsTexts.SAY.damagedJournal(number, expected));
        };
    return switch (apply(state, event)) {
      case Outcome.Applied<S>(S next) -> next;
      case Outcome.Refused<S>(String why) ->
          throw new DamagedJournalException(KeySettingsTexts.SAY.misfitJournal(number, why));
    };
  }

  /// Adds an event to the states as they are now, which others may have changed.
  ///
  /// @return the states with it, or why it cannot be, in which case nothing is written
  public Outcome<S> append(E event) throws IOException {
    return store.exclusively(
        () -> {
          Outcome<S> outcome = admit(read(), event);
          if (outcome instanceof Outcome.Applied<S>) {
            store.append(print(event));
          }
          return outcome;
        });
  }

  /// The lines, the oldest first.
  public List<String> lines() throws IOException {
    return store.lines();
  }
}
