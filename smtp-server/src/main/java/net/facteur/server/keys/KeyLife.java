package net.facteur.server.keys;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyEvent.Transition;
import net.facteur.server.keys.KeyRing.Entry;
import net.facteur.server.keys.RecordCheck.Expected;
import net.facteur.server.keys.RecordCheck.Finding;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.signing.KeyFile;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Leads the keys of each domain through their life, one step after the other.
///
/// Every step can be done again: it looks at the DNS and at the files, does what is missing, and
/// writes its event down last. So the process may die anywhere, and two of them may run at once.
public final class KeyLife {
  /// How often the record of the active key is looked at.
  static final Duration LOOK = Duration.ofDays(1);

  /// How often it is tried to make a key public.
  private static final Duration LOOK_AT_WEB = Duration.ofHours(1);

  private static final Logger LOG = LogManager.getLogger(KeyLife.class);
  private static final int MAX_STEPS = 32;
  private static final Duration TOLERATED_SKEW = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofDays(2);

  private final Parts parts;
  private final KeySettings settings;
  private final String by;
  private final KeyRecords records;
  private final KeyPlan ideas;
  private final KeyDisclosure revelation;
  private final Map<KeyName, Instant> lookedAt = new HashMap<>();

  /// What a life is made with.
  ///
  /// @param queuedSince whether a message waits that was taken before a given time
  /// @param notices tells the postmaster
  /// @param exhibit looks at revealed keys as others do
  public record Parts(
      KeyJournal journal,
      KeyStore store,
      Publisher publisher,
      Authorities authorities,
      KeyProbe probe,
      Notices notices,
      Predicate<Instant> queuedSince,
      DisclosureCheck exhibit,
      InstantSource clock) {}

  /// @param by who acts, for the journal
  public KeyLife(Parts parts, KeySettings settings, String by) {
    this.parts = parts;
    this.settings = settings;
    this.by = by;
    this.records = new KeyRecords(parts);
    this.ideas = new KeyPlan(settings, parts.store());
    this.revelation =
        new KeyDisclosure(
            settings.revealed(), settings.revealUrl(), parts.exhibit(), parts.publisher());
  }

  /// Goes as far as is possible now with the keys of a domain.
  ///
  /// @return true where something changed
  /// @throws IOException where the journal or a key cannot be read or written
  public synchronized boolean advance(DomainName domain) throws IOException {
    try {
      return stepByStep(domain);
    } finally {
      parts.publisher().roundEnds();
    }
  }

  private boolean stepByStep(DomainName domain) throws IOException {
    boolean changed = false;
    for (int i = 0; i < MAX_STEPS; i++) {
      KeyRing ring = parts.journal().read();
      if (clockWentBack(ring, domain) || !step(ring, domain)) {
        return changed;
      }
      changed = true;
    }
    return changed;
  }

  private boolean clockWentBack(KeyRing ring, DomainName domain) {
    Instant latest =
        ring.of(domain).stream()
            .flatMap(e -> e.history().stream())
            .map(KeyEvent::at)
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    boolean back = latest.isAfter(now().plus(TOLERATED_SKEW));
    if (back) {
      tell(
          KeysTexts.SAY.clockSubject(),
          KeysTexts.SAY.clock(domain, seconds(latest), seconds(now())));
    }
    return back;
  }

  private Instant now() {
    return parts.clock().instant();
  }

  private boolean step(KeyRing ring, DomainName domain) throws IOException {
    for (Entry entry : ring.of(domain)) {
      if (step(ring, entry)) {
        return true;
      }
    }
    Optional<KeyEvent> begin = ideas.begin(ring, domain, now(), by);
    return begin.isPresent() && prepare(ring, begin.get()) && write(begin.get());
  }

  /// A name that serves again makes place for its new keys first.
  private boolean prepare(KeyRing ring, KeyEvent event) throws IOException {
    if (ring.find(event.key()).isPresent() && event.transition() instanceof Transition.Generated) {
      parts.store().putAside(event.key(), now());
    }
    return !(event.transition() instanceof Transition.Active) || ready(ring, event);
  }

  private boolean ready(KeyRing ring, KeyEvent event) throws IOException {
    Optional<Entry> entry = ring.find(event.key());
    return entry.isPresent() && mayActivate(entry.get());
  }

  private boolean step(KeyRing ring, Entry entry) throws IOException {
    return switch (entry.state()) {
      case KeyState.Generated _ -> publish(entry);
      case KeyState.Publishing(Instant since, Optional<Instant> seen) ->
          seen.isEmpty() ? look(entry, since) : lookAgain(entry, seen.get());
      case KeyState.Visible _ -> activate(ring, entry);
      case KeyState.Active active -> active.proven() ? watch(entry) : prove(entry);
      case KeyState.Retiring(Instant since) -> retire(ring, entry, since);
      case KeyState.Revoking _ -> revoke(ring, entry);
      case KeyState.Revoked(Instant since) -> reveal(entry, since);
      case KeyState.Revealed _ -> false;
    };
  }

  // ---- each state

  private boolean publish(Entry entry) throws IOException {
    parts.store().make(entry.name(), entry.types());
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    if (keys.isEmpty()) {
      return false;
    }
    if (records.look(entry, keys.get(), Expected.KEYS).agreed()) {
      return write(entry, new Transition.Publishing(), "the name servers have the records already");
    }
    Optional<String> how = records.hand(entry, keys.get(), Expected.KEYS);
    return how.isPresent() && write(entry, new Transition.Publishing(), how.get());
  }

  private boolean look(Entry entry, Instant since) throws IOException {
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    if (keys.isEmpty()) {
      return false;
    }
    Finding found = records.look(entry, keys.get(), Expected.KEYS);
    if (found.agreed()) {
      Instant until = now().plus(found.negativeTtl());
      return write(
          entry, new Transition.Seen(until), "every name server of the zone has the records");
    }
    records.hand(entry, keys.get(), Expected.KEYS);
    if (now().isAfter(since.plus(PATIENCE))) {
      tell(
          KeysTexts.SAY.unpublishedSubject(entry.name().domain()),
          Text.paragraphs(
              KeysTexts.SAY.unpublished(seconds(since)),
              Text.of("  " + found.explanation()),
              KeysTexts.SAY.unpublishedMeanwhile(entry.name().domain())));
    }
    return false;
  }

  private boolean lookAgain(Entry entry, Instant due) throws IOException {
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    if (now().isBefore(due) || keys.isEmpty()) {
      return false;
    }
    Finding found = records.look(entry, keys.get(), Expected.KEYS);
    return found.agreed()
        ? write(entry, new Transition.Visible(), "every name server has the records, asked twice")
        : write(
            entry,
            new Transition.Publishing(),
            "not all have them any more: " + found.explanation());
  }

  private boolean activate(KeyRing ring, Entry entry) throws IOException {
    Optional<String> reason = ideas.reasonToActivate(ring, entry);
    if (reason.isEmpty() || !mayActivate(entry)) {
      return false;
    }
    Optional<String> before = ring.active(entry.name().domain()).map(e -> e.name().selector());
    return write(entry, new Transition.Active(before), reason.get());
  }

  /// Looks at the records and tries the key, and writes nothing down.
  boolean verifies(Entry entry) {
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    if (keys.isEmpty()) {
      return false;
    }
    Finding found = records.look(entry, keys.get(), Expected.KEYS);
    return found.agreed()
        && records.probe(entry, keys.get(), found) instanceof KeyProbe.Result.Good;
  }

  /// Looks at the records once more and tries the key, before anything is switched.
  private boolean mayActivate(Entry entry) throws IOException {
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    if (keys.isEmpty()) {
      return false;
    }
    Finding found = records.look(entry, keys.get(), Expected.KEYS);
    if (!found.agreed()) {
      boolean silent = found.surveys().values().stream().anyMatch(s -> s.uncertain());
      if (!silent) {
        write(entry, new Transition.Publishing(), "the records are gone: " + found.explanation());
      }
      return false;
    }
    return records.probe(entry, keys.get(), found) instanceof KeyProbe.Result.Good;
  }

  private boolean prove(Entry entry) throws IOException {
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    KeyProbe.Result result =
        keys.isEmpty()
            ? new KeyProbe.Result.Bad("a key file cannot be read")
            : records.probe(entry, keys.get(), records.look(entry, keys.get(), Expected.KEYS));
    return switch (result) {
      case KeyProbe.Result.Good() ->
          write(
              entry, new Transition.Proven(), "a probe verifies with the records of every server");
      case KeyProbe.Result.Unknown(String why) -> {
        LOG.warn("dkim probe selector={} result=unknown reason=\"{}\"", entry.name(), why);
        yield false;
      }
      case KeyProbe.Result.Bad(String why) -> {
        tell(
            KeysTexts.SAY.undoneSubject(entry.name().domain()),
            KeysTexts.SAY.undone(entry.name().selector(), why, entry.name().domain()));
        yield write(entry, new Transition.Undone(), why);
      }
    };
  }

  /// Looks whether the key of a domain, which came back from a backup, is the one that every name
  /// server of its zone has. The postmaster is told where another one is there, or none.
  ///
  /// @return true where it may sign
  synchronized boolean mayTrust(DomainName domain) throws IOException {
    Optional<Entry> entry = pinned(domain).or(() -> active(domain));
    Optional<Map<KeyType, DkimPrivateKey>> keys = entry.flatMap(records::keys);
    if (entry.isEmpty() || keys.isEmpty()) {
      return false;
    }
    Finding found = records.look(entry.get(), keys.get(), Expected.KEYS);
    if (found.agreed()) {
      boolean good = records.probe(entry.get(), keys.get(), found) instanceof KeyProbe.Result.Good;
      LOG.info("dkim restored selector={} signs={}", entry.get().name(), good);
      return good;
    }
    if (found.answered()) {
      tell(
          KeysTexts.SAY.restoredSubject(domain),
          Text.paragraphs(
              KeysTexts.SAY.restoredOther(entry.get().name().selector(), domain),
              Text.of("  " + found.explanation()),
              KeysTexts.SAY.restoredRemedy(domain)));
    }
    return false;
  }

  private Optional<Entry> active(DomainName domain) {
    try {
      return parts.journal().read().active(domain);
    } catch (IOException e) {
      LOG.error("the journal of the keys cannot be read", e);
      return Optional.empty();
    }
  }

  /// The selector that stands in the settings, as an entry of the ring.
  private Optional<Entry> pinned(DomainName domain) {
    String selector = settings.pinned().get(domain);
    if (selector == null) {
      return Optional.empty();
    }
    var name = new KeyName(domain, selector);
    var types = EnumSet.allOf(KeyType.class);
    types.removeIf(type -> parts.store().read(name, type) instanceof KeyFile.Content.Missing);
    var active = new KeyState.Active(now(), Optional.empty(), true, false);
    return Optional.of(new Entry(name, types, false, active, List.of(), List.of()));
  }

  /// Looks at the records of a selector that stands in the settings, which nobody else does.
  public synchronized void watchPinned(DomainName domain) throws IOException {
    Optional<Entry> entry = pinned(domain);
    if (entry.isPresent()) {
      var _ = watch(entry.get());
    }
  }

  /// Somebody may change the zone by hand.
  private boolean watch(Entry entry) throws IOException {
    Instant last = lookedAt.get(entry.name());
    if (last != null && now().isBefore(last.plus(LOOK))) {
      return false;
    }
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    lookedAt.put(entry.name(), now());
    if (keys.isEmpty()) {
      return false;
    }
    Finding found = records.look(entry, keys.get(), Expected.KEYS);
    boolean silent = found.surveys().values().stream().anyMatch(s -> s.uncertain());
    if (!found.agreed() && !silent) {
      tell(
          KeysTexts.SAY.goneSubject(entry.name().domain()),
          Text.paragraphs(
              KeysTexts.SAY.gone(),
              Text.of("  " + found.explanation()),
              KeysTexts.SAY.gonePutBack(),
              Text.of(KeyRecords.lines(entry.name(), keys.get()).stripTrailing())));
    }
    return false;
  }

  private boolean retire(KeyRing ring, Entry entry, Instant since) throws IOException {
    boolean proven =
        ring.active(entry.name().domain())
            .filter(e -> e.state() instanceof KeyState.Active active && active.proven())
            .isPresent();
    if (!proven
        || now().isBefore(since.plus(settings.life().keep()))
        || parts.queuedSince().test(since)) {
      return false;
    }
    return write(
        entry,
        new Transition.Revoking(),
        "no message of ours that it signed waits any more, and receivers had their time");
  }

  private boolean revoke(KeyRing ring, Entry entry) throws IOException {
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    if (keys.isEmpty() || mayComeBack(ring, entry)) {
      return false;
    }
    Finding found = records.look(entry, keys.get(), Expected.REVOKED);
    if (found.agreed() || found.nowhere()) {
      return write(
          entry,
          new Transition.Revoked(),
          found.agreed()
              ? "every name server says that the key is revoked"
              : "no name server has a record of the key");
    }
    records.hand(entry, keys.get(), Expected.REVOKED);
    return false;
  }

  /// The key that took over may still turn out not to work.
  private static boolean mayComeBack(KeyRing ring, Entry entry) {
    return ring.active(entry.name().domain())
        .filter(
            e ->
                e.state() instanceof KeyState.Active(var _, var before, var proven, var _)
                    && !proven
                    && before.equals(Optional.of(entry.name().selector())))
        .isPresent();
  }

  private boolean reveal(Entry entry, Instant since) throws IOException {
    KeySettings.Reveal how =
        settings.reveal().getOrDefault(entry.name().domain(), KeySettings.Reveal.OFF);
    Duration wait = settings.life().revealAfter().plus(settings.publication().ttl());
    Instant last = lookedAt.get(entry.name());
    if (how == KeySettings.Reveal.OFF
        || now().isBefore(since.plus(wait))
        || (last != null && now().isBefore(last.plus(LOOK_AT_WEB)))) {
      return false;
    }
    lookedAt.put(entry.name(), now());
    return switch (reveal(entry, how, "it was revoked long ago, and the settings ask for it")) {
      case Revealing.Done() -> true;
      case Revealing.Waits(String why, String _) -> {
        tell(KeyDisclosure.notice(entry.name(), why));
        yield false;
      }
    };
  }

  /// How a revelation went.
  sealed interface Revealing {
    /// The world can read the keys, and it is written down.
    record Done() implements Revealing {}

    /// Not yet, or never.
    ///
    /// @param why no full sentence
    record Waits(String why, String remedy) implements Revealing {}
  }

  /// Publishes the private keys of a revoked selector.
  Revealing reveal(Entry entry, KeySettings.Reveal how, String reason) throws IOException {
    try {
      return revealNow(entry, how, reason);
    } finally {
      parts.publisher().roundEnds();
    }
  }

  private Revealing revealNow(Entry entry, KeySettings.Reveal how, String reason)
      throws IOException {
    Optional<Map<KeyType, DkimPrivateKey>> keys = records.keys(entry);
    if (keys.isEmpty()) {
      return new Revealing.Waits(
          "not every private key of " + entry.name().selector() + " can be read any more",
          "See which: facteur dkim list " + entry.name().domain() + " --history");
    }
    return switch (revelation.publish(entry.name(), keys.get(), how)) {
      case KeyDisclosure.Result.Public(String where) ->
          write(entry, new Transition.Revealed(where), reason)
              ? new Revealing.Done()
              : new Revealing.Waits("its state changed meanwhile", "See: facteur dkim list");
      case KeyDisclosure.Result.Hidden(String why) -> {
        LOG.warn("dkim reveal selector={} result=waiting reason=\"{}\"", entry.name(), why);
        yield new Revealing.Waits(why, KeysTexts.SAY.hiddenRemedy().in(Language.ENGLISH));
      }
    };
  }

  /// As people read it.
  private static Instant seconds(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS);
  }

  private void tell(Text subject, Text text) {
    tell(new Notices.Notice(subject, text));
  }

  private void tell(Notices.Notice notice) {
    parts.notices().tell(notice);
  }

  private boolean write(Entry entry, Transition transition, String reason) throws IOException {
    return write(new KeyEvent(now(), entry.name(), transition, reason, by));
  }

  /// Writes an event that may have become impossible meanwhile, by another process.
  boolean write(KeyEvent event) throws IOException {
    return switch (parts.journal().append(event)) {
      case Outcome.Applied<KeyRing> _ -> {
        LOG.info(
            "dkim selector={} state={} reason=\"{}\"",
            event.key(),
            EventText.word(event.transition()),
            event.reason());
        yield true;
      }
      case Outcome.Refused<KeyRing>(String why) -> {
        LOG.info("dkim selector={} refused=\"{}\"", event.key(), why);
        yield false;
      }
    };
  }

  List<Entry> entries(DomainName domain) throws IOException {
    return parts.journal().read().of(domain);
  }
}
