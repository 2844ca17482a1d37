package net.facteur.server.quarantine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.server.filter.Handling;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
  @TempDir Path data = Path.of("");
  private QuarantineBench bench = new QuarantineBench(data);

  @BeforeEach
  void make() {
    bench = new QuarantineBench(data);
  }

  @Test
  void aReleasedMessageIsTheOldOneWithATraceOnTop() throws IOException {
    QueueId id = bench.keep("bob", "erin");
    var outcome = (Releases.Outcome.Released) bench.release(id);
    NewMessage message = bench.queued.getFirst();
    String header = new String(message.header(), StandardCharsets.UTF_8);
    assertTrue(
        header.startsWith(
            "Received: by mail.example.org (released from quarantine)\r\n\tid " + outcome.as()),
        header);
    assertTrue(header.endsWith(QuarantineBench.HEADER));
    assertEquals(
        QuarantineBench.BODY,
        new String(message.body().open().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(List.of("bob@example.org", "erin@example.org"), bench.recipients());
    assertEquals("released", message.facts().getFirst().what());
    assertTrue(message.facts().getFirst().detail().contains("was as " + id + " since"));
    assertEquals("spf=pass", message.facts().getLast().detail());
    assertEquals(List.of("released", "released"), bench.states(id));
    assertFalse(Files.exists(bench.directory.resolve(id + ".eml")), "the octets are gone");
    assertEquals(List.of(), bench.signed, "what a stranger wrote is not ours to sign");
  }

  @Test
  void whatAUserWroteIsSigned() {
    bench.release(bench.keep(Handling.Cause.RULE, false, "bob"));
    assertEquals(1, bench.signed.size());
    assertEquals(1, bench.queued.size());
  }

  @Test
  void oneRecipientAfterTheOtherGetsIt() {
    QueueId id = bench.keep("bob", "erin");
    for (String name : List.of("erin", "erin", "bob")) {
      QuarantineBench.trying(
          () ->
              bench
                  .releases()
                  .release(
                      new Releases.Wish(
                          id, one -> one.address().localPart().equals(name), name, false, false)));
    }
    assertEquals(List.of("bob@example.org", "erin@example.org"), bench.recipients());
    assertEquals(2, bench.queued.size());
  }

  @Test
  void twoAtOnceReleaseItOnce() throws Exception {
    QueueId id = bench.keep("bob");
    var begun = new CountDownLatch(20);
    bench.meanwhile =
        () -> {
          try {
            begun.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Releases.Outcome>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        // as after a reload: the parts differ, the store is one
        Releases own = bench.releases();
        all.add(
            () -> {
              begun.countDown();
              return own.release(new Releases.Wish(id, _ -> true, "somebody", false, false));
            });
      }
      int released = 0;
      int settled = 0;
      for (Future<Releases.Outcome> one : threads.invokeAll(all)) {
        released += one.get() instanceof Releases.Outcome.Released ? 1 : 0;
        settled += one.get() instanceof Releases.Outcome.Settled ? 1 : 0;
      }
      assertEquals(1, released);
      assertEquals(19, settled);
    }
    assertEquals(1, bench.queued.size());
  }

  @Test
  void whatTheQueueDoesNotTakeStays() {
    QueueId id = bench.keep("bob");
    bench.full = true;
    assertTrue(bench.release(id) instanceof Releases.Outcome.Failed);
    assertEquals(List.of("kept"), bench.states(id));
    bench.full = false;
    assertTrue(bench.release(id) instanceof Releases.Outcome.Released);
    assertEquals(1, bench.queued.size());
  }

  @Test
  void mailForNobodyStays() {
    QueueId id = bench.keep("nobody");
    assertTrue(bench.release(id) instanceof Releases.Outcome.Failed);
    assertEquals(List.of("kept"), bench.states(id));
  }

  @Test
  void harmfulContentTakesAWordMore() {
    QueueId id = bench.keep(Handling.Cause.VIRUS, true, "bob");
    assertTrue(bench.release(id) instanceof Releases.Outcome.Harmful);
    assertEquals(List.of(), bench.queued);
    assertTrue(bench.release(id, true) instanceof Releases.Outcome.Released);
  }

  @Test
  void whatWasWishedWithoutAServerIsReleasedByIt() throws IOException {
    QueueId id = bench.keep("bob", "erin");
    var wish =
        new Releases.Wish(
            id, one -> one.address().localPart().equals("bob"), "the postmaster", false, true);
    assertTrue(Releases.note(bench.store, wish, bench.now) instanceof Releases.Outcome.Noted);
    assertEquals(List.of("wished", "kept"), bench.states(id));
    bench.full = true;
    bench.releases().fulfilWishes();
    assertEquals(List.of("wished", "kept"), bench.states(id), "it is tried again");
    bench.full = false;
    bench.releases().fulfilWishes();
    assertEquals(List.of("released", "kept"), bench.states(id));
    assertEquals(List.of("bob@example.org"), bench.recipients());
    assertEquals(1, bench.learnt.size());
    assertTrue(MessageHeader.parse(bench.queued.getFirst().header()).first("Subject").isPresent());
  }

  @Test
  void whatIsThrownAwayIsNotReleased() throws IOException {
    QueueId id = bench.keep("bob");
    var all = new Releases.Wish(id, _ -> true, "the postmaster", false, false);
    assertTrue(bench.releases().drop(all) instanceof Releases.Outcome.Noted);
    assertTrue(bench.release(id) instanceof Releases.Outcome.Settled);
    assertTrue(bench.releases().drop(all) instanceof Releases.Outcome.Settled);
    assertEquals(List.of(), bench.queued);
  }
}
