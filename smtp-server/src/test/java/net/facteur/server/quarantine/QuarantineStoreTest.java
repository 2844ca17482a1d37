package net.facteur.server.quarantine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.filter.Handling;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineStoreTest {
  @TempDir Path data = Path.of("");
  private QuarantineBench bench = new QuarantineBench(data);

  @BeforeEach
  void make() {
    bench = new QuarantineBench(data);
  }

  private Path file(QueueId id, String end) {
    return bench.directory.resolve(id + end);
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(bench.directory)) {
      return files
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> !name.equals("lock"))
          .collect(java.util.stream.Collectors.toSet());
    }
  }

  @Test
  void keepsEveryOctetForItsOwnerAlone() throws IOException {
    QueueId id = bench.keep("bob", "erin");
    MessageContent content = bench.store.content(bench.message(id));
    assertEquals(QuarantineBench.HEADER, new String(content.header(), StandardCharsets.UTF_8));
    try (InputStream body = content.openBody()) {
      assertEquals(QuarantineBench.BODY, new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
    for (String name : names()) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(bench.directory.resolve(name))));
    }
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(bench.directory)));
    assertEquals("Zoë <zoe@far.example>", bench.message(id).glance().from());
  }

  @Test
  void readsBackWhatItWrote() {
    var everything =
        new KeptMessage(
            new QueueId("01JD0000000000AB"),
            QuarantineBench.NOW,
            false,
            ReversePath.Null.NULL,
            new MessageTraits(
                MessageTraits.Body.BINARY_MIME,
                true,
                true,
                Optional.of(MessageTraits.Returned.HDRS),
                Optional.of("a+2Bb"),
                MessageTraits.Priority.BULK),
            new Handling.Quarantine(Handling.Cause.ATTACHMENT, "a \"quoted\" reason"),
            "submission erin [192.0.2.9]",
            List.of(new Fact("received", "by 587"), new Fact("reports", "none")),
            17,
            40,
            new KeptMessage.Glance("a\u202eb", "", "1@x"),
            List.of(
                recipient("bob", Optional.empty(), Fate.Kept.KEPT),
                recipient(
                    "ça va",
                    Optional.of(Set.of()),
                    new Fate.Wished(QuarantineBench.NOW, "the postmaster", true)),
                recipient(
                    "c",
                    Optional.of(Set.of(Notify.DELAY, Notify.SUCCESS)),
                    new Fate.Releasing(new QueueId("01JD0000000000AC"), QuarantineBench.NOW, "d")),
                recipient(
                    "e",
                    Optional.empty(),
                    new Fate.Released(new QueueId("01JD0000000000AD"), QuarantineBench.NOW, "f")),
                recipient("g", Optional.empty(), new Fate.Dropped(QuarantineBench.NOW, "h")),
                recipient("i", Optional.empty(), new Fate.Expired(QuarantineBench.NOW))));
    byte[] written = KeptFile.write(everything).getBytes(StandardCharsets.UTF_8);
    assertEquals(Optional.of(everything), KeptFile.read(written));
    for (int length = 0; length < written.length - 2; length += 7) {
      assertEquals(Optional.empty(), KeptFile.read(java.util.Arrays.copyOf(written, length)));
    }
  }

  private static KeptRecipient recipient(String name, Optional<Set<Notify>> wishes, Fate fate) {
    return new KeptRecipient(
        new ForwardPath(
            new MailAddress(name, "example.org"), wishes, Optional.of("rfc822;" + name.length())),
        fate);
  }

  /// A crash leaves what was written until then.
  @ParameterizedTest
  @ValueSource(strings = {".eml", ".json.new"})
  void whatACrashLeftIsSwept(String end) throws IOException {
    QueueId whole = bench.keep("bob");
    Files.writeString(file(new QueueId("01JD0000000000AB"), end), "From: half");
    bench.store.recover(_ -> false);
    assertEquals(Set.of(whole + ".eml", whole + ".json"), names());
    assertEquals(1, bench.store.ids().size());
  }

  @Test
  void aDamagedMessageStaysAndIsNotReleased() throws IOException {
    QueueId cut = bench.keep("bob");
    QueueId lost = bench.keep("bob");
    Files.writeString(file(cut, ".eml"), "From: half");
    Files.writeString(file(lost, ".json"), "{\"version\": 1, \"id\"");
    bench.store.recover(_ -> false);
    assertTrue(bench.release(cut) instanceof Releases.Outcome.Failed);
    assertEquals(List.of("kept"), bench.states(cut));
    assertTrue(bench.release(lost) instanceof Releases.Outcome.Unknown);
    assertTrue(Files.exists(file(lost, ".eml")), "its octets are still there");
    assertEquals(List.of(), bench.queued);
  }

  @Test
  void aFileThatCannotBeReadHidesNoOtherMessage() throws IOException {
    QueueId id = bench.keep("bob");
    // As it is for who may not read it, whoever runs this test.
    Files.createDirectory(file(new QueueId("01JD0000000000AB"), ".json"));
    Files.createDirectory(file(new QueueId("ZZZZZZZZZZZZZZZ0"), ".json"));
    bench.store.recover(_ -> false);
    var seen = new ArrayList<QueueId>();
    bench.store.each(message -> seen.add(message.id()));
    assertEquals(List.of(id), seen);
    var view = new QuarantineView(bench.store, Duration.ofDays(30));
    assertTrue(view.why("bob@example.org", 10, _ -> {}));
    QueueId later = bench.keep("bob");
    assertEquals(List.of("kept"), bench.states(later));
  }

  @Test
  void aMessageThatCannotBeKeptLeavesNothingAndIsStillTheCallers() throws IOException {
    bench.keep("bob");
    Set<String> before = names();
    var body =
        new StagedBody() {
          private boolean discarded;

          @Override
          public long size() {
            return 1 << 20;
          }

          @Override
          public InputStream open() throws IOException {
            throw new IOException("the disk is gone");
          }

          @Override
          public void discard() {
            discarded = true;
          }
        };
    assertThrows(
        IOException.class,
        () -> bench.store.keep(bench.kept(Handling.Cause.SPAM, true, body, "bob"), 1L << 30));
    assertEquals(before, names());
    assertFalse(body.discarded);
  }

  @Test
  void noMoreIsKeptThanThereIsRoomFor() throws IOException {
    long one = (long) QuarantineBench.HEADER.length() + QuarantineBench.BODY.length();
    for (int i = 0; i < 2; i++) {
      bench.store.keep(
          bench.kept(
              Handling.Cause.SPAM,
              true,
              StagedBody.of(QuarantineBench.BODY.getBytes(StandardCharsets.UTF_8)),
              "bob"),
          3 * one);
    }
    QueueId more = bench.keep("bob");
    var full =
        assertThrows(
            QueueUnavailableException.class,
            () ->
                bench.store.keep(
                    bench.kept(
                        Handling.Cause.SPAM, true, StagedBody.of(new byte[(int) one]), "bob"),
                    3 * one));
    assertTrue(full.full(), "the client hears 452");
    assertTrue(bench.release(more) instanceof Releases.Outcome.Released);
    assertEquals(2 * one, bench.store.used(), "a released message makes room");
  }

  @Test
  void timeEndsAndWhatBecameOfAMessageIsKnownAsLongAgain() throws IOException {
    QueueId id = bench.keep("bob");
    bench.now = QuarantineBench.NOW.plus(QuarantineBench.KEEP).minusSeconds(1);
    bench.store.expire(QuarantineBench.KEEP);
    assertEquals(List.of("kept"), bench.states(id));
    bench.now = bench.now.plusSeconds(1);
    bench.store.expire(QuarantineBench.KEEP);
    assertEquals(List.of("expired"), bench.states(id));
    assertFalse(Files.exists(file(id, ".eml")));
    assertEquals(0, bench.store.used());
    assertTrue(bench.release(id) instanceof Releases.Outcome.Settled);
    bench.now = bench.now.plus(Duration.ofDays(31));
    bench.store.expire(QuarantineBench.KEEP);
    assertEquals(Set.of(), names());
  }

  @Test
  void aLargeBodyIsNotHeldInMemory() throws IOException {
    long size = 50L << 20;
    var body =
        new StagedBody() {
          @Override
          public long size() {
            return size;
          }

          @Override
          public InputStream open() {
            return new InputStream() {
              private long left = size;

              @Override
              public int read() {
                return left-- > 0 ? 'x' : -1;
              }

              @Override
              public int read(byte[] octets, int from, int length) {
                assertTrue(length <= 1 << 20, "asked for piece by piece");
                if (left <= 0) {
                  return -1;
                }
                int n = (int) Math.min(length, left);
                java.util.Arrays.fill(octets, from, from + n, (byte) 'x');
                left -= n;
                return n;
              }
            };
          }

          @Override
          public void discard() {}
        };
    var kept = bench.kept(Handling.Cause.VIRUS, true, body, "bob");
    bench.store.keep(kept, 1L << 30);
    MessageContent content = bench.store.content(bench.message(kept.id()));
    assertEquals(size, content.bodySize());
    try (InputStream in = content.openBody()) {
      assertArrayEquals("xxx".getBytes(StandardCharsets.US_ASCII), in.readNBytes(3));
    }
  }

  /// A crash after the mark was taken away, and before the message was released.
  @Test
  void aWishOutlivesACrash() throws IOException {
    QueueId id = bench.keep("bob");
    bench.store.change(
        id, _ -> true, _ -> new Fate.Wished(QuarantineBench.NOW, "the postmaster", false));
    var restarted = new QuarantineBench(data);
    restarted.store.recover(_ -> false);
    restarted.releases().fulfilWishes();
    assertEquals(List.of("released"), restarted.states(id));
    assertEquals(1, restarted.queued.size());
  }

  /// A crash between the note and the queue, and one behind it.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void afterACrashTheQueueKnowsWhetherItHasTheMessage(boolean queued) throws IOException {
    QueueId id = bench.keep("bob");
    var as = new QueueId("01JD0000000000AB");
    Instant at = QuarantineBench.NOW;
    bench.store.change(id, _ -> true, _ -> new Fate.Releasing(as, at, "the postmaster"));
    var restarted = new QuarantineBench(data);
    restarted.store.recover(asked -> queued && asked.equals(as));
    restarted.releases().fulfilWishes();
    assertEquals(List.of("released"), restarted.states(id));
    assertEquals(queued ? 0 : 1, restarted.queued.size());
    restarted.releases().fulfilWishes();
    assertEquals(queued ? 0 : 1, restarted.queued.size());
  }
}
