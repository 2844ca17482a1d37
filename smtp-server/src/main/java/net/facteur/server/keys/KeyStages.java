package net.facteur.server.keys;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The life of a key in stages: what was, by its journal, and what will be, by the settings as they
/// are now. A pure function of both.
public final class KeyStages {
  private final KeySettings settings;

  public KeyStages(KeySettings settings) {
    this.settings = settings;
  }

  /// A part of a life.
  ///
  /// @param state what the key is in it, since when
  /// @param until when it ended or will end; empty where nobody knows
  /// @param planned it has not begun
  public record Stage(KeyState state, Optional<Instant> until, boolean planned) {
    public Instant from() {
      return state.since();
    }
  }

  /// The stages of a key, the first first: those that ended, the one of `now`, and those that are
  /// to follow. Where a date of the plan is over, that stage is due now.
  public List<Stage> of(KeyRing.Entry entry, Instant now) {
    var stages = new ArrayList<Stage>();
    for (KeyState state : entry.course()) {
      if (!stages.isEmpty()) {
        Stage before = stages.removeLast();
        if (before.state().word().equals(state.word())) {
          // still the same, such as seen once, or proven
          stages.add(new Stage(goesOn(before.state(), state), Optional.empty(), false));
          continue;
        }
        stages.add(new Stage(before.state(), Optional.of(state.since()), false));
      }
      stages.add(new Stage(state, Optional.empty(), false));
    }
    Optional<Stage> next = stages.isEmpty() ? Optional.empty() : next(entry, stages.getLast(), now);
    while (next.isPresent()) {
      Stage before = stages.removeLast();
      stages.add(new Stage(before.state(), Optional.of(next.get().from()), before.planned()));
      stages.add(next.get());
      next = next(entry, next.get(), now);
    }
    return List.copyOf(stages);
  }

  /// What a state is by now, with the time at which it began.
  private static KeyState goesOn(KeyState before, KeyState now) {
    return switch (now) {
      case KeyState.Generated _ -> new KeyState.Generated(before.since());
      case KeyState.Publishing(var _, var seen) -> new KeyState.Publishing(before.since(), seen);
      case KeyState.Visible _ -> new KeyState.Visible(before.since());
      case KeyState.Active(var _, var from, var proven, var distrusted) ->
          new KeyState.Active(before.since(), from, proven, distrusted);
      case KeyState.Retiring _ -> new KeyState.Retiring(before.since());
      case KeyState.Revoking _ -> new KeyState.Revoking(before.since());
      case KeyState.Revoked _ -> new KeyState.Revoked(before.since());
      case KeyState.Revealed _ -> new KeyState.Revealed(before.since());
    };
  }

  /// What follows a stage, where time alone decides it.
  private Optional<Stage> next(KeyRing.Entry entry, Stage last, Instant now) {
    Instant since = last.from();
    return switch (last.state()) {
      case KeyState.Active active ->
          rotation(entry.name(), active).map(at -> planned(new KeyState.Retiring(latest(at, now))));
      case KeyState.Retiring _ ->
          Optional.of(
              planned(new KeyState.Revoked(latest(since.plus(settings.life().keep()), now))));
      case KeyState.Revoked _ ->
          settings.reveal().getOrDefault(entry.name().domain(), KeySettings.Reveal.OFF)
                  == KeySettings.Reveal.OFF
              ? Optional.empty()
              : Optional.of(
                  planned(
                      new KeyState.Revealed(
                          latest(
                              since
                                  .plus(settings.life().revealAfter())
                                  .plus(settings.publication().ttl()),
                              now))));
      case KeyState.Publishing(var _, Optional<Instant> seen) ->
          seen.map(until -> planned(new KeyState.Visible(latest(until, now))));
      case KeyState.Generated _, KeyState.Visible _, KeyState.Revoking _, KeyState.Revealed _ ->
          Optional.empty();
    };
  }

  /// When the key that signs is to be replaced; empty where nothing but a person decides it.
  public Optional<Instant> rotation(KeyName name, KeyState.Active active) {
    Duration every = settings.life().rotateEvery();
    return every.isPositive() && !settings.pinned().containsKey(name.domain())
        ? Optional.of(active.since().plus(every))
        : Optional.empty();
  }

  private static Stage planned(KeyState state) {
    return new Stage(state, Optional.empty(), true);
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
