package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyStages.Stage;
import org.junit.jupiter.api.Test;

/// The life of a key in stages, past and to come.
class KeyStagesTest {
  private static final DomainName ORG = DomainName.of("example.org");

  private final KeyWorld world = new KeyWorld(new Random(7), 2);
  private KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.WEB, ORG);

  private void begin() throws IOException {
    var commands = new KeyCommands(world.parts(), settings, "alice");
    assertInstanceOf(KeyCommands.Decision.Do.class, commands.carryOut(commands.rotate(ORG)));
  }

  private void run(int hours) throws IOException {
    KeyLife life = world.process(settings);
    for (int i = 0; i < hours; i++) {
      life.advance(ORG);
      world.pass(Duration.ofHours(1));
    }
  }

  private List<Stage> stages(String selector) {
    return new KeyStages(settings)
        .of(world.ring().find(new KeyName(ORG, selector)).orElseThrow(), world.now);
  }

  private static List<String> words(List<Stage> stages) {
    return stages.stream()
        .map(stage -> stage.state().word() + (stage.planned() ? " planned" : ""))
        .toList();
  }

  @Test
  void aKeyThatSignsIsToBeReplacedRevokedAndRevealed() throws IOException {
    begin();
    assertEquals(List.of("generated"), words(stages("jan2027")));
    run(12);
    List<Stage> stages = stages("jan2027");
    assertEquals(
        List.of(
            "generated",
            "publishing",
            "visible",
            "active",
            "retiring planned",
            "revoked planned",
            "revealed planned"),
        words(stages));
    for (int i = 1; i < stages.size(); i++) {
      assertEquals(
          Optional.of(stages.get(i).from()),
          stages.get(i - 1).until(),
          "one stage ends where the next one begins");
    }
    Instant signs = stages.get(3).from();
    assertEquals(signs.plus(settings.life().rotateEvery()), stages.get(4).from());
    assertEquals(stages.get(4).from().plus(settings.life().keep()), stages.get(5).from());
    assertEquals(Optional.empty(), stages.getLast().until());
  }

  @Test
  void whatWasPlannedBecomesWhatWas() throws IOException {
    begin();
    run(12);
    begin();
    run(12);
    List<Stage> before = stages("jan2027");
    assertEquals(
        List.of("active", "retiring", "revoked planned", "revealed planned"),
        words(before).subList(3, 7));
    run(24 * (int) settings.life().keep().toDays() + 24);
    assertTrue(words(stages("jan2027")).contains("revoked"), words(stages("jan2027"))::toString);
    assertEquals("revealed planned", words(stages("jan2027")).getLast());
    settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    assertEquals("revoked", words(stages("jan2027")).getLast());
  }

  @Test
  void aDateThatIsOverIsDueNow() throws IOException {
    begin();
    run(12);
    world.now = world.now.plus(settings.life().rotateEvery()).plus(Duration.ofDays(3));
    List<Stage> stages = stages("jan2027");
    assertEquals("retiring planned", words(stages).get(4));
    assertEquals(world.now, stages.get(4).from());
  }
}
