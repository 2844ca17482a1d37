package net.facteur.server.keys;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyEvent.Transition;
import net.facteur.server.keys.KeyRing.Entry;

/// Decides what should be begun. Asks nobody and changes nothing.
final class KeyPlan {
  private final KeySettings settings;
  private final KeyStore store;

  KeyPlan(KeySettings settings, KeyStore store) {
    this.settings = settings;
    this.store = store;
  }

  /// What should begin for a domain without being asked: a rotation that is due, a key for one that
  /// is compromised, or a spare.
  Optional<KeyEvent> begin(KeyRing ring, DomainName domain, Instant now, String by) {
    Optional<Entry> active = ring.active(domain);
    if (active.isEmpty()
        || settings.pinned().containsKey(domain)
        || !(active.get().state()
            instanceof KeyState.Active(Instant since, var _, boolean proven, boolean distrusted))
        || !proven
        || pending(ring, domain).isPresent()) {
      return Optional.empty();
    }
    if (distrusted) {
      return spare(ring, domain).isPresent()
          ? Optional.empty()
          : Optional.of(generate(ring, domain, false, now, "the active key is compromised", by));
    }
    Duration every = settings.life().rotateEvery();
    if (every.isPositive() && !now.isBefore(since.plus(every))) {
      return Optional.of(
          rotation(ring, domain, now, "the active key is " + every.toDays() + " days old", by));
    }
    return settings.spare()
            && ring.of(domain).stream().noneMatch(e -> e.inReserve() && ring.fits(e))
        ? Optional.of(generate(ring, domain, true, now, "a key in reserve", by))
        : Optional.empty();
  }

  /// The first event of a rotation: the spare takes over where there is one.
  KeyEvent rotation(KeyRing ring, DomainName domain, Instant now, String reason, String by) {
    Optional<Entry> spare = spare(ring, domain);
    return spare.isPresent()
        ? new KeyEvent(
            now,
            spare.get().name(),
            new Transition.Active(ring.active(domain).map(e -> e.name().selector())),
            reason,
            by)
        : generate(ring, domain, false, now, reason, by);
  }

  KeyEvent generate(
      KeyRing ring, DomainName domain, boolean spare, Instant now, String reason, String by) {
    var types = EnumSet.noneOf(KeyType.class);
    types.addAll(settings.types());
    ring.active(domain).ifPresent(e -> types.addAll(e.types()));
    String selector =
        settings.publication().method() == KeySettings.Method.DELEGATED
            ? slot(ring, domain)
            : settings.template().next(now, domain, s -> taken(ring, domain, s));
    return new KeyEvent(
        now, new KeyName(domain, selector), new Transition.Generated(types, spare), reason, by);
  }

  private boolean taken(KeyRing ring, DomainName domain, String selector) {
    return ring.find(new KeyName(domain, selector)).isPresent() || store.taken(domain, selector);
  }

  /// The first name that is free, or was the longest without use.
  private String slot(KeyRing ring, DomainName domain) {
    return KeySettings.SLOTS.stream()
        .filter(s -> free(ring.find(new KeyName(domain, s))))
        .min(
            java.util.Comparator.comparing(
                s ->
                    ring.find(new KeyName(domain, s))
                        .map(e -> e.state().since())
                        .orElse(Instant.MIN)))
        .orElse(KeySettings.SLOTS.getFirst());
  }

  private static boolean free(Optional<Entry> entry) {
    return entry.isEmpty()
        || entry.get().state() instanceof KeyState.Revoked
        || entry.get().state() instanceof KeyState.Revealed;
  }

  /// Why a visible selector should sign now; empty where it should not.
  Optional<String> reasonToActivate(KeyRing ring, Entry entry) {
    DomainName domain = entry.name().domain();
    String pinned = settings.pinned().get(domain);
    if ((pinned != null && !pinned.equals(entry.name().selector())) || !ring.fits(entry)) {
      return Optional.empty();
    }
    if (entry.imported() && ring.active(domain).filter(e -> e.isNewer(entry)).isPresent()) {
      return Optional.empty();
    }
    boolean distrusted =
        ring.active(domain)
            .filter(e -> e.state() instanceof KeyState.Active active && active.distrusted())
            .isPresent();
    if (distrusted) {
      return Optional.of("the key before is compromised");
    }
    return entry.spare() ? Optional.empty() : Optional.of("its records are visible everywhere");
  }

  /// A key on its way to be the next one. One that lacks an algorithm never is, and holds up none.
  static Optional<Entry> pending(KeyRing ring, DomainName domain) {
    return ring.of(domain).stream()
        .filter(e -> !e.spare() && e.state().coming() && ring.fits(e))
        .findFirst();
  }

  /// The key in reserve, ready to sign.
  static Optional<Entry> spare(KeyRing ring, DomainName domain) {
    return ring.of(domain).stream()
        .filter(e -> e.spare() && e.state() instanceof KeyState.Visible && ring.fits(e))
        .findFirst();
  }
}
