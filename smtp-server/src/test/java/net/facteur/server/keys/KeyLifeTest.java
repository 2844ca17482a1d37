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
    assertTrue(KeyIdeas.spare(world.ring(), ORG).isPresent(), "and a new spare is there");
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
    var pinned =
        new KeySettings(
            free.domains(),
            java.util.Map.of(ORG, "mine"),
            free.life(),
            free.template(),
            free.types(),
            free.rsaBits(),
            free.spare(),
            free.publication(),
            free.reveal(),
            free.revealed());
    var commands = new KeyCommands(world.parts(), pinned, "alice");
    assertTrue(
        commands.rotate(ORG) instanceof KeyCommands.Decision.Refuse(String problem, String remedy)
            && problem.contains("mine")
            && remedy.contains("DKIM_SELECTOR"));
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
    assertTrue(world.notices.stream().anyMatch(n -> n.subject().contains("clock")));
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
    assertTrue(notice.subject().contains("was changed"), notice.subject());
    assertTrue(notice.text().contains("jan2027._domainkey.example.org. IN TXT"), notice.text());
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
    assertTrue(world.notices.stream().anyMatch(n -> n.subject().contains("did not work")));
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
    assertTrue(world.notices.stream().anyMatch(n -> n.subject().contains("in the way")));
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
}
