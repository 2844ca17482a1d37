package net.facteur.server.keys;

import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyEvent.Transition;
import net.facteur.server.keys.KeyRing.Entry;
import net.facteur.server.language.Text;
import net.facteur.server.signing.KeyFile;

/// What people may ask for. Each wish is decided first, and carried out only then, so that a dry
/// run can stop in between.
public final class KeyCommands {
  /// Why there is a key that was made elsewhere.
  public static final String IMPORTED = "imported";

  private static final KeyCommandsTexts SAY = KeyCommandsTexts.SAY;
  private static final Text NOTHING = Text.of("");

  private final KeyLife.Parts parts;
  private final KeySettings settings;
  private final String by;
  private final KeyLife life;
  private final KeyPlan ideas;

  /// @param by who asks, for the journal
  public KeyCommands(KeyLife.Parts parts, KeySettings settings, String by) {
    this.parts = parts;
    this.settings = settings;
    this.by = by;
    this.life = new KeyLife(parts, settings, by);
    this.ideas = new KeyPlan(settings, parts.store());
  }

  /// What becomes of a wish.
  public sealed interface Decision {
    /// It can be done.
    ///
    /// @param event what is written down
    /// @param says what that means, for people
    record Do(KeyEvent event, Text says) implements Decision {}

    /// It cannot.
    record Refuse(Text problem, Text remedy) implements Decision {}
  }

  /// Writes a decision down.
  ///
  /// @return the same, or a refusal where the keys changed meanwhile
  public Decision carryOut(Decision decision) throws IOException {
    return switch (decision) {
      case Decision.Refuse refuse -> refuse;
      case Decision.Do(KeyEvent event, Text says) -> {
        boolean again =
            event.transition() instanceof Transition.Generated
                && parts.journal().read().find(event.key()).isPresent();
        if (again) {
          parts.store().putAside(event.key(), now());
        }
        yield switch (parts.journal().append(event)) {
          case Outcome.Applied<KeyRing> _ -> new Decision.Do(event, says);
          case Outcome.Refused<KeyRing>(String why) ->
              new Decision.Refuse(SAY.wishImpossible(why), SAY.wishSeeList());
        };
      }
    };
  }

  /// The keys that a word of a person means: a selector, or the name of one of its keys.
  public KeyName named(DomainName domain, String word) throws IOException {
    return parts.journal().read().of(domain).stream()
        .map(Entry::name)
        .filter(name -> name.answersTo(word))
        .findFirst()
        .orElseGet(() -> new KeyName(domain, word));
  }

  /// True where nobody has used the selector yet.
  public boolean unknown(DomainName domain, String word) throws IOException {
    return parts.journal().read().find(named(domain, word)).isEmpty();
  }

  /// Goes as far as is possible at once.
  public void advance(DomainName domain) throws IOException {
    life.advance(domain);
  }

  /// A new key for a domain, its first one or the next.
  public Decision rotate(DomainName domain) throws IOException {
    Optional<Decision> no = pinned(domain);
    if (no.isPresent()) {
      return no.get();
    }
    KeyRing ring = parts.journal().read();
    // One that was imported may wait for a record for ever.
    Optional<Entry> pending = KeyPlan.pending(ring, domain).filter(e -> !e.imported());
    if (pending.isPresent()) {
      return new Decision.Refuse(
          SAY.wishOnItsWay(pending.get().name().selector(), pending.get().state().word()),
          SAY.wishGiveUp(domain, pending.get().name().selector()));
    }
    Optional<Entry> active = ring.active(domain);
    if (active.isPresent()
        && active.get().state() instanceof KeyState.Active state
        && !state.proven()) {
      return new Decision.Refuse(
          SAY.wishTriedOut(active.get().name().selector()), SAY.wishAskAgain());
    }
    KeyEvent event =
        ideas.rotation(ring, domain, now(), active.isPresent() ? "asked for" : "the first key", by);
    if (event.transition() instanceof Transition.Active) {
      return activate(event.key());
    }
    return new Decision.Do(
        event,
        active
            .map(e -> SAY.wishMadeUntil(event.key().selector(), e.name().selector()))
            .orElseGet(() -> SAY.wishMade(event.key().selector())));
  }

  /// Keys that were made elsewhere and lie in the directory of the keys.
  public Decision adopt(KeyName name) throws IOException {
    KeyRing ring = parts.journal().read();
    if (ring.find(name).isPresent()) {
      return new Decision.Refuse(SAY.wishKnown(name.selector()), SAY.wishSeeList());
    }
    var types = EnumSet.noneOf(KeyType.class);
    for (KeyType type : KeyType.values()) {
      if (parts.store().read(name, type) instanceof KeyFile.Content.Usable) {
        types.add(type);
      }
    }
    if (types.isEmpty()) {
      return new Decision.Refuse(
          SAY.wishNoFile(name), SAY.wishImport(name.domain(), name.selector()));
    }
    Optional<Entry> active = ring.active(name.domain());
    if (active.filter(e -> !types.containsAll(e.types())).isPresent()) {
      return lacking(name, types, active.get());
    }
    return new Decision.Do(
        new KeyEvent(now(), name, new Transition.Generated(Set.copyOf(types), false), IMPORTED, by),
        SAY.wishAdopted(name.selector()));
  }

  /// Receivers may count on each kind of signature, so that none is ever given up by the way.
  private static Decision lacking(KeyName name, Set<KeyType> types, Entry active) {
    Set<KeyType> missing = EnumSet.copyOf(active.types());
    missing.removeAll(types);
    return new Decision.Refuse(
        SAY.wishLacks(name.selector(), words(missing), active.name().selector(), name.domain()),
        Text.lines(
            List.of(
                SAY.wishImportOther(name.domain(), name.selector()),
                SAY.wishMakeNext(name.domain()))));
  }

  private static Text words(Set<KeyType> types) {
    List<String> words = types.stream().map(KeyType::word).sorted().toList();
    return words.size() == 2
        ? SAY.wishBothTypes(words.getFirst(), words.getLast())
        : Text.of(words.getFirst());
  }

  /// Lets a visible selector sign at once, such as the spare.
  public Decision activate(KeyName name) throws IOException {
    String pin = settings.pinned().get(name.domain());
    if (pin != null && !pin.equals(name.selector())) {
      return pinned(name.domain()).orElseThrow();
    }
    KeyRing ring = parts.journal().read();
    Optional<Entry> entry = ring.find(name);
    if (entry.isEmpty()) {
      return unknown(name);
    }
    if (ring.active(name.domain()).isPresent() && !ring.fits(entry.get())) {
      return lacking(name, entry.get().types(), ring.active(name.domain()).get());
    }
    if (!(entry.get().state() instanceof KeyState.Visible)) {
      return new Decision.Refuse(
          SAY.wishNotVisible(name.selector(), entry.get().state().word()),
          SAY.wishOnlyVisible(name.domain()));
    }
    if (!life.verifies(entry.get())) {
      return new Decision.Refuse(
          SAY.wishNotEverywhere(name.selector()), SAY.wishSeeWhich(name.domain(), name.selector()));
    }
    Optional<String> before = ring.active(name.domain()).map(e -> e.name().selector());
    return new Decision.Do(
        new KeyEvent(now(), name, new Transition.Active(before), "asked for", by),
        before
            .map(b -> SAY.wishSignsFor(name.selector(), b))
            .orElseGet(() -> SAY.wishSigns(name.selector())));
  }

  /// Takes a key out of use that is not the active one.
  public Decision revoke(KeyName name) throws IOException {
    Optional<Entry> entry = parts.journal().read().find(name);
    if (entry.isEmpty()) {
      return unknown(name);
    }
    if (name.selector().equals(settings.pinned().get(name.domain()))) {
      return new Decision.Refuse(
          SAY.wishPinnedSigns(name.selector(), name.domain()), unpin(name.domain()));
    }
    return switch (entry.get().state()) {
      case KeyState.Active _ ->
          new Decision.Refuse(
              SAY.wishActiveSigns(name.selector(), name.domain()),
              Text.lines(
                  List.of(
                      SAY.wishRotateFirst(name.domain()),
                      SAY.wishIfStolen(name.domain(), name.selector()))));
      case KeyState.Revoking _, KeyState.Revoked _, KeyState.Revealed _ ->
          new Decision.Refuse(
              SAY.wishAlready(name.selector(), entry.get().state().word()), NOTHING);
      case KeyState.Retiring _ -> revoking(name, SAY.wishEmptied(name.selector()));
      case KeyState.Generated _, KeyState.Publishing _, KeyState.Visible _ ->
          revoking(name, consequence(entry.get()));
    };
  }

  /// What receivers lose when a key goes that does not sign now.
  private static Text consequence(Entry entry) {
    boolean signed =
        entry.history().stream().anyMatch(e -> e.transition() instanceof Transition.Active);
    boolean imported = entry.history().stream().anyMatch(e -> e.reason().equals(IMPORTED));
    String selector = entry.name().selector();
    return signed
        ? SAY.wishEmptied(selector)
        : imported ? SAY.wishEmptiedImported(selector) : SAY.wishEmptiedUnused(selector);
  }

  private Decision revoking(KeyName name, Text consequence) {
    return new Decision.Do(
        new KeyEvent(now(), name, new Transition.Revoking(), "asked for", by), consequence);
  }

  /// The active key gives way to the spare, in the ordinary way.
  public Decision retire(KeyName name) throws IOException {
    KeyRing ring = parts.journal().read();
    Optional<Entry> entry = ring.find(name);
    if (entry.isEmpty()) {
      return unknown(name);
    }
    if (!(entry.get().state() instanceof KeyState.Active)) {
      return new Decision.Refuse(
          SAY.wishSignsNothing(name.selector(), entry.get().state().word()),
          SAY.wishRevoke(name.domain(), name.selector()));
    }
    Optional<Entry> next = KeyPlan.spare(ring, name.domain());
    return next.isPresent()
        ? activate(next.get().name())
        : new Decision.Refuse(SAY.wishNoOther(), SAY.wishMakeOne(name.domain()));
  }

  /// Somebody else has the key.
  public Decision compromise(KeyName name) throws IOException {
    KeyRing ring = parts.journal().read();
    Optional<Entry> entry = ring.find(name);
    if (entry.isEmpty()) {
      return unknown(name);
    }
    return switch (entry.get().state()) {
      case KeyState.Active active when active.distrusted() ->
          new Decision.Refuse(SAY.wishCompromisedAlready(name.selector()), NOTHING);
      case KeyState.Active _ -> compromise(ring, name);
      case KeyState.Generated _,
          KeyState.Publishing _,
          KeyState.Visible _,
          KeyState.Retiring _,
          KeyState.Revoking _,
          KeyState.Revoked _,
          KeyState.Revealed _ ->
          revoke(name);
    };
  }

  /// One line of the journal: the spare signs, and the other one is to be revoked.
  private Decision compromise(KeyRing ring, KeyName name) throws IOException {
    String reason = "reported as compromised";
    Optional<Entry> spare = KeyPlan.spare(ring, name.domain());
    if (spare.isPresent() && life.verifies(spare.get())) {
      return new Decision.Do(
          new KeyEvent(
              now(),
              spare.get().name(),
              new Transition.Active(Optional.of(name.selector()), true),
              name.selector() + " was " + reason,
              by),
          SAY.wishTakesOver(spare.get().name().selector(), name.selector()));
    }
    return new Decision.Do(
        new KeyEvent(now(), name, new Transition.Distrusted(), reason, by),
        spare
            .map(s -> SAY.wishSpareLater(s.name().selector(), name.selector()))
            .orElseGet(() -> SAY.wishNoSpare(name.selector())));
  }

  /// Makes a revoked private key public.
  public Decision reveal(KeyName name) throws IOException {
    Optional<Entry> entry = parts.journal().read().find(name);
    if (entry.isEmpty()) {
      return unknown(name);
    }
    if (!(entry.get().state() instanceof KeyState.Revoked)) {
      return new Decision.Refuse(
          SAY.wishNotRevoked(name.selector(), entry.get().state().word()), SAY.wishOnlyRevoked());
    }
    return new Decision.Do(
        new KeyEvent(
            now(), name, new Transition.Revealed(settings.revealed().toString()), "asked for", by),
        SAY.wishRevealed(name.selector()));
  }

  /// Carries [#reveal] out.
  Decision revealNow(Decision.Do wanted) throws IOException {
    KeyName name = wanted.event().key();
    Optional<Entry> entry = parts.journal().read().find(name);
    if (entry.isEmpty()) {
      return unknown(name);
    }
    KeySettings.Reveal how = settings.reveal().getOrDefault(name.domain(), KeySettings.Reveal.WEB);
    return switch (life.reveal(entry.get(), how, "asked for")) {
      case KeyLife.Revealing.Done() -> wanted;
      case KeyLife.Revealing.Waits(String why, String remedy) ->
          new Decision.Refuse(SAY.wishNotPublic(why), Text.of(remedy));
    };
  }

  private Optional<Decision> pinned(DomainName domain) {
    return Optional.ofNullable(settings.pinned().get(domain))
        .map(selector -> new Decision.Refuse(SAY.wishPinned(domain, selector), unpin(domain)));
  }

  /// A pinned key belongs to the admin until it is handed over.
  private Text unpin(DomainName domain) {
    return Text.lines(
        List.of(
            SAY.wishUnpin(domain, String.valueOf(settings.pinned().get(domain))),
            SAY.wishUnpinSettings(domain)));
  }

  private Decision unknown(KeyName name) {
    if (name.selector().equals(settings.pinned().get(name.domain()))) {
      return new Decision.Refuse(
          SAY.wishPinnedElsewhere(name.selector(), name.domain()), unpin(name.domain()));
    }
    boolean here =
        List.of(KeyType.values()).stream()
            .anyMatch(type -> parts.store().read(name, type) instanceof KeyFile.Content.Usable);
    return here
        ? new Decision.Refuse(
            SAY.wishUntended(name.selector()), SAY.wishHandOver(name.domain(), name.selector()))
        : new Decision.Refuse(
            SAY.wishNoSelector(name.selector(), name.domain()), SAY.wishSeeThere(name.domain()));
  }

  private Instant now() {
    return parts.clock().instant();
  }
}
