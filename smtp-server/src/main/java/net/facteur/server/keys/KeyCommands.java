package net.facteur.server.keys;

import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyEvent.Transition;
import net.facteur.server.keys.KeyRing.Entry;
import net.facteur.server.signing.KeyFile;

/// What people may ask for. Each wish is decided first, and carried out only then, so that a dry
/// run can stop in between.
public final class KeyCommands {
  private static final String IMPORTED = "imported";

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
    record Do(KeyEvent event, String says) implements Decision {}

    /// It cannot.
    record Refuse(String problem, String remedy) implements Decision {}
  }

  /// Writes a decision down.
  ///
  /// @return the same, or a refusal where the keys changed meanwhile
  public Decision carryOut(Decision decision) throws IOException {
    return switch (decision) {
      case Decision.Refuse refuse -> refuse;
      case Decision.Do(KeyEvent event, String says) -> {
        boolean again =
            event.transition() instanceof Transition.Generated
                && parts.journal().read().find(event.key()).isPresent();
        if (again) {
          parts.store().putAside(event.key(), now());
        }
        yield switch (parts.journal().append(event)) {
          case Outcome.Applied<KeyRing> _ -> new Decision.Do(event, says);
          case Outcome.Refused<KeyRing>(String why) ->
              new Decision.Refuse("That cannot be: " + why + ".", "See: facteur dkim list");
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
    Optional<Entry> pending = KeyPlan.pending(ring, domain);
    if (pending.isPresent()) {
      return new Decision.Refuse(
          "A new key is on its way already: "
              + pending.get().name().selector()
              + " is "
              + pending.get().state().word()
              + ".",
          "It goes on by itself. To give it up: facteur dkim revoke "
              + domain
              + " "
              + pending.get().name().selector());
    }
    Optional<Entry> active = ring.active(domain);
    if (active.isPresent()
        && active.get().state() instanceof KeyState.Active state
        && !state.proven()) {
      return new Decision.Refuse(
          "The switch to " + active.get().name().selector() + " is still being tried out.",
          "Ask again in a minute.");
    }
    KeyEvent event =
        ideas.rotation(ring, domain, now(), active.isPresent() ? "asked for" : "the first key", by);
    if (event.transition() instanceof Transition.Active) {
      return activate(event.key());
    }
    return new Decision.Do(
        event,
        event.key().selector()
            + " is made and published. It signs by itself as soon as every name server has its"
            + " records"
            + active.map(e -> "; until then " + e.name().selector() + " goes on").orElse("")
            + ".");
  }

  /// Keys that were made elsewhere and lie in the directory of the keys.
  public Decision adopt(KeyName name) throws IOException {
    KeyRing ring = parts.journal().read();
    if (ring.find(name).isPresent()) {
      return new Decision.Refuse(
          "The selector " + name.selector() + " is known already.", "See: facteur dkim list");
    }
    var types = EnumSet.noneOf(KeyType.class);
    for (KeyType type : KeyType.values()) {
      if (parts.store().read(name, type) instanceof KeyFile.Content.Usable) {
        types.add(type);
      }
    }
    if (types.isEmpty()) {
      return new Decision.Refuse(
          "No key of " + name + " lies in the directory of the keys.",
          "Import it: facteur dkim import " + name.domain() + " " + name.selector() + " FILE");
    }
    Optional<Entry> active = ring.active(name.domain());
    if (active.filter(e -> !types.containsAll(e.types())).isPresent()) {
      return lacking(name, types, active.get());
    }
    return new Decision.Do(
        new KeyEvent(now(), name, new Transition.Generated(Set.copyOf(types), false), IMPORTED, by),
        name.selector() + " signs as soon as every name server has its records.");
  }

  /// Receivers may count on each kind of signature, so that none is ever given up by the way.
  private static Decision lacking(KeyName name, Set<KeyType> types, Entry active) {
    Set<KeyType> missing = EnumSet.copyOf(active.types());
    missing.removeAll(types);
    return new Decision.Refuse(
        name.selector()
            + " has no "
            + words(missing)
            + " key, but "
            + active.name().selector()
            + ", which signs the mail of "
            + name.domain()
            + ", has one. It could never take its place; its key lies in the directory of the keys"
            + " and signs nothing.",
        "Import the other key to the same selector: facteur dkim import "
            + name.domain()
            + " "
            + name.selector()
            + " FILE\nOr let Facteur make the next keys: facteur dkim rotate "
            + name.domain());
  }

  private static String words(Set<KeyType> types) {
    return types.stream().map(KeyType::word).sorted().collect(Collectors.joining(" and no "));
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
          name.selector() + " is " + entry.get().state().word() + ", not visible.",
          "Only a key whose records every name server has may sign. See: facteur dkim list "
              + name.domain());
    }
    if (!life.verifies(entry.get())) {
      return new Decision.Refuse(
          "The records of " + name.selector() + " are not at every name server just now.",
          "See which: facteur dkim check " + name.domain() + " --selector " + name.selector());
    }
    Optional<String> before = ring.active(name.domain()).map(e -> e.name().selector());
    return new Decision.Do(
        new KeyEvent(now(), name, new Transition.Active(before), "asked for", by),
        name.selector()
            + " signs from now on"
            + before.map(b -> "; " + b + " retires, and its records stay for now").orElse("")
            + ".");
  }

  /// Takes a key out of use that is not the active one.
  public Decision revoke(KeyName name) throws IOException {
    Optional<Entry> entry = parts.journal().read().find(name);
    if (entry.isEmpty()) {
      return unknown(name);
    }
    if (name.selector().equals(settings.pinned().get(name.domain()))) {
      return new Decision.Refuse(
          name.selector() + " signs the mail of " + name.domain() + ", since the settings pin it.",
          unpin(name.domain()));
    }
    return switch (entry.get().state()) {
      case KeyState.Active _ ->
          new Decision.Refuse(
              name.selector() + " signs the mail of " + name.domain() + ".",
              "Put another in its place first: facteur dkim rotate "
                  + name.domain()
                  + "\nIf somebody else has the key: facteur dkim compromise "
                  + name.domain()
                  + " "
                  + name.selector());
      case KeyState.Revoking _, KeyState.Revoked _, KeyState.Revealed _ ->
          new Decision.Refuse(
              name.selector() + " is " + entry.get().state().word() + " already.", "");
      case KeyState.Retiring _ -> revoking(name, ": mail that it signed does not verify any more.");
      case KeyState.Generated _, KeyState.Publishing _, KeyState.Visible _ ->
          revoking(name, consequence(entry.get()));
    };
  }

  /// What receivers lose when a key goes that does not sign now.
  private static String consequence(Entry entry) {
    boolean signed =
        entry.history().stream().anyMatch(e -> e.transition() instanceof Transition.Active);
    boolean imported = entry.history().stream().anyMatch(e -> e.reason().equals(IMPORTED));
    return signed
        ? ": mail that it signed does not verify any more."
        : imported
            ? ". Facteur has signed nothing with it; what others signed with it does not verify any"
                + " more."
            : "; Facteur has signed nothing with it.";
  }

  private Decision revoking(KeyName name, String consequence) {
    return new Decision.Do(
        new KeyEvent(now(), name, new Transition.Revoking(), "asked for", by),
        "The records of " + name.selector() + " are emptied" + consequence);
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
          name.selector() + " is " + entry.get().state().word() + ", and signs nothing.",
          "To revoke it: facteur dkim revoke " + name.domain() + " " + name.selector());
    }
    Optional<Entry> next = KeyPlan.spare(ring, name.domain());
    return next.isPresent()
        ? activate(next.get().name())
        : new Decision.Refuse(
            "There is no other key that could sign at once.",
            "Make one: facteur dkim rotate " + name.domain());
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
          new Decision.Refuse(name.selector() + " is known to be compromised.", "");
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
          spare.get().name().selector() + " takes over, and " + name.selector() + " is revoked.");
    }
    return new Decision.Do(
        new KeyEvent(now(), name, new Transition.Distrusted(), reason, by),
        spare
                .map(
                    s ->
                        "The records of the spare "
                            + s.name().selector()
                            + " are not at every name server just now: as soon as they are, it"
                            + " takes over, and ")
                .orElse("There is no spare: a new key is made now; as soon as it is visible, ")
            + name.selector()
            + " is revoked.");
  }

  /// Makes a revoked private key public.
  public Decision reveal(KeyName name) throws IOException {
    Optional<Entry> entry = parts.journal().read().find(name);
    if (entry.isEmpty()) {
      return unknown(name);
    }
    if (!(entry.get().state() instanceof KeyState.Revoked)) {
      return new Decision.Refuse(
          name.selector() + " is " + entry.get().state().word() + ", not revoked.",
          "Only a key that is revoked everywhere may become public.");
    }
    return new Decision.Do(
        new KeyEvent(
            now(), name, new Transition.Revealed(settings.revealed().toString()), "asked for", by),
        "The private keys of "
            + name.selector()
            + " become public, for ever: anybody can then make the signatures that they made.");
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
          new Decision.Refuse("The key is not public: " + why + ".", remedy);
    };
  }

  private Optional<Decision> pinned(DomainName domain) {
    return Optional.ofNullable(settings.pinned().get(domain))
        .map(
            selector ->
                new Decision.Refuse(
                    "The selector of " + domain + " is pinned to " + selector + ".",
                    unpin(domain)));
  }

  /// A pinned key belongs to the admin until it is handed over.
  private String unpin(DomainName domain) {
    String selector = settings.pinned().get(domain);
    return "To let Facteur look after it: facteur dkim import "
        + domain
        + " "
        + selector
        + "\nThen remove domains.\""
        + domain
        + "\".dkim.selector from the settings, and DKIM_SELECTOR from the environment.";
  }

  private Decision unknown(KeyName name) {
    if (name.selector().equals(settings.pinned().get(name.domain()))) {
      return new Decision.Refuse(
          "The settings pin "
              + name.selector()
              + " for "
              + name.domain()
              + ", so Facteur does not look after it.",
          unpin(name.domain()));
    }
    boolean here =
        List.of(KeyType.values()).stream()
            .anyMatch(type -> parts.store().read(name, type) instanceof KeyFile.Content.Usable);
    return here
        ? new Decision.Refuse(
            "A key of "
                + name.selector()
                + " lies in the directory of the keys, but Facteur does not look after it.",
            "To hand it over: facteur dkim import " + name.domain() + " " + name.selector())
        : new Decision.Refuse(
            "There is no selector " + name.selector() + " of " + name.domain() + ".",
            "See which there are: facteur dkim list " + name.domain());
  }

  private Instant now() {
    return parts.clock().instant();
  }
}
