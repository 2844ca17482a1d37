package net.facteur.server.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.DeliveryOutcome.Failed;
import net.facteur.queue.Destination;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.TextContent;
import net.facteur.server.routing.Separators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaildirAgentTest {
  private static final String HEADER = "From: a@example.org\r\nSubject: t\r\n\r\n";
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"));

  @TempDir private Path base = Path.of("");

  private MaildirAgent agent(MailboxSettings settings) {
    return new MaildirAgent(settings, CLOCK, new Random(1));
  }

  private MaildirAgent agent() {
    return agent(MailboxSettings.of(base, "mx.example.org"));
  }

  private static DeliveryAttempt attempt(String user, String address, MessageContent content) {
    return attempt(new Destination("maildir:" + user), address, content);
  }

  private static DeliveryAttempt attempt(
      Destination destination, String address, MessageContent content) {
    int at = address.lastIndexOf('@');
    var recipient =
        Recipient.of(
            new MailAddress(address.substring(0, at), address.substring(at + 1)), destination);
    return new DeliveryAttempt(
        new QueueId("0123456789ABCDEF"),
        new ReversePath.Of(new MailAddress("s", "example.net")),
        destination,
        List.of(recipient),
        content,
        MessageTraits.PLAIN,
        1,
        Instant.EPOCH,
        false);
  }

  private static DeliveryOutcome only(MaildirAgent agent, DeliveryAttempt attempt) {
    return agent.deliver(attempt).values().iterator().next();
  }

  private static MessageContent content(String body) {
    return new TextContent(HEADER, body);
  }

  /// @param failsAt octets after which the body's stream breaks
  private static MessageContent broken(String body, int failsAt) {
    MessageContent whole = content(body);
    return new MessageContent() {
      @Override
      public byte[] header() {
        return whole.header();
      }

      @Override
      public long bodySize() {
        return whole.bodySize();
      }

      @Override
      public InputStream openBody() throws IOException {
        InputStream octets = whole.openBody();
        return new InputStream() {
          private int left = failsAt;

          @Override
          public int read() throws IOException {
            if (left == 0) {
              throw new IOException("broken disk");
            }
            left--;
            return octets.read();
          }

          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            int octet = length == 0 ? 0 : read();
            if (octet < 0 || length == 0) {
              return octet;
            }
            into[from] = (byte) octet;
            return 1;
          }
        };
      }
    };
  }

  private List<Path> files(String directory) throws IOException {
    Path path = base.resolve(directory);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (var list = Files.list(path)) {
      return list.sorted().toList();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void storesTheMessageWithItsTraceAndLineFeeds() throws Exception {
    var outcome =
        only(agent(), attempt("alice@example.org", "Alice+x@example.org", content("a\r\n\rb\r\n")));
    var done = assertInstanceOf(Delivered.class, outcome);
    assertFalse(done.relayed());
    var files = files("example.org/alice/Maildir/new");
    assertEquals(1, files.size());
    String expected =
        "Return-Path: <s@example.net>\nDelivered-To: Alice+x@example.org\n"
            + HEADER.replace("\r\n", "\n")
            + "a\n\rb\n";
    assertEquals(expected, Files.readString(files.getFirst(), StandardCharsets.ISO_8859_1));
    String name = files.getFirst().getFileName().toString();
    assertTrue(name.matches("0\\.Q0123456789ABCDEFR[0-9a-f]+\\.mx\\.example\\.org,S=\\d+"), name);
    assertTrue(name.endsWith(",S=" + expected.length()), name);
    assertEquals(List.of(), files("example.org/alice/Maildir/tmp"));
    assertEquals("rw-------", mode(files.getFirst()));
    for (String d : List.of("", "/new", "/tmp", "/cur")) {
      assertEquals("rwx------", mode(base.resolve("example.org/alice/Maildir" + d)));
    }
  }

  @Test
  void leavesNothingWhereTheMessageCannotBeWrittenWhole() throws Exception {
    var outcome =
        only(
            agent(), attempt("a@example.org", "a@example.org", broken("x".repeat(50_000), 40_000)));
    var deferred = assertInstanceOf(Deferred.class, outcome);
    assertFalse(deferred.destinationDown());
    assertEquals(List.of(), files("example.org/a/Maildir/new"));
    assertEquals(List.of(), files("example.org/a/Maildir/tmp"));
  }

  @Test
  void showsNothingInNewUntilTheFileIsWhole() throws Exception {
    var seen = new ArrayList<Path>();
    var temporary = new ArrayList<Path>();
    var content =
        new MessageContent() {
          @Override
          public byte[] header() {
            return HEADER.getBytes(StandardCharsets.ISO_8859_1);
          }

          @Override
          public long bodySize() {
            return 0;
          }

          @Override
          public InputStream openBody() throws IOException {
            // Where a crash would find the disk.
            seen.addAll(files("example.org/a/Maildir/new"));
            temporary.addAll(files("example.org/a/Maildir/tmp"));
            return InputStream.nullInputStream();
          }
        };
    assertInstanceOf(
        Delivered.class, only(agent(), attempt("a@example.org", "a@example.org", content)));
    assertEquals(List.of(), seen);
    assertEquals(1, temporary.size());
    assertEquals(1, files("example.org/a/Maildir/new").size());
  }

  @Test
  void defersWhereTheDiskIsFullOrThePlaceIsTaken() throws Exception {
    var full =
        new MailboxSettings(
            base, new Separators("+"), false, Long.MAX_VALUE / 2, "h.test", true, 0, Duration.ZERO);
    var deferred =
        assertInstanceOf(
            Deferred.class,
            only(agent(full), attempt("a@example.org", "a@example.org", content("x"))));
    assertEquals("4.2.2", deferred.status().toString());
    assertEquals(Optional.of(Duration.ofMinutes(5)), deferred.retryAfter());
    Files.createDirectories(base.resolve("example.org"));
    Files.writeString(base.resolve("example.org/b"), "a file");
    assertInstanceOf(
        Deferred.class, only(agent(), attempt("b@example.org", "b@example.org", content("x"))));
  }

  @Test
  void neverLeavesTheBase() throws Exception {
    Path inner = base.resolve("mail");
    Files.createDirectory(inner);
    var agent = agent(MailboxSettings.of(inner, "h.test"));
    var random = new Random(42);
    var alphabet = List.of("..", "/", "\\", "~", ".", "a", "%", "\u00e9", "@", " ", "{user}", "*");
    for (int i = 0; i < 300; i++) {
      var user = new StringBuilder();
      for (int j = 0; j <= random.nextInt(6); j++) {
        user.append(alphabet.get(random.nextInt(alphabet.size())));
      }
      only(agent, attempt(user + "@..", "x@example.org", content("x")));
      only(agent, attempt(user + "@example.org", "x@example.org", content("x")));
    }
    assertEquals(List.of(inner), files(""));
    for (Path domain : files("mail")) {
      assertTrue(
          List.of("example.org", "=2E.").contains(domain.getFileName().toString()),
          domain.toString());
    }
    assertInstanceOf(Failed.class, only(agent, attempt("nobody", "x@example.org", content("x"))));
  }

  private MaildirAgent sorting(String separators) {
    return agent(
        new MailboxSettings(
            base, new Separators(separators), true, 0, "h.test", true, 0, Duration.ZERO));
  }

  private static final String A = "example.org/a/Maildir";

  private void folder(String name) throws IOException {
    Files.createDirectories(base.resolve(A).resolve(name).resolve("cur"));
  }

  /// How many messages lie in a folder; -1 where there is none.
  private int in(String folder) throws IOException {
    Path directory = base.resolve(A).resolve(folder).resolve("new");
    return Files.isDirectory(directory) ? files(A + "/" + folder + "/new").size() : -1;
  }

  @ParameterizedTest(name = "{0} in {1}")
  @CsvSource({
    "a+work@example.org, .Work",
    "A+WORK@example.org, .Work",
    "a+lists.java@example.org, .Lists.java",
    "a+été@example.org, .&AOk-t&AOk-",
    "a+ÉTÉ@example.org, .&AOk-t&AOk-",
    "a+q&a@example.org, .q&-a",
    "a+two@example.org, .two",
    "a-work@example.org, .Work",
    "a+=work@example.org, new",
    "a+Two@example.org, new",
    "a+none@example.org, new",
    "a+file@example.org, new",
    "a+link@example.org, new",
    "a+plain@example.org, new",
    "a+sent@example.org, new",
    "a+Sent.2026@example.org, new",
    "a+&AOk-t&AOk-@example.org, new",
    "a+@example.org, new",
    "a@example.org, new",
    "a+..@example.org, new",
    "a+../b@example.org, new",
    "a+.@example.org, new",
    "a+/@example.org, new",
    "a+.work@example.org, new",
  })
  void sortsSubAddressesIntoFoldersThatExist(String address, String place) throws Exception {
    for (String name :
        List.of(".Work", ".Lists.java", ".&AOk-t&AOk-", ".q&-a", ".two", ".TWO", ".Sent.2026")) {
      folder(name);
    }
    folder(".Sent");
    Files.createDirectories(base.resolve(A, ".plain"));
    Files.createDirectories(base.resolve("b/cur"));
    Files.createFile(base.resolve(A, ".file"));
    Files.createSymbolicLink(base.resolve(A, ".link"), base.resolve("b"));
    only(sorting("+-"), attempt("a@example.org", address, content("1")));
    List<String> filled;
    try (Stream<Path> all = Files.walk(base)) {
      filled =
          all.filter(Files::isRegularFile)
              .map(path -> base.relativize(path).toString())
              .filter(name -> name.contains("/new/"))
              .map(name -> name.substring(0, name.indexOf("/new/") + 4))
              .toList();
    }
    assertEquals(List.of(A + (place.equals("new") ? "/new" : "/" + place + "/new")), filled);
  }

  @Test
  void quarantinedMailStaysOutOfTheOtherFolders() throws Exception {
    folder(".Work");
    only(
        sorting("+"),
        attempt(new Destination("junk:a@example.org"), "a+work@example.org", content("1")));
    assertEquals(1, in(".Junk"));
    assertEquals(-1, in(".Work"));
  }

  @Test
  void withoutSeparatorsNothingIsSorted() throws Exception {
    folder(".Work");
    only(sorting(""), attempt("a@example.org", "a+work@example.org", content("1")));
    assertEquals(-1, in(".Work"));
  }

  @Test
  void givesManyAtOnceNamesOfTheirOwn() throws Exception {
    var agent = agent();
    var random = new Random(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        QueueId id = QueueId.next(CLOCK, random);
        executor.execute(
            () ->
                only(
                    agent,
                    repeated(attempt("a@example.org", "a@example.org", content("x\r\n")), id)));
      }
    }
    assertEquals(200, files("example.org/a/Maildir/new").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tmp", "new", "cur", "tmp,cur", "tmp,new,cur"})
  void aMaildirThatLostDirectoriesIsMadeWhole(String lost) throws Exception {
    var agent = agent();
    var junk = new Destination("junk:alice@example.org");
    for (String mailbox : List.of("Maildir", "Maildir/.Junk")) {
      var settings =
          mailbox.equals("Maildir")
              ? attempt("alice@example.org", "alice@example.org", content("a"))
              : to(junk, attempt("alice@example.org", "alice@example.org", content("a")));
      assertInstanceOf(Delivered.class, only(agent, settings));
      Path maildir = base.resolve("example.org/alice").resolve(mailbox);
      for (String part : lost.split(",", -1)) {
        for (Path file : files("example.org/alice/" + mailbox + "/" + part)) {
          Files.delete(file);
        }
        Files.delete(maildir.resolve(part));
      }
      assertInstanceOf(Delivered.class, only(agent, settings));
      for (String part : List.of("tmp", "new", "cur")) {
        assertEquals("rwx------", mode(maildir.resolve(part)), mailbox + "/" + part);
      }
    }
  }

  /// Whoever was killed between the copy and its record does it again; a reader may have been
  /// faster. `-` is a copy that the reader took away.
  @ParameterizedTest
  @CsvSource(
      value = {
        "new/$, 1",
        "cur/$, 1",
        "'cur/$:2,', 1",
        "'cur/$:2,S', 1",
        "'cur/$:2,FRS', 1",
        "'cur/$;2,S', 1",
        "'cur/$,W=200:2,S', 1",
        "tmp/$, 2",
        "-, 1",
      })
  void anAttemptThatMayRepeatFindsTheCopy(String place, int copies) throws Exception {
    for (String kind : List.of("maildir:", "junk:")) {
      var destination = new Destination(kind + "alice@example.org");
      DeliveryAttempt first =
          to(destination, attempt("alice@example.org", "alice@example.org", content("a")));
      String box = "example.org/alice/Maildir" + (kind.equals("junk:") ? "/.Junk" : "");
      assertInstanceOf(Delivered.class, only(agent(), first));
      Path file = files(box + "/new").getFirst();
      String name = file.getFileName().toString();
      if (place.equals("-")) {
        Files.delete(file);
      } else {
        Files.move(file, base.resolve(box).resolve(place.replace("$", name)));
      }
      assertInstanceOf(Delivered.class, only(agent(), repeated(first, first.id())));
      var all = new ArrayList<>(files(box + "/new"));
      all.addAll(files(box + "/cur"));
      all.addAll(files(box + "/tmp"));
      assertEquals(copies, all.size(), kind);
    }
  }

  @Test
  void anotherMessageOrRecipientIsNoRepetition() throws Exception {
    var other = new QueueId("0123456789ABCDEG");
    DeliveryAttempt alice = attempt("alice@example.org", "alice@example.org", content("a"));
    DeliveryAttempt work = attempt("alice@example.org", "alice+work@example.org", content("a"));
    for (DeliveryAttempt attempt :
        List.of(alice, repeated(alice, other), work, repeated(work, work.id()))) {
      assertInstanceOf(Delivered.class, only(agent(), repeated(attempt, attempt.id())));
    }
    assertEquals(3, files("example.org/alice/Maildir/new").size());
  }

  private static DeliveryAttempt repeated(DeliveryAttempt like, QueueId id) {
    return new DeliveryAttempt(
        id,
        like.reversePath(),
        like.destination(),
        like.recipients(),
        like.content(),
        like.traits(),
        1,
        like.received(),
        true);
  }

  private static DeliveryAttempt to(Destination destination, DeliveryAttempt like) {
    return new DeliveryAttempt(
        like.id(),
        like.reversePath(),
        destination,
        List.of(Recipient.of(like.recipients().iterator().next().address(), destination)),
        like.content(),
        like.traits(),
        1,
        Instant.EPOCH,
        false);
  }

  @ParameterizedTest
  @CsvSource({
    "rfc822;info@example.org, X-Original-To: info@example.org",
    "rfc822;Info+2Bx@example.org, X-Original-To: Info+x@example.org",
    "'utf-8;\\x{F6}@example.org', X-Original-To: \u00f6@example.org",
    "rfc822;a+0D+0ABcc:+20x@example.org, X-Original-To: a  Bcc: x@example.org",
    "rfc822;alice@example.org, ''",
    "x400;whatever, ''"
  })
  void theCopyNamesTheAddressThatTheSenderUsed(String original, String field) throws Exception {
    DeliveryAttempt plain = attempt("alice@example.org", "alice@example.org", content("a"));
    Recipient recipient = plain.recipients().getFirst();
    var attempt =
        new DeliveryAttempt(
            plain.id(),
            plain.reversePath(),
            plain.destination(),
            List.of(
                new Recipient(
                    recipient.address(),
                    recipient.destination(),
                    Optional.empty(),
                    Optional.of(original))),
            plain.content(),
            plain.traits(),
            1,
            Instant.EPOCH,
            false);
    assertInstanceOf(Delivered.class, only(agent(), attempt));
    var settings = MailboxSettings.of(base.resolve("other"), "h.test").withOriginalTo(false);
    assertInstanceOf(Delivered.class, only(agent(settings), attempt));
    List<String> lines = Files.readAllLines(files("example.org/alice/Maildir/new").getFirst());
    assertEquals(
        field.isEmpty() ? List.of() : List.of(field),
        lines.stream().filter(line -> line.startsWith("X-Original-To")).toList());
    assertEquals("Delivered-To: alice@example.org", lines.get(field.isEmpty() ? 1 : 2));
    assertFalse(
        Files.readString(files("other/example.org/alice/Maildir/new").getFirst())
            .contains("X-Original-To"));
  }
}
