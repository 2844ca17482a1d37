package net.facteur.server.lists.posting;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import net.facteur.auth.arc.ArcValidator;
import net.facteur.auth.dkim.BodySelection;
import net.facteur.auth.dkim.Canonicalization;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dkim.HashAlgorithm;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.run.QueueRunner;
import net.facteur.queue.run.VirtualThreadWorkers;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.lists.Archive;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.ListPlaces;
import net.facteur.server.lists.ListSecret;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.signing.BodyHashes;
import net.facteur.server.signing.CopySigner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A post on its way through a queue on a disk, from the list to each member.
class MemberCopiesTest {
  private static final UserName STAFF = UserName.parse("staff@example.org").orElseThrow();
  private static final int DESTINATIONS = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory = Path.of("");

  /// What a copy looked like when it left, and from whom to whom.
  private record Sent(ReversePath path, MessageHeader header) {}

  private final Map<String, Sent> sent = new ConcurrentHashMap<>();
  private final AtomicInteger twice = new AtomicInteger();
  private final AtomicInteger hashed = new AtomicInteger();
  private final AtomicLong queuedNanos = new AtomicLong();
  private final AtomicLong queuedCpu = new AtomicLong();

  /// Nanoseconds that this process has had of all processors.
  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private Map<Recipient, DeliveryOutcome> sink(DeliveryAttempt attempt) {
    attempt
        .recipients()
        .forEach(
            recipient -> {
              var one =
                  new Sent(attempt.reversePath(), MessageHeader.parse(attempt.content().header()));
              if (sent.put(recipient.address().text(), one) != null) {
                twice.incrementAndGet();
              }
            });
    var done =
        new DeliveryOutcome.Delivered(
            EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);
    return attempt.recipients().stream().collect(Collectors.toMap(r -> r, _ -> done));
  }

  private final CopySigner signer =
      new CopySigner() {
        @Override
        public List<BodySelection> selections() {
          hashed.incrementAndGet();
          return List.of(
              BodySelection.whole(Canonicalization.RELAXED.body(), HashAlgorithm.SHA256));
        }

        @Override
        public CompletionStage<List<HeaderField>> sign(
            DomainName domain, MessageHeader header, BodyHashes hashes) {
          return CompletableFuture.completedFuture(
              List.of(HeaderField.of("X-Signed-For", " " + domain + " " + header.fields().size())));
        }
      };

  private void send(int members) throws IOException, InterruptedException {
    var lists = new Lists(directory.resolve("lists"));
    lists.add(
        MailingList.fresh(STAFF, List.of(), ListOptions.usual(Language.ENGLISH))
            .withKind(ListKind.OPEN)
            .withOptions(
                ListOptions.usual(Language.ENGLISH)
                    .withArchive(new Archive.Maildir(Optional.of(Duration.ofDays(30))))));
    lists.changeAll(
        STAFF,
        before -> {
          var all = new java.util.TreeMap<String, Member>();
          for (int i = 0; i < members; i++) {
            var member =
                Member.active(new MailAddress("m" + i, "d" + i % DESTINATIONS + ".example"), "");
            all.put(member.key(), member);
          }
          return new ListContent(before.list(), all);
        });
    var secret = new ListSecret(List.of(new byte[20]));
    var tags = new MemberTags(secret);
    InstantSource clock = InstantSource.system();
    Path files = Files.createDirectories(directory.resolve("queue"));
    SqliteStore store = SqliteStore.open(QueueSettings.in(files), clock);
    var agent = new CompletableFuture<ListAgent>();
    var runner =
        new QueueRunner(
            QueueSettings.in(files),
            store,
            attempt -> {
              var outcome = agent.join().deliver(attempt);
              if (attempt.destination().text().startsWith("post:")) {
                queuedNanos.set(System.nanoTime());
                queuedCpu.set(cpu());
              }
              return outcome;
            },
            _ -> Optional.empty(),
            clock,
            new Random(7),
            new VirtualThreadWorkers());
    QueueOperator operator = runner.operator(store.inspector());
    var router =
        new Router(
                new RoutingSettings(
                    List.of(STAFF.domain()),
                    Set.of(),
                    "+",
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty()),
                (_, _) -> false,
                ReversePathRewriter.identity())
            .withLists(new ListPlaces(lists));
    var resolver = ZoneResolver.of(Map.of());
    agent.complete(
        new ListAgent(
            new MemberCopies(this::sink, lists, secret, tags, signer, "https://mail.example.org"),
            lists,
            secret,
            tags,
            new Returns(lists, tags, new BounceScores(directory.resolve("lists.returns")), clock),
            new ListAgent.Surroundings(
                "mail.example.org",
                router,
                runner,
                operator,
                new DmarcEvaluator(resolver, DmarcLocalPolicy.asPublished()),
                new ArcValidator(
                    resolver, DkimCrypto.standard(), clock, DkimVerifier.Policy.DEFAULT),
                (_, _, _, _, _) -> CompletableFuture.completedFuture(List.of()),
                new PostArchive(directory.resolve("archive")),
                _ -> true,
                clock),
            new ListAgent.Ports(
                (_, _, _) -> {
                  throw new AssertionError("not asked");
                },
                (_, _, _, _, _) -> {
                  throw new AssertionError("not asked");
                })));
    byte[] header =
        "From: Alice <alice@example.org>\r\nSubject: hello\r\nMessage-ID: <1@x>\r\n\r\n"
            .getBytes(US_ASCII);
    byte[] body = "0123456789012345678901234567890123456789\r\n".repeat(488).getBytes(US_ASCII);
    var post =
        new NewMessage(
            QueueId.next(clock, new Random(8)),
            clock.instant(),
            header,
            StagedBody.of(body),
            List.of(
                new Envelope(
                    new ReversePath.Of(new MailAddress("alice", "example.org")),
                    List.of(
                        Recipient.of(
                            new MailAddress("staff", "example.org"),
                            new NextHop.ToList(STAFF.text()).destination())))),
            MessageTraits.PLAIN,
            "submission alice");
    try (runner) {
      runner.start();
      long began = System.nanoTime();
      long cpuBefore = cpu();
      runner.enqueue(post).toCompletableFuture().join();
      while (sent.size() < members) {
        assertTrue(System.nanoTime() - began < PATIENCE.toNanos(), sent.size() + " of " + members);
        Thread.sleep(20);
      }
      System.out.printf(
          "a post of %d octets to %d members: queued in %.2f s, %.2f s of processor; left in"
              + " %.2f%n",
          header.length + body.length,
          members,
          (queuedNanos.get() - began) / 1e9,
          (queuedCpu.get() - cpuBefore) / 1e9,
          (System.nanoTime() - began) / 1e9);
    }
  }

  @Test
  void eachMemberGetsACopyOfHisOwn() throws IOException, InterruptedException {
    send(1203);
    assertEquals(1203, sent.size());
    assertEquals(0, twice.get());
    assertEquals(1, hashed.get(), "the body is hashed once");
    assertEquals(1203, sent.values().stream().map(Sent::path).distinct().count());
    assertEquals(
        1203, sent.values().stream().map(s -> value(s, "List-Unsubscribe")).distinct().count());
    Sent one = Optional.ofNullable(sent.get("m7@d7.example")).orElseThrow();
    assertTrue(
        value(one, "List-Unsubscribe")
            .matches(
                "<https://mail\\.example\\.org/list/staff@example\\.org/leave/[a-z2-7]{16}>,"
                    + "\\s*<mailto:staff-unsubscribe\\+[a-z2-7]{16}@example\\.org>"),
        value(one, "List-Unsubscribe"));
    assertEquals("List-Unsubscribe=One-Click", value(one, "List-Unsubscribe-Post"));
    // the signature was made over a header that had both fields, and nothing came on top of it
    assertEquals("example.org " + (one.header().fields().size() - 1), value(one, "X-Signed-For"));
    assertTrue(one.header().fields().getFirst().is("X-Signed-For"));
    assertTrue(one.path().text().matches("staff-bounces\\+[a-z2-7]{16}@example\\.org"));
    assertFalse(one.header().first("X-List-Copy").isPresent());
    archivedOnceAndForgotten();
    String all = new String(one.header().section(), US_ASCII);
    assertFalse(all.contains("m8@"), "no copy names another member");
  }

  private static long count(Path posts) throws IOException {
    try (var files = Files.list(posts)) {
      return files.count();
    }
  }

  private void archivedOnceAndForgotten() throws IOException {
    var lists = new Lists(directory.resolve("lists"));
    var archive = new PostArchive(directory.resolve("archive"));
    Path posts = archive.of(lists.list(STAFF).orElseThrow().list()).resolve("new");
    try (var files = Files.list(posts)) {
      List<Path> kept = files.toList();
      assertEquals(1, kept.size());
      String text = Files.readString(kept.getFirst());
      assertTrue(text.contains("List-Id:"), text);
      assertFalse(text.contains("X-List-Copy"), text);
    }
    archive.forget(lists, Instant.now().plus(Duration.ofDays(29)));
    assertEquals(1, count(posts));
    archive.forget(lists, Instant.now().plus(Duration.ofDays(31)));
    assertEquals(0, count(posts));
  }

  @Test
  @Tag("long")
  void aPostToFiveThousandMembersReachesEachOnce() throws IOException, InterruptedException {
    send(500);
    sent.clear();
    directory = Files.createDirectories(directory.resolve("again"));
    send(5000);
    assertEquals(5000, sent.size());
    assertEquals(0, twice.get());
  }

  private static String value(Sent copy, String name) {
    return copy.header().first(name).map(HeaderField::unfolded).orElse("").strip();
  }
}
