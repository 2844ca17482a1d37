package net.facteur.server.keys;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyEvent.Transition;

/// The states of all keys: a pure function of the events so far. Immutable.
///
/// Every event that would break the rules of a key's life is refused, above all: a domain that has
/// an active selector never loses it but to another one with at least the same algorithms, and only
/// a visible selector becomes active.
public final class KeyRing {
  /// The ring before the first event.
  public static final KeyRing EMPTY = new KeyRing(new TreeMap<>());

  private final SortedMap<KeyName, Entry> entries;

  private KeyRing(SortedMap<KeyName, Entry> entries) {
    this.entries = entries;
  }

  /// A selector and its state.
  ///
  /// @param types the keys it has
  /// @param spare it waits for an emergency
  /// @param history its events, the oldest first
  /// @param course the state that each of these events led to
  public record Entry(
      KeyName name,
      Set<KeyType> types,
      boolean spare,
      KeyState state,
      List<KeyEvent> history,
      List<KeyState> course) {
    public Entry {
      types = Set.copyOf(types);
      history = List.copyOf(history);
      course = List.copyOf(course);
    }

    /// True while it waits for an emergency.
    public boolean inReserve() {
      return spare && state.coming();
    }

    /// True for a key of the server before.
    boolean imported() {
      return history.getFirst().reason().equals(KeyCommands.IMPORTED);
    }

    /// True where it was asked for after the other one.
    boolean isNewer(Entry other) {
      return history.getFirst().at().isAfter(other.history.getFirst().at());
    }

    /// Where it stands and why, for people.
    public String told() {
      return name.selector() + " is " + state.word() + ": " + history.getLast().reason();
    }

    private Entry after(KeyState next, KeyEvent event) {
      var longer = new ArrayList<>(history);
      longer.add(event);
      var further = new ArrayList<>(course);
      further.add(next);
      return new Entry(name, types, spare, next, longer, further);
    }
  }

  /// All selectors in order.
  public Collection<Entry> entries() {
    return entries.values();
  }

  /// True where a selector has every algorithm that the active one of its domain has, without which
  /// it never takes its place.
  public boolean fits(Entry entry) {
    return active(entry.name().domain())
        .filter(e -> !entry.types().containsAll(e.types()))
        .isEmpty();
  }

  /// The selectors of a domain, in order.
  public List<Entry> of(DomainName domain) {
    return entries.values().stream().filter(e -> e.name().domain().equals(domain)).toList();
  }

  public Optional<Entry> find(KeyName name) {
    return Optional.ofNullable(entries.get(name));
  }

  /// The domains that have a selector in any state.
  public SortedSet<DomainName> domains() {
    var domains = new TreeSet<DomainName>();
    entries.keySet().forEach(name -> domains.add(name.domain()));
    return domains;
  }

  /// The selector that signs.
  public Optional<Entry> active(DomainName domain) {
    return of(domain).stream().filter(e -> e.state() instanceof KeyState.Active).findFirst();
  }

  /// The selector that signs, for each domain that has one.
  public Map<DomainName, String> active() {
    var active = new TreeMap<DomainName, String>();
    for (Entry e : entries.values()) {
      if (e.state() instanceof KeyState.Active) {
        active.put(e.name().domain(), e.name().selector());
      }
    }
    return active;
  }

  /// The ring after one more event.
  public Outcome<KeyRing> apply(KeyEvent event) {
    Optional<Entry> entry = find(event.key());
    return switch (event.transition()) {
      case Transition.Generated(Set<KeyType> types, boolean spare) ->
          generated(entry, event, types, spare);
      case Transition.Active(Optional<String> before, boolean compromised) ->
          activated(entry, event, before, compromised);
      case Transition.Undone() -> undone(entry, event);
      case Transition.Publishing _,
          Transition.Seen _,
          Transition.Visible _,
          Transition.Proven _,
          Transition.Distrusted _,
          Transition.Revoking _,
          Transition.Revoked _,
          Transition.Revealed _ ->
          entry
              .flatMap(e -> next(e.state(), event).map(state -> with(e.after(state, event))))
              .orElseGet(() -> refused(entry, event));
    };
  }

  /// The state that a transition leads to; empty where it leads nowhere from there.
  private static Optional<KeyState> next(KeyState state, KeyEvent event) {
    var at = event.at();
    return switch (event.transition()) {
      case Transition.Publishing() ->
          Optional.<KeyState>of(new KeyState.Publishing(at, Optional.empty()))
              .filter(
                  _ ->
                      state instanceof KeyState.Generated
                          || state instanceof KeyState.Publishing
                          || state instanceof KeyState.Visible);
      case Transition.Seen(var until) ->
          state instanceof KeyState.Publishing(var since, var seen) && seen.isEmpty()
              ? Optional.of(new KeyState.Publishing(since, Optional.of(until)))
              : Optional.empty();
      case Transition.Visible() ->
          state instanceof KeyState.Publishing(var _, var seen)
                  && seen.filter(until -> !at.isBefore(until)).isPresent()
              ? Optional.of(new KeyState.Visible(at))
              : Optional.empty();
      case Transition.Proven() ->
          state instanceof KeyState.Active(var since, var before, var proven, var distrusted)
                  && !proven
              ? Optional.of(new KeyState.Active(since, before, true, distrusted))
              : Optional.empty();
      case Transition.Distrusted() ->
          state instanceof KeyState.Active(var since, var before, var proven, var distrusted)
                  && !distrusted
              ? Optional.of(new KeyState.Active(since, before, proven, true))
              : Optional.empty();
      case Transition.Revoking() ->
          Optional.<KeyState>of(new KeyState.Revoking(at)).filter(_ -> mayBeRevoked(state));
      case Transition.Revoked() ->
          Optional.<KeyState>of(new KeyState.Revoked(at))
              .filter(_ -> state instanceof KeyState.Revoking);
      case Transition.Revealed _ ->
          Optional.<KeyState>of(new KeyState.Revealed(at))
              .filter(_ -> state instanceof KeyState.Revoked);
      case Transition.Generated _, Transition.Active _, Transition.Undone _ -> Optional.empty();
    };
  }

  private static boolean mayBeRevoked(KeyState state) {
    return switch (state) {
      case KeyState.Generated _, KeyState.Publishing _, KeyState.Visible _, KeyState.Retiring _ ->
          true;
      case KeyState.Active _, KeyState.Revoking _, KeyState.Revoked _, KeyState.Revealed _ -> false;
    };
  }

  private static Outcome<KeyRing> refused(Optional<Entry> entry, KeyEvent event) {
    return new Outcome.Refused<>(
        entry.isEmpty()
            ? "there is no selector " + event.key().selector() + " of " + event.key().domain()
            : event.key() + " is " + entry.get().state().word());
  }

  private Outcome<KeyRing> generated(
      Optional<Entry> entry, KeyEvent event, Set<KeyType> types, boolean spare) {
    boolean free =
        entry.isEmpty()
            || entry.get().state() instanceof KeyState.Revoked
            || entry.get().state() instanceof KeyState.Revealed;
    if (!free || types.isEmpty()) {
      return refused(entry, event);
    }
    var made = new KeyState.Generated(event.at());
    return with(new Entry(event.key(), types, spare, made, List.of(event), List.of(made)));
  }

  private Outcome<KeyRing> activated(
      Optional<Entry> entry, KeyEvent event, Optional<String> before, boolean compromised) {
    Optional<Entry> old = active(event.key().domain());
    if (entry.isEmpty() || !(entry.get().state() instanceof KeyState.Visible)) {
      return refused(entry, event);
    }
    if (!old.map(e -> e.name().selector()).equals(before)) {
      return new Outcome.Refused<>(
          "the active selector of "
              + event.key().domain()
              + " is "
              + old.map(e -> e.name().selector()).orElse("none")
              + ", not "
              + before.orElse("none"));
    }
    if (old.isPresent() && !entry.get().types().containsAll(old.get().types())) {
      return new Outcome.Refused<>(
          event.key() + " lacks an algorithm that " + before.get() + " has");
    }
    var next = new TreeMap<>(entries);
    old.ifPresent(
        e -> {
          boolean distrusted =
              compromised
                  || (e.state() instanceof KeyState.Active(var _, var _, var _, var d) && d);
          next.put(
              e.name(),
              e.after(
                  distrusted
                      ? new KeyState.Revoking(event.at())
                      : new KeyState.Retiring(event.at()),
                  event));
        });
    next.put(
        event.key(),
        entry.get().after(new KeyState.Active(event.at(), before, false, false), event));
    return new Outcome.Applied<>(new KeyRing(next));
  }

  private Outcome<KeyRing> undone(Optional<Entry> entry, KeyEvent event) {
    if (entry.isEmpty()
        || !(entry.get().state() instanceof KeyState.Active(var _, var before, var proven, var _))
        || proven) {
      return refused(entry, event);
    }
    var next = new TreeMap<>(entries);
    if (before.isPresent()) {
      Optional<Entry> old = find(new KeyName(event.key().domain(), before.get()));
      boolean retiring = old.filter(e -> e.state() instanceof KeyState.Retiring).isPresent();
      boolean distrusted = old.filter(e -> e.state() instanceof KeyState.Revoking).isPresent();
      if (!retiring && !distrusted) {
        return new Outcome.Refused<>(before.get() + " cannot sign any more");
      }
      var again = new KeyState.Active(event.at(), Optional.empty(), true, distrusted);
      next.put(old.get().name(), old.get().after(again, event));
    }
    var unproven = new KeyState.Publishing(event.at(), Optional.empty());
    next.put(event.key(), entry.get().after(unproven, event));
    return new Outcome.Applied<>(new KeyRing(next));
  }

  private Outcome<KeyRing> with(Entry entry) {
    var next = new TreeMap<>(entries);
    next.put(entry.name(), entry);
    return new Outcome.Applied<>(new KeyRing(next));
  }
}
