package net.facteur.server.keys.tlsa;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.keys.Outcome;
import net.facteur.server.keys.tlsa.RollEvent.Transition;

/// The states of all keys of certificates: a pure function of the events so far. Immutable.
///
/// Refused is every event that would leave the host without a certificate, give it two, or put one
/// in service whose record is not known to be visible.
public final class CertificateKeys {
  /// Before the first event.
  public static final CertificateKeys EMPTY = new CertificateKeys(new LinkedHashMap<>());

  private final Map<TlsaRecord, Entry> entries;

  private CertificateKeys(Map<TlsaRecord, Entry> entries) {
    this.entries = entries;
  }

  /// A key and its state.
  ///
  /// @param key its `3 1 1` record
  /// @param certificate its newest certificate in the store; empty where it has none yet
  /// @param certificates all that it ever had
  /// @param history its events, the oldest first
  public record Entry(
      TlsaRecord key,
      Optional<String> certificate,
      List<String> certificates,
      RollState state,
      List<RollEvent> history) {
    public Entry {
      certificates = List.copyOf(certificates);
      history = List.copyOf(history);
    }

    private Entry after(RollState next, RollEvent event) {
      return new Entry(key, certificate, certificates, next, with(history, event));
    }

    private Entry certified(String id, RollEvent event) {
      return new Entry(key, Optional.of(id), with(certificates, id), state, with(history, event));
    }

    private static <T> List<T> with(List<T> list, T one) {
      var longer = new ArrayList<>(list);
      longer.add(one);
      return longer;
    }
  }

  /// All keys, in the order in which they came.
  public Collection<Entry> entries() {
    return List.copyOf(entries.values());
  }

  public Optional<Entry> find(TlsaRecord key) {
    return Optional.ofNullable(entries.get(key));
  }

  /// The key in service.
  public Optional<Entry> active() {
    return entries.values().stream().filter(e -> e.state() instanceof RollState.Active).findFirst();
  }

  /// True where the certificate was seen before.
  public boolean knows(String certificate) {
    return entries.values().stream().anyMatch(e -> e.certificates().contains(certificate));
  }

  /// The states after one more event.
  public Outcome<CertificateKeys> apply(RollEvent event) {
    Optional<Entry> entry = find(event.key());
    return switch (event.transition()) {
      case Transition.Staged(Optional<String> certificate) -> staged(entry, event, certificate);
      case Transition.Active(Optional<TlsaRecord> before) -> activated(entry, event, before);
      case Transition.Certified(String certificate) ->
          entry
              .filter(e -> e.state().coming() || e.state() instanceof RollState.Active)
              .map(e -> with(e.certified(certificate, event)))
              .orElseGet(() -> refused(entry, event));
      case Transition.Publishing _,
          Transition.Seen _,
          Transition.Visible _,
          Transition.Withdrawn _,
          Transition.Gone _ ->
          entry
              .flatMap(e -> next(e.state(), event).map(state -> with(e.after(state, event))))
              .orElseGet(() -> refused(entry, event));
    };
  }

  /// The state that a transition leads to; empty where it leads nowhere from there.
  private static Optional<RollState> next(RollState state, RollEvent event) {
    var at = event.at();
    return switch (event.transition()) {
      case Transition.Publishing() ->
          Optional.<RollState>of(new RollState.Publishing(at, Optional.empty()))
              .filter(_ -> state.coming());
      case Transition.Seen(var until) ->
          state instanceof RollState.Publishing(var since, var before) && before.isEmpty()
              ? Optional.of(new RollState.Publishing(since, Optional.of(until)))
              : Optional.empty();
      case Transition.Visible() -> visible(state, event);
      case Transition.Withdrawn() ->
          Optional.<RollState>of(new RollState.Retiring(at)).filter(_ -> state.coming());
      case Transition.Gone() ->
          Optional.<RollState>of(new RollState.Gone(at))
              .filter(_ -> state instanceof RollState.Retiring);
      case Transition.Staged _, Transition.Active _, Transition.Certified _ -> Optional.empty();
    };
  }

  private static Optional<RollState> visible(RollState state, RollEvent event) {
    boolean ready =
        switch (state) {
          // Where the host has no TLSA records there is nothing to see.
          case RollState.Staged _ -> true;
          case RollState.Publishing(var _, var until) ->
              until.isEmpty() || !event.at().isBefore(until.get());
          case RollState.Visible _, RollState.Active _, RollState.Retiring _, RollState.Gone _ ->
              false;
        };
    return ready ? Optional.of(new RollState.Visible(event.at())) : Optional.empty();
  }

  private Outcome<CertificateKeys> staged(
      Optional<Entry> entry, RollEvent event, Optional<String> certificate) {
    if (entry.isPresent() && !(entry.get().state() instanceof RollState.Gone)) {
      return refused(entry, event);
    }
    List<String> before = entry.map(Entry::certificates).orElse(List.of());
    List<RollEvent> history = entry.map(Entry::history).orElse(List.of());
    var fresh =
        new Entry(
            event.key(),
            Optional.empty(),
            before,
            new RollState.Staged(event.at()),
            Entry.with(history, event));
    return with(
        certificate
            .map(
                id ->
                    new Entry(
                        fresh.key(),
                        Optional.of(id),
                        Entry.with(before, id),
                        fresh.state(),
                        fresh.history()))
            .orElse(fresh));
  }

  private Outcome<CertificateKeys> activated(
      Optional<Entry> entry, RollEvent event, Optional<TlsaRecord> before) {
    Optional<Entry> old = active();
    // What served before the first line of the journal was there is taken over as it is.
    boolean first = old.isEmpty() && entry.filter(e -> e.state().coming()).isPresent();
    boolean visible = entry.filter(e -> e.state() instanceof RollState.Visible).isPresent();
    if (!(first || visible) || entry.get().certificate().isEmpty()) {
      return refused(entry, event);
    }
    if (!old.map(Entry::key).equals(before)) {
      return new Outcome.Refused<>("another key came into service meanwhile");
    }
    var next = new LinkedHashMap<>(entries);
    old.ifPresent(e -> next.put(e.key(), e.after(new RollState.Retiring(event.at()), event)));
    next.put(event.key(), entry.get().after(new RollState.Active(event.at()), event));
    return new Outcome.Applied<>(new CertificateKeys(next));
  }

  private static Outcome<CertificateKeys> refused(Optional<Entry> entry, RollEvent event) {
    return new Outcome.Refused<>(
        entry.isEmpty()
            ? "there is no key " + event.key()
            : "the key " + event.key() + " is " + entry.get().state().word());
  }

  private Outcome<CertificateKeys> with(Entry entry) {
    var next = new LinkedHashMap<>(entries);
    next.put(entry.key(), entry);
    return new Outcome.Applied<>(new CertificateKeys(next));
  }
}
