package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;

/// The life of a key whose records a program of the administrator writes.
class CommandPublisherTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final DomainName FIRST = DomainName.of("jan2027._domainkey.example.org");

  private final KeyWorld world = new KeyWorld(new Random(1), 2);
  private final List<List<String>> runs = new ArrayList<>();
  private Optional<String> problem = Optional.empty();
  private boolean promisesOnly;

  /// What such a program does at a provider.
  private Optional<String> program(DomainName zone, List<String> lines) {
    assertEquals(ORG, zone);
    runs.add(lines);
    if (problem.isPresent() || promisesOnly) {
      return problem;
    }
    for (String line : lines) {
      String[] parts = line.split(" ", line.startsWith("add ") ? 5 : 4);
      assertTrue(parts[1].endsWith("."), line);
      var name = DomainName.of(parts[1].substring(0, parts[1].length() - 1));
      assertEquals("TXT", parts[parts.length - 2], line);
      String text = parts[parts.length - 1].replace("\" \"", "").replace("\"", "");
      if (parts[0].equals("add")) {
        assertEquals("3600", parts[2]);
        world.primary.put(name, text);
      } else {
        assertEquals(world.primary.remove(name), text, line);
      }
    }
    return Optional.empty();
  }

  /// Begun by a person who asks for the first key.
  private KeyLife life() throws IOException {
    KeyLife.Parts parts = world.parts();
    var byProgram =
        new KeyLife.Parts(
            parts.journal(),
            parts.store(),
            new CommandPublisher(
                parts.authorities(), this::program, Duration.ofHours(1), () -> world.now),
            parts.authorities(),
            parts.probe(),
            parts.notices(),
            parts.queuedSince(),
            parts.exhibit(),
            parts.clock());
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    var commands = new KeyCommands(byProgram, settings, "alice");
    commands.carryOut(commands.rotate(ORG));
    return new KeyLife(byProgram, settings, "server");
  }

  private void pass(KeyLife life, int hours) throws IOException {
    for (int i = 0; i < hours; i++) {
      life.advance(ORG);
      world.pass(Duration.ofHours(1));
    }
  }

  private String active() {
    return world.ring().active().getOrDefault(ORG, "none");
  }

  @Test
  void theFirstKeySignsOnceEveryServerHasWhatTheProgramWrote() throws IOException {
    pass(life(), 5);
    assertEquals("jan2027", active());
    assertEquals(2, runs.size(), "once for each kind of key: " + runs);
  }

  @Test
  void aKeyIsRevokedByOneRemovalAndOneAddition() throws IOException {
    KeyLife life = life();
    pass(life, 24 * 182 + 24 * 20);
    assertTrue(
        world.revokedEverywhere(new KeyName(ORG, "jan2027"), net.facteur.auth.dkim.KeyType.RSA));
    List<String> last =
        runs.stream().filter(r -> r.getFirst().startsWith("remove " + FIRST)).toList().getLast();
    assertEquals(2, last.size(), last::toString);
    assertTrue(last.getLast().endsWith("TXT \"v=DKIM1; k=rsa; p=\""), last::toString);
  }

  @Test
  void aFailureIsToldWithWhatTheProgramSaidAndTriedAgain() throws IOException {
    problem = Optional.of("it ended with 1: Gandi answered 403");
    KeyLife life = life();
    pass(life, 9);
    assertEquals("none", active());
    assertTrue(
        world.notices.stream()
            .anyMatch(n -> n.text().in(Language.ENGLISH).contains("Gandi answered 403")),
        world.notices::toString);
    problem = Optional.empty();
    pass(life, 4);
    assertEquals("jan2027", active());
  }

  @Test
  void aProviderThatPromisesAndDoesNothingIsAskedAgainAndTold() throws IOException {
    promisesOnly = true;
    KeyLife life = life();
    pass(life, 72);
    assertEquals("none", active());
    assertTrue(runs.size() > 24, () -> "asked again each hour: " + runs.size());
    assertTrue(
        world.notices.stream()
            .anyMatch(n -> n.subject().in(Language.ENGLISH).contains("is not published yet")),
        world.notices::toString);
    promisesOnly = false;
    pass(life, 5);
    assertEquals("jan2027", active());
  }

  @Test
  void whatSomebodyElseWroteIsLeftAlone() throws IOException {
    world.primary.put(FIRST, "v=DKIM1; p=AAAA");
    world.transfer();
    pass(life(), 3);
    assertTrue(runs.stream().noneMatch(r -> r.toString().contains(FIRST + ". ")), runs::toString);
    assertEquals("v=DKIM1; p=AAAA", world.primary.get(FIRST));
  }
}
