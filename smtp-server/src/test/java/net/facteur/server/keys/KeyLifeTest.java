package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyLifeTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final DomainName NET = DomainName.of("example.net");
  private static final DomainName COM = DomainName.of("example.com");
  private static final Duration HOUR = Duration.ofHours(1);

  private final KeyWorld world = new KeyWorld(new Random(1), 3);

  private void begin(KeyWorld w, KeySettings settings, DomainName domain) throws IOException {
    KeyCommands commands = new KeyCommands(w.parts(), settings, "alice");
    assertInstanceOf(KeyCommands.Decision.Do.class, commands.carryOut(commands.rotate(domain)));
  }

  private void run(KeyLife life, int hours, DomainName... domains) throws IOException {
    run(life, hours, HOUR, domains);
  }

  private void run(KeyLife life, int times, Duration pause, DomainName... domains)
      throws IOException {
    for (int i = 0; i < times; i++) {
      for (DomainName domain : domains) {
        life.advance(domain);
      }
      world.pass(pause);
    }
  }

  private String active(DomainName domain) {
    return world.ring().active().getOrDefault(domain, "none");
  }

  @Test
  void aNewKeySignsOnlyAfterEveryServerHadItTwiceAndCachesForgot() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    world.stopped[2] = true;
    run(life, 30, ORG);
    assertEquals("none", active(ORG), "one server does not have it");
    world.stopped[2] = false;
    world.transfer();
    life.advance(ORG);
    assertEquals("none", active(ORG), "caches may still deny it");
    world.now = world.now.plus(KeyWorld.NEGATIVE_TTL);
    life.advance(ORG);
    assertEquals("jan2027", active(ORG));
    assertTrue(
        world.ring().active(ORG).orElseThrow().state() instanceof KeyState.Active a && a.proven());
  }

  @Test
  void aRotationWaitsForASecondaryThatSleepsAndForOneThatIsSlow() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 5, ORG);
    assertEquals("jan2027", active(ORG));
    world.stopped[1] = true;
    world.lag[2] = Duration.ofHours(20);
    begin(world, settings, ORG);
    run(life, 10, ORG);
    assertEquals("jan2027", active(ORG), "one sleeps, and one still has the zone of yesterday");
    world.stopped[1] = false;
    run(life, 8, ORG);
    assertEquals("jan2027", active(ORG), "the slow one does not have it");
    world.stopped[1] = true;
    run(life, 24, ORG);
    assertTrue(world.heldBy(2, new KeyName(ORG, "jan2027b"), KeyType.RSA));
    assertEquals("jan2027b", active(ORG), "the one that sleeps again has it already");
    assertEquals("retiring", state("jan2027"));
    run(life, 24 * 20, ORG);
    assertEquals("revoking", state("jan2027"), "the sleeping one still shows the old key");
    world.stopped[1] = false;
    run(life, 24, ORG);
    assertEquals("revoked", state("jan2027"));
    assertTrue(world.revokedEverywhere(new KeyName(ORG, "jan2027"), KeyType.ED25519));
  }

  private String state(String selector) {
    return world.ring().find(new KeyName(ORG, selector)).orElseThrow().state().word();
  }

  @Test
  void twoYearsPassWithoutAnybody() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 24 * 730 / 6, Duration.ofHours(6), ORG);
    List<String> states =
        world.ring().of(ORG).stream()
            .sorted((a, b) -> a.history().getFirst().at().compareTo(b.history().getFirst().at()))
            .map(e -> e.name().selector() + " " + e.state().word())
            .toList();
    assertEquals(
        List.of("jan2027 revoked", "jul2027 revoked", "jan2028 revoked", "jul2028 active"), states);
    assertTrue(world.revokedEverywhere(new KeyName(ORG, "jan2027"), KeyType.RSA));
    assertTrue(world.revokedEverywhere(new KeyName(ORG, "jan2027"), KeyType.ED25519));
    assertTrue(world.held(new KeyName(ORG, "jul2028"), KeyType.ED25519));
  }

  @Test
  void aCompromisedKeyGivesWayToTheSpareAtOnce() throws IOException {
    KeySettings settings = KeyWorld.settings(true, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 12, ORG);
    assertEquals("jan2027", active(ORG));
    assertEquals(2, world.ring().of(ORG).size(), "a spare is published");
    var commands = new KeyCommands(world.parts(), settings, "alice");
    commands.carryOut(commands.compromise(new KeyName(ORG, "jan2027")));
    life.advance(ORG);
    assertEquals("jan2027b", active(ORG), "without any wait");
    assertEquals(
        "revoking", world.ring().find(new KeyName(ORG, "jan2027")).orElseThrow().state().word());
    run(life, 12, ORG);
    assertTrue(world.revokedEverywhere(new KeyName(ORG, "jan2027"), KeyType.RSA));
    assertTrue(KeyPlan.spare(world.ring(), ORG).isPresent(), "and a new spare is there");
  }

  @Test
  void withoutASpareACompromisedKeySignsUntilAnotherIsVisible() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 5, ORG);
    var commands = new KeyCommands(world.parts(), settings, "alice");
    commands.carryOut(commands.compromise(new KeyName(ORG, "jan2027")));
    life.advance(ORG);
    assertEquals("jan2027", active(ORG));
    run(life, 5, ORG);
    assertEquals("jan2027b", active(ORG));
    assertEquals(
        "revoked", world.ring().find(new KeyName(ORG, "jan2027")).orElseThrow().state().word());
  }

  @Test
  void aPinnedSelectorIsLeftAlone() throws IOException {
    KeySettings free = KeyWorld.settings(true, KeySettings.Reveal.OFF, ORG);
    KeySettings pinned = pinned(free, "mine");
    var commands = new KeyCommands(world.parts(), pinned, "alice");
    assertTrue(
        commands.rotate(ORG) instanceof KeyCommands.Decision.Refuse(Text problem, Text remedy)
            && problem.in(Language.ENGLISH).contains("mine")
            && remedy.in(Language.ENGLISH).contains("DKIM_SELECTOR"));
    run(world.process(pinned), 48, ORG);
    assertTrue(world.lines.isEmpty());
  }

  @Test
  void aClockThatJumpsBackStopsEverythingButTheSignatures() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 4 * 190, Duration.ofHours(6), ORG);
    int before = world.lines.size();
    String active = active(ORG);
    world.now = world.now.minus(Duration.ofDays(400));
    for (int i = 0; i < 100; i++) {
      life.advance(ORG);
      world.now = world.now.plus(HOUR);
    }
    assertEquals(before, world.lines.size());
    assertEquals(active, active(ORG));
    assertTrue(
        world.notices.stream().anyMatch(n -> n.subject().in(Language.ENGLISH).contains("clock")));
  }

  @Test
  void anEditedRecordIsReportedAndTheKeyGoesOnSigning() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 5, ORG);
    assertEquals("jan2027", active(ORG));
    DomainName owner = new KeyName(ORG, "jan2027").owner(KeyType.RSA);
    world.servers.forEach(s -> s.put(owner, "v=DKIM1; k=rsa; p=AAAA"));
    world.now = world.now.plus(Duration.ofHours(25));
    life.advance(ORG);
    assertEquals("jan2027", active(ORG));
    Notices.Notice notice = world.notices.getLast();
    assertTrue(
        notice.subject().in(Language.ENGLISH).contains("was changed"),
        notice.subject().in(Language.ENGLISH));
    assertTrue(
        notice.text().in(Language.ENGLISH).contains("jan2027._domainkey.example.org. IN TXT"),
        notice.text().in(Language.ENGLISH));
  }

  @Test
  void aSwitchThatDoesNotVerifyIsUndone() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 5, ORG);
    begin(world, settings, ORG);
    DomainName owner = new KeyName(ORG, "jan2027b").owner(KeyType.RSA);
    world.afterAppend =
        line -> {
          if (line.contains("\"active\"")) {
            world.primary.remove(owner);
            world.servers.forEach(server -> server.remove(owner));
          }
        };
    world.now = world.now.plus(HOUR);
    life.advance(ORG);
    world.transfer();
    life.advance(ORG);
    world.now = world.now.plus(HOUR);
    life.advance(ORG);
    assertTrue(world.lines.stream().anyMatch(line -> line.contains("\"undone\"")));
    assertEquals("jan2027", active(ORG), "the key before signs again");
    assertTrue(
        world.notices.stream()
            .anyMatch(n -> n.subject().in(Language.ENGLISH).contains("did not work")));
  }

  @Test
  void aKeyCountsAsRevealedOnlyWhenTheWorldCanReadIt() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.WEB, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    world.webDown = true;
    run(life, 4 * 260, Duration.ofHours(6), ORG);
    var first = new KeyName(ORG, "jan2027");
    assertEquals("revoked", world.ring().find(first).orElseThrow().state().word());
    assertTrue(
        world.notices.stream()
            .anyMatch(n -> n.subject().in(Language.ENGLISH).contains("not public yet")));
    world.webDown = false;
    run(life, 4, Duration.ofHours(6), ORG);
    assertEquals("revealed", world.ring().find(first).orElseThrow().state().word());
    assertTrue(
        world.lines.getLast().contains("https://mail.example.org/.well-known/dkim-revealed/"),
        world.lines.getLast());
  }

  @Test
  void aCompromisedKeyAndItsSpareChangePlacesInOneLine() throws IOException {
    KeySettings settings = KeyWorld.settings(true, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 12, ORG);
    int before = world.lines.size();
    for (int survived = 0; ; survived++) {
      world.life = survived;
      try {
        var commands = new KeyCommands(world.parts(), settings, "alice");
        KeyCommands.Decision decision = commands.compromise(new KeyName(ORG, "jan2027"));
        commands.carryOut(decision);
        world.life = -1;
        break;
      } catch (KeyWorld.Killed _) {
        world.life = -1;
        // Either nothing happened or all of it.
        if (world.lines.size() > before) {
          break;
        }
        assertEquals("jan2027", active(ORG), "killed after " + survived);
      }
    }
    assertEquals(before + 1, world.lines.size());
    assertEquals("jan2027b", active(ORG));
    KeyName bad = new KeyName(ORG, "jan2027");
    assertEquals("revoking", world.ring().find(bad).orElseThrow().state().word());
    run(world.process(settings), 12, ORG);
    assertTrue(world.revokedEverywhere(bad, KeyType.RSA));
  }

  @Test
  void aSpareThatDoesNotWorkGivesThePlaceBackBeforeAnythingIsRevoked() throws IOException {
    KeySettings settings = KeyWorld.settings(true, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 12, ORG);
    DomainName owner = new KeyName(ORG, "jan2027b").owner(KeyType.RSA);
    world.afterAppend =
        line -> {
          if (line.contains("\"compromised\":true")) {
            world.primary.remove(owner);
            world.servers.forEach(server -> server.remove(owner));
          }
        };
    var commands = new KeyCommands(world.parts(), settings, "alice");
    commands.carryOut(commands.compromise(new KeyName(ORG, "jan2027")));
    life.advance(ORG);
    assertEquals("jan2027", active(ORG), "it signs until another one can");
    world.afterAppend = _ -> {};
    run(life, 12, ORG);
    assertFalse(active(ORG).equals("jan2027") || active(ORG).equals("none"), active(ORG));
    assertTrue(world.revokedEverywhere(new KeyName(ORG, "jan2027"), KeyType.RSA));
  }

  @Test
  void twoServersThatRotateTheSameDomainLeaveEachOtherAlone() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    run(world.process(settings), 5, ORG);
    // The other one has a journal and keys of its own, and the same zone.
    var other = new KeyWorld(new Random(2), 3);
    other.now = world.now;
    other.made = world.made;
    other.primary.putAll(world.primary);
    other.transfer();
    begin(other, settings, ORG);
    KeyLife life = other.process(settings);
    for (int i = 0; i < 24; i++) {
      life.advance(ORG);
      other.pass(HOUR);
    }
    assertEquals("none", other.ring().active().getOrDefault(ORG, "none"));
    Notices.Notice told =
        other.notices.stream()
            .filter(n -> n.subject().in(Language.ENGLISH).contains("in the way"))
            .findFirst()
            .get();
    assertTrue(
        told.text().in(Language.ENGLISH).contains("Another server"),
        told.text().in(Language.ENGLISH));
    assertTrue(
        told.text().in(Language.ENGLISH).contains("facteur dkim revoke"),
        told.text().in(Language.ENGLISH));
    assertEquals(world.primary, other.primary, "the records of the first one stay");
    assertEquals("jan2027", active(ORG), "and it goes on signing");
  }

  @Test
  void aDelegatedDomainUsesItsThreeNamesInTurn() throws IOException {
    KeySettings free = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    var delegated =
        new KeySettings(
            free.domains(),
            free.pinned(),
            free.life(),
            free.template(),
            free.types(),
            free.rsaBits(),
            free.spare(),
            new KeySettings.Publication(
                KeySettings.Method.DELEGATED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(DomainName.of("keys.example.net")),
                HOUR,
                53),
            free.reveal(),
            free.revealed(),
            free.revealUrl(),
            free.directory());
    world.namesServeAgain = true;
    begin(world, delegated, ORG);
    KeyLife life = world.process(delegated);
    var signed = new java.util.ArrayList<String>();
    for (int i = 0; i < 24 * 1000 / 6; i++) {
      life.advance(ORG);
      world.pass(Duration.ofHours(6));
      if (signed.isEmpty() || !signed.getLast().equals(active(ORG))) {
        signed.add(active(ORG));
      }
    }
    assertEquals(
        List.of("none", "facteur1", "facteur2", "facteur3", "facteur1", "facteur2", "facteur3"),
        signed.getFirst().equals("none") ? signed : prefixed(signed));
    assertEquals(6, world.primary.size(), "no other names: the CNAMEs never change");
    assertEquals(
        Optional.of(DomainName.of("facteur1-ed.example-org.keys.example.net")),
        delegated.target(ORG, new KeyName(ORG, "facteur1").owner(KeyType.ED25519)));
  }

  private static List<String> prefixed(List<String> signed) {
    var all = new java.util.ArrayList<>(List.of("none"));
    all.addAll(signed);
    return all;
  }

  @Test
  void aKeyFileThatIsGoneStopsTheRotationAndThePostmasterIsTold() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 5, ORG);
    begin(world, settings, ORG);
    life.advance(ORG);
    world.files.remove(KeyWorld.file(new KeyName(ORG, "jan2027b"), KeyType.RSA));
    run(life, 24, ORG);
    assertEquals("jan2027", active(ORG));
    assertTrue(
        world.notices.stream()
            .anyMatch(n -> n.subject().in(Language.ENGLISH).contains("cannot be used")));
  }

  @Test
  void aPinnedSelectorWithoutItsRecordIsReported() throws IOException {
    KeySettings free = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, free, ORG);
    run(world.process(free), 5, ORG);
    KeySettings pinned = pinned(free, "jan2027");
    world.notices.clear();
    world.process(pinned).watchPinned(ORG);
    assertTrue(world.notices.isEmpty(), world.notices.toString());
    DomainName owner = new KeyName(ORG, "jan2027").owner(KeyType.ED25519);
    world.servers.forEach(server -> server.remove(owner));
    world.process(pinned).watchPinned(ORG);
    assertTrue(
        world.notices.getFirst().subject().in(Language.ENGLISH).contains("missing or was changed"));
    assertTrue(
        world.notices.getFirst().text().in(Language.ENGLISH).contains("jan2027-ed._domainkey"));
  }

  private static KeySettings pinned(KeySettings free, String selector) {
    return new KeySettings(
        free.domains(),
        java.util.Map.of(ORG, selector),
        free.life(),
        free.template(),
        free.types(),
        free.rsaBits(),
        free.spare(),
        free.publication(),
        free.reveal(),
        free.revealed(),
        free.revealUrl(),
        free.directory());
  }

  @Test
  void aRevokedKeyIsRevealedWhereTheSettingsAskForItAndNowhereElse() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.WEB_AND_DNS, ORG, NET);
    begin(world, settings, ORG);
    begin(world, settings, NET);
    KeyLife life = world.process(settings);
    run(life, 4 * 240, Duration.ofHours(6), ORG, NET);
    var org = new KeyName(ORG, "jan2027");
    assertEquals("revealed", world.ring().find(org).orElseThrow().state().word());
    assertEquals(
        "revoked", world.ring().find(new KeyName(NET, "jan2027")).orElseThrow().state().word());
    var file = settings.revealed().resolve("jan2027.example.org.rsa.pem");
    assertTrue(java.nio.file.Files.readString(file).contains("BEGIN PRIVATE KEY"));
    assertTrue(
        world
            .primary
            .getOrDefault(DomainName.of("_revealed.jan2027._domainkey.example.org"), "")
            .startsWith("k=rsa; pkcs8="));
    assertFalse(
        java.nio.file.Files.exists(settings.revealed().resolve("jan2027.example.net.rsa.pem")));
  }

  @Test
  void anotherServersRecordIsLeftAloneAndThePostmasterIsTold() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    DomainName owner = new KeyName(ORG, "jan2027").owner(KeyType.RSA);
    world.primary.put(owner, "v=DKIM1; k=rsa; p=AAAA");
    world.transfer();
    begin(world, settings, ORG);
    run(world.process(settings), 24, ORG);
    assertEquals("v=DKIM1; k=rsa; p=AAAA", world.primary.get(owner));
    assertEquals("none", active(ORG));
    assertTrue(
        world.notices.stream()
            .anyMatch(n -> n.subject().in(Language.ENGLISH).contains("in the way")));
  }

  /// Three domains, servers that lag and fail, updates that get lost, compromised keys, and a
  /// process that is killed after any write and any answer.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void killedAnywhereEveryDomainHasOneVisibleKey(int seed) throws IOException {
    var random = new Random(seed);
    var w = new KeyWorld(random, 1 + random.nextInt(4));
    DomainName[] domains = {ORG, NET, COM};
    KeySettings settings = KeyWorld.settings(random.nextBoolean(), KeySettings.Reveal.WEB, domains);
    var compromised = new HashSet<KeyName>();
    for (DomainName domain : domains) {
      begin(w, settings, domain);
    }
    KeyLife life = w.process(settings);
    w.badLuck = random.nextInt(40);
    for (int i = 0; i < 1500; i++) {
      w.life = random.nextInt(4) == 0 ? random.nextInt(25) : -1;
      try {
        DomainName domain = domains[random.nextInt(3)];
        if (random.nextInt(400) == 0) {
          Optional<KeyRing.Entry> active = w.ring().active(domain);
          if (active.isPresent()) {
            compromised.add(active.get().name());
            var commands = new KeyCommands(w.parts(), settings, "alice");
            commands.carryOut(commands.compromise(active.get().name()));
          }
        }
        life.advance(domain);
      } catch (KeyWorld.Killed _) {
        life = w.process(settings);
      }
      w.life = -1;
      if (random.nextInt(20) == 0) {
        w.stopped[random.nextInt(w.stopped.length)] ^= true;
      }
      w.pass(Duration.ofMinutes(random.nextInt(48 * 60)));
      w.checkOldMail(settings.life().keep(), compromised);
    }
    assertEquals(3, w.ring().active().size(), () -> "seed " + seed + ": " + w.lines);
    assertTrue(w.ring().of(ORG).size() > 3, "rotations took place");
  }

  @Test
  void twoWhoWantASpareAtOnceMakeOne() throws IOException {
    KeySettings settings = KeyWorld.settings(true, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 12, ORG);
    assertEquals(2, world.ring().of(ORG).size(), "one signs and one is the spare");
    var other = new KeyJournal(world.store());
    var event =
        new KeyEvent(
            world.now,
            new KeyName(ORG, "late"),
            new KeyEvent.Transition.Generated(java.util.Set.of(KeyType.values()), true),
            "a key in reserve",
            "root");
    assertInstanceOf(Outcome.Refused.class, other.append(event));
    assertEquals(2, world.ring().of(ORG).size());
  }

  @Test
  void aKeyThatLacksAnAlgorithmIsRefusedAtOnceAndHoldsUpNothing() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 5, ORG);
    var commands = new KeyCommands(world.parts(), settings, "alice");
    var old = new KeyName(ORG, "old");
    copyKey(old, KeyType.RSA);
    var refused = assertInstanceOf(KeyCommands.Decision.Refuse.class, commands.adopt(old));
    assertTrue(refused.problem().in(Language.ENGLISH).contains("has no ed25519 key"));
    assertTrue(
        refused.remedy().in(Language.ENGLISH).contains("facteur dkim import example.org old FILE"));

    // What an earlier version let in.
    new KeyJournal(world.store())
        .append(
            new KeyEvent(
                world.now,
                old,
                new KeyEvent.Transition.Generated(java.util.Set.of(KeyType.RSA), false),
                "imported",
                "alice"));
    run(life, 5, ORG);
    assertEquals("visible", state("old"));
    int told = world.lines.size();
    run(life, 5, ORG);
    assertEquals(told, world.lines.size(), "nothing is tried again and again");
    assertInstanceOf(KeyCommands.Decision.Refuse.class, commands.activate(old));
    assertInstanceOf(KeyCommands.Decision.Do.class, commands.carryOut(commands.rotate(ORG)));
    run(life, 5, ORG);
    assertEquals("jan2027b", active(ORG));
  }

  private void copyKey(KeyName to, KeyType type) {
    var from = world.files.get(KeyWorld.file(new KeyName(ORG, "jan2027"), type));
    world.files.put(KeyWorld.file(to, type), java.util.Objects.requireNonNull(from));
  }

  @Test
  void whatIsSaidOfARevocationIsTrue() throws IOException {
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    begin(world, settings, ORG);
    KeyLife life = world.process(settings);
    run(life, 5, ORG);
    var commands = new KeyCommands(world.parts(), settings, "alice");
    var old = new KeyName(ORG, "old");
    for (KeyType type : KeyType.values()) {
      copyKey(old, type);
    }
    assertInstanceOf(KeyCommands.Decision.Do.class, commands.carryOut(commands.adopt(old)));
    assertTrue(says(commands.revoke(old)).contains("what others signed with it"));
    commands.carryOut(commands.revoke(old));
    begin(world, settings, ORG);
    assertTrue(
        says(commands.revoke(new KeyName(ORG, "jan2027b")))
            .contains("Facteur has signed nothing with it"));
    run(life, 5, ORG);
    assertEquals("jan2027b", active(ORG));
    assertTrue(
        says(commands.revoke(new KeyName(ORG, "jan2027")))
            .contains("mail that it signed does not verify"));
  }

  private static String says(KeyCommands.Decision decision) {
    return assertInstanceOf(KeyCommands.Decision.Do.class, decision).says().in(Language.ENGLISH);
  }
}
