package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The key of the server before, whose record is in the DNS, and the new ones of `setup`, whose
/// records are not there yet, in every order of steps.
class MovingInTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final KeyName OLD = new KeyName(ORG, "s2019");

  private final KeyWorld world = new KeyWorld(new Random(1), 3);
  private final KeySettings settings = KeyWorld.settings(true, KeySettings.Reveal.OFF, ORG);

  enum Step {
    SETUP,
    IMPORT,
    RUN
  }

  static Stream<List<Step>> orders() {
    return Stream.of(
        List.of(Step.SETUP, Step.IMPORT, Step.RUN),
        List.of(Step.SETUP, Step.RUN, Step.IMPORT),
        List.of(Step.IMPORT, Step.SETUP, Step.RUN),
        List.of(Step.IMPORT, Step.RUN, Step.SETUP),
        List.of(Step.RUN, Step.SETUP, Step.IMPORT),
        List.of(Step.RUN, Step.IMPORT, Step.SETUP));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void theOldKeySignsUntilTheNewOnesAreThere(List<Step> order) throws IOException {
    DkimPrivateKey key = DkimPrivateKey.generate(KeyType.RSA, 1024, new SecureRandom());
    world.primary.put(OLD.owner(KeyType.RSA), key.record().print());
    world.transfer();
    // Somebody publishes the records by hand, and has not yet.
    world.badLuck = 0;
    for (Step step : order) {
      take(step, key);
    }
    hours(4, false);
    assertEquals("s2019", world.ring().active().get(ORG), () -> order + ": " + world.lines);
    hours(12, true);
    if (order.indexOf(Step.SETUP) < order.indexOf(Step.IMPORT)) {
      assertEquals("jan2027", world.ring().active().get(ORG), () -> "took over: " + world.lines);
    }
    rotate();
    hours(12, true);
    assertNotEquals("s2019", world.ring().active().get(ORG), () -> "rotated: " + world.lines);
    assertInstanceOf(KeyState.Retiring.class, world.ring().find(OLD).orElseThrow().state());
  }

  private void rotate() throws IOException {
    var commands = new KeyCommands(world.parts(), settings, "alice");
    assertInstanceOf(
        KeyCommands.Decision.Do.class,
        commands.carryOut(commands.rotate(ORG)),
        "nothing holds up a rotation");
  }

  @ParameterizedTest
  @MethodSource("orders")
  void anImportThatNeverFindsItsRecordHoldsNothingUp(List<Step> order) throws IOException {
    DkimPrivateKey key = DkimPrivateKey.generate(KeyType.RSA, 1024, new SecureRandom());
    world.primary.put(OLD.owner(KeyType.RSA), "v=DKIM1; p=");
    world.transfer();
    for (Step step : order) {
      take(step, key);
    }
    hours(12, true);
    rotate();
    hours(24, true);
    String signs = world.ring().active().getOrDefault(ORG, "none");
    assertTrue(signs.startsWith("jan2027"), () -> signs + " " + order + ": " + world.lines);
  }

  private void take(Step step, DkimPrivateKey key) throws IOException {
    var journal = new KeyJournal(world.store());
    var commands = new KeyCommands(world.parts(), settings, "alice");
    switch (step) {
      case SETUP -> {
        // It changes nothing where there are keys already.
        if (!world.ring().of(ORG).isEmpty()) {
          return;
        }
        for (String selector : List.of("jan2027", "jan2027b")) {
          var name = new KeyName(ORG, selector);
          Set<KeyType> types = Set.of(KeyType.RSA, KeyType.ED25519);
          boolean spare = selector.endsWith("b");
          journal.append(
              new KeyEvent(
                  world.now,
                  name,
                  new KeyEvent.Transition.Generated(types, spare),
                  "the first key",
                  "setup"));
          world.parts().store().make(name, types);
        }
      }
      case IMPORT -> {
        world.files.put(KeyWorld.file(OLD, KeyType.RSA), key);
        assertInstanceOf(
            KeyCommands.Decision.Do.class, commands.carryOut(commands.adopt(OLD)), "imported");
      }
      case RUN -> hours(2, false);
    }
  }

  /// @param published whether somebody puts the new records into the DNS
  private void hours(int count, boolean published) throws IOException {
    KeyLife life = world.process(settings);
    for (int i = 0; i < count; i++) {
      life.advance(ORG);
      if (!published) {
        world.primary.keySet().removeIf(name -> !name.equals(OLD.owner(KeyType.RSA)));
      }
      world.pass(Duration.ofHours(1));
    }
  }
}
