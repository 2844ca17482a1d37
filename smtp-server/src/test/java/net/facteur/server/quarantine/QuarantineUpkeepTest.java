package net.facteur.server.quarantine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.QueueId;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineUpkeepTest {
  @TempDir Path data = Path.of("");
  private QuarantineBench bench = new QuarantineBench(data);
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void make() {
    bench = new QuarantineBench(data);
  }

  private QuarantineUpkeep upkeep(long maxSize) {
    return new QuarantineUpkeep(
        bench.store,
        new QuarantineSettings(
            bench.directory,
            QuarantineBench.KEEP,
            maxSize,
            QuarantineSettings.Digest.NEVER,
            Map.of(),
            Optional.empty()),
        bench.releases(),
        notice ->
            told.add(
                notice.subject().in(Language.ENGLISH) + "\n" + notice.text().in(Language.ENGLISH)),
        () -> bench.now);
  }

  @Test
  void thePostmasterIsToldBeforeThereIsNoRoomLeft() throws IOException {
    long one = (long) QuarantineBench.HEADER.length() + QuarantineBench.BODY.length();
    QuarantineUpkeep upkeep = upkeep(one * 5);
    for (int i = 0; i < 3; i++) {
      bench.keep("bob");
    }
    upkeep.advance();
    assertEquals(List.of(), told);
    String before = upkeep.stamp();
    QueueId last = bench.keep("bob");
    assertTrue(!upkeep.stamp().equals(before), "it is looked at, at once");
    upkeep.advance();
    assertEquals(1, told.size());
    assertTrue(told.getFirst().startsWith("The quarantine is nearly full\n"), told::toString);
    assertTrue(told.getFirst().contains("facteur quarantine drop"), told::toString);
    bench.release(last);
    upkeep.advance();
    assertEquals(1, told.size());
  }

  @Test
  void whatNobodyWantedIsRemovedByItself() throws IOException {
    QueueId id = bench.keep("bob");
    QuarantineUpkeep upkeep = upkeep(1L << 30);
    upkeep.advance();
    assertEquals(List.of("kept"), bench.states(id));
    bench.now = bench.now.plus(Duration.ofDays(30));
    upkeep.advance();
    assertEquals(List.of("expired"), bench.states(id));
  }

  @Test
  void aWishIsFulfilledAtTheNextLook() throws IOException {
    QueueId id = bench.keep("bob");
    QuarantineUpkeep upkeep = upkeep(1L << 30);
    upkeep.advance();
    String before = upkeep.stamp();
    Releases.note(
        bench.store, new Releases.Wish(id, _ -> true, "somebody", false, false), bench.now);
    assertTrue(!upkeep.stamp().equals(before), "it is looked at, at once");
    upkeep.advance();
    assertEquals(List.of("released"), bench.states(id));
  }
}
