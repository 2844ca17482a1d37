package net.facteur.server.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.Recipient;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.server.archive.TarWriter;
import net.facteur.server.files.ToldException;
import net.facteur.server.mailbox.DeliveredName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupRestoreTest {
  private static final String RECIPIENT =
      "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
  private static final String IDENTITY =
      "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
  private static final long MOST = 1L << 32;

  @TempDir private Path directory;
  private SmallServer server = new SmallServer(Path.of(""));

  @BeforeEach
  void build() throws Exception {
    server = SmallServer.in(directory.resolve("old"));
    server.fill(1000, 60);
    server.mail("alice", "1.M1.host,S=5", "hello");
    server.mail("bob", "2.M1.host,S=5", "world");
  }

  private Backup.Made backup(Backup.To to, List<String> recipients, boolean mail)
      throws IOException {
    return new Backup(server.settings(), "1.0", SmallServer.CLOCK, Backup.Progress.NONE)
        .make(new Backup.Wish(to, recipients, mail, Optional.empty()));
  }

  private Path file(boolean mail) throws IOException {
    Path file = directory.resolve("backup.tar.gz");
    Files.deleteIfExists(file);
    backup(new Backup.To.File(file), List.of(), mail);
    return file;
  }

  private static Restorable check(Path file) throws IOException {
    return Restorable.check(file, Optional.empty(), MOST, Backup.Progress.NONE);
  }

  private SmallServer restored(Restorable backup, String where, Set<Part> parts, boolean go)
      throws IOException {
    var target = new SmallServer(directory.resolve(where));
    backup.restore(
        backup.places(target.settingsFile()), target.settingsFile(), parts, go, SmallServer.CLOCK);
    return target;
  }

  private static Map<String, String> withoutQueue(SmallServer server) throws IOException {
    Map<String, String> all = SmallServer.content(server.data());
    all.keySet()
        .removeIf(
            name ->
                name.startsWith("queue/")
                    || name.endsWith(".lock")
                    || name.equals("tls-reports.db")
                    || name.equals("backups")
                    || name.equals("keys/restored"));
    return all;
  }

  private static Map<String, String> queued(SmallServer server) throws IOException {
    var found = new TreeMap<String, String>();
    try (SqliteStore store = server.queue()) {
      for (Listed each : store.inspector().list(QueueFilter.ALL, 100_000)) {
        try (var in = store.inspector().content(each.id()).orElseThrow().openBody()) {
          found.put(
              each.id().text(),
              HexFormat.of().formatHex(ExactStream.sha256().digest(in.readAllBytes())));
        }
      }
    }
    return found;
  }

  @Test
  void everythingComesBackElsewhereAndTheQueueIsHeld() throws Exception {
    SmallServer fresh = restored(check(file(true)), "new", Set.of(), false);
    assertEquals(withoutQueue(server), withoutQueue(fresh));
    assertEquals(
        SmallServer.content(server.home().resolve("conf")),
        SmallServer.content(fresh.home().resolve("conf")));
    assertFalse(Files.exists(fresh.data().resolve("link")));
    assertFalse(Files.exists(fresh.data().resolve(RestorePlan.FILE_NAME)));
    try (SqliteStore store = fresh.queue()) {
      assertEquals(60, store.inspector().summary(1).total().held());
    }
    assertEquals(queued(server), queued(fresh));
    try (var database =
            DriverManager.getConnection("jdbc:sqlite:" + fresh.data().resolve("tls-reports.db"));
        var row = database.createStatement().executeQuery("SELECT a FROM t")) {
      assertTrue(row.next());
      assertEquals("counted", row.getString(1));
    }
  }

  @Test
  void whatMayGoIsNotHeld() throws Exception {
    SmallServer fresh = restored(check(file(false)), "new", Set.of(), true);
    try (SqliteStore store = fresh.queue()) {
      assertEquals(60, store.inspector().summary(1).total().queued());
    }
    assertFalse(Files.exists(fresh.data().resolve("mail")));
  }

  @Test
  void overABrokenOneWhichIsKeptAside() throws Exception {
    Path file = file(true);
    Map<String, String> before = withoutQueue(server);
    Files.writeString(server.data().resolve("users"), "broken");
    Files.delete(server.data().resolve("srs-secret"));
    Files.writeString(server.data().resolve("of-later"), "made after the backup");
    Files.writeString(server.data().resolve("queue/queue.db"), "no database any more");
    restored(check(file), "old", Set.of(), false);
    Map<String, String> after = withoutQueue(server);
    after.keySet().removeIf(name -> name.contains("before-restore-"));
    assertEquals(before, after);
    Path aside = server.data().resolve("before-restore-20261201T030000Z");
    assertEquals("broken", Files.readString(aside.resolve("users")));
    assertEquals("made after the backup", Files.readString(aside.resolve("of-later")));
    assertEquals(60, queued(server).size());
  }

  @Test
  void keysAloneComeBackAndAreDoubted() throws Exception {
    Path file = file(true);
    Files.delete(server.data().resolve("keys/active.example.org.rsa"));
    Files.writeString(server.data().resolve("users"), "changed since");
    var backup = check(file);
    backup.restore(
        Roots.from(server.settings()),
        server.settingsFile(),
        EnumSet.of(Part.KEYS),
        false,
        SmallServer.CLOCK);
    assertEquals("changed since", Files.readString(server.data().resolve("users")));
    assertEquals(
        "key active\n", Files.readString(server.data().resolve("keys/active.example.org.rsa")));
    assertTrue(Files.exists(server.data().resolve("keys/restored")));
    assertEquals(60, queued(server).size());
  }

  @Test
  void aMailboxGetsBackWhatIsMissingAndNothingTwice() throws Exception {
    Path file = file(true);
    Path maildir = server.data().resolve("mail/example.org/alice/Maildir");
    server.mail("alice", "3.M1.host,S=3", "new");
    Path read = maildir.resolve("cur/1.M1.host,S=5:2,S");
    Files.createDirectories(read.getParent());
    Files.move(maildir.resolve("new/1.M1.host,S=5"), read);
    Path mail = Roots.from(server.settings()).mail();
    assertEquals(
        Optional.of(new MailboxRestore.Back(0, 1)),
        new MailboxRestore(check(file), mail).restore("alice@example.org"));
    Files.delete(read);
    assertEquals(
        Optional.of(new MailboxRestore.Back(1, 0)),
        new MailboxRestore(check(file), mail).restore("alice@example.org"));
    assertEquals("hello", Files.readString(maildir.resolve("new/1.M1.host,S=5")));
    assertEquals("new", Files.readString(maildir.resolve("new/3.M1.host,S=3")));
    assertEquals(
        Optional.empty(), new MailboxRestore(check(file), mail).restore("carol@example.org"));
  }

  @Test
  void encryptedOnesNeedTheirKeyAndMailIsCopiedOnce() throws Exception {
    Path place = directory.resolve("backups");
    Path identity = directory.resolve("key");
    Files.writeString(identity, "# created\n" + IDENTITY + "\n");
    Backup.Made first = backup(new Backup.To.Directory(place), List.of(RECIPIENT), true);
    Path archive = first.where().orElseThrow();
    assertThrows(ToldException.class, () -> check(archive));
    Restorable backup =
        Restorable.check(archive, Optional.of(identity), MOST, Backup.Progress.NONE);
    var fresh = new SmallServer(directory.resolve("new"));
    backup.restore(
        backup.places(fresh.settingsFile()),
        fresh.settingsFile(),
        Set.of(),
        false,
        SmallServer.CLOCK);
    assertEquals(withoutQueue(server), withoutQueue(fresh));
    int copied = SmallServer.content(place.resolve("mail-mail.example.org")).size();
    new Backup(
            server.settings(),
            "1.0",
            InstantSource.fixed(SmallServer.NOW.plusSeconds(86_400)),
            Backup.Progress.NONE)
        .make(
            new Backup.Wish(
                new Backup.To.Directory(place),
                List.of(RECIPIENT),
                true,
                Optional.of(new Keep(1, 0, 0))));
    assertEquals(copied, SmallServer.content(place.resolve("mail-mail.example.org")).size());
    assertFalse(Files.exists(archive), "only one day is kept");
    // One octet of the mail beside it.
    Path object =
        MailPool.find(
                place.resolve("mail-mail.example.org"),
                HexFormat.of().formatHex(ExactStream.sha256().digest(SmallServer.ascii("hello"))))
            .orElseThrow();
    Files.delete(object);
    Path second = new Archives(place, "mail.example.org").newest().orElseThrow();
    assertThrows(
        ToldException.class,
        () -> Restorable.check(second, Optional.of(identity), MOST, Backup.Progress.NONE));
  }

  /// Mail that was delivered while the backup was made is in the queue of the backup, and so not in
  /// its mailbox.
  @Test
  void noMessageIsBothQueuedAndDelivered() throws Exception {
    try (SqliteStore store = server.queue()) {
      var put =
          store
              .put(
                  Mail.of(
                      Mail.id(SmallServer.NOW, new Random(77)),
                      SmallServer.NOW,
                      new byte[9],
                      Mail.ALICE,
                      Recipient.of(new MailAddress("alice", "example.org"), SmallServer.ALICE)))
              .toCompletableFuture()
              .join()
              .getFirst();
      store.release(put);
      String name =
          DeliveredName.of(
              SmallServer.NOW, put.id().text(), "alice@example.org", "alice@example.org", "");
      server.mail("alice", name + "mail.example.org,S=9", "delivered, and not written down yet");
    }
    Manifest manifest = check(file(true)).manifest();
    assertEquals(61, manifest.about().messages());
    assertEquals(
        List.of("mail/example.org/alice/Maildir/new/1.M1.host,S=5"),
        manifest.files().stream()
            .map(ArchivedFile::name)
            .filter(name -> name.contains("/alice/"))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cut", "flip", "swap", "extra", "traversal", "place", "noManifest", "text"})
  void whatIsNotWholeIsRefusedBeforeAnythingIsTouched(String how) throws Exception {
    Path file = file(false);
    byte[] plain;
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      plain = in.readAllBytes();
    }
    byte[] pressed = Files.readAllBytes(file);
    switch (how) {
      case "cut" -> Files.write(file, Arrays.copyOf(pressed, pressed.length / 2));
      case "flip" -> press(file, flipped(plain, "kept by whoever"));
      case "swap" -> press(file, flipped(plain, "key active"));
      case "extra" -> press(file, more("data/extra"));
      case "traversal" -> press(file, more("data/../../etc/cron.d/x"));
      case "place" -> press(file, more("elsewhere/x"));
      case "noManifest" -> press(file, new byte[1024]);
      case "text" -> Files.writeString(file, "no archive at all");
      default -> throw new AssertionError(how);
    }
    assertThrows(ToldException.class, () -> check(file));
    assertFalse(Files.exists(directory.resolve("new")));
  }

  private static byte[] flipped(byte[] octets, String near) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    byte[] copy = octets.clone();
    copy[text.indexOf(near)] ^= 1;
    return copy;
  }

  private static byte[] more(String name) throws IOException {
    var out = new ByteArrayOutputStream();
    var tar = new TarWriter(out);
    tar.add(Manifest.FIRST, SmallServer.NOW, SmallServer.ascii("{}"));
    tar.add(name, SmallServer.NOW, SmallServer.ascii("x"));
    tar.finish();
    return out.toByteArray();
  }

  private static void press(Path file, byte[] octets) throws IOException {
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      new ByteArrayInputStream(octets).transferTo(out);
    }
  }

  @Test
  void aBombIsRefused() throws Exception {
    assertThrows(
        ToldException.class,
        () -> Restorable.check(file(false), Optional.empty(), 1000, Backup.Progress.NONE));
  }

  @Test
  void aManifestCannotLeadIntoTheSystem() throws Exception {
    var backup = check(file(false));
    var evil = new Roots(Path.of("/etc"), Path.of("/etc/q"), Path.of("/etc/k"), Path.of("/etc/m"));
    assertThrows(
        ToldException.class,
        () -> backup.restore(evil, Path.of("/etc/mail.conf"), Set.of(), false, SmallServer.CLOCK));
    Path strange = Files.createDirectories(directory.resolve("strange"));
    Files.writeString(strange.resolve("thesis"), "of somebody");
    assertThrows(
        ToldException.class,
        () ->
            backup.restore(
                new Roots(
                    strange, strange.resolve("q"), strange.resolve("k"), strange.resolve("m")),
                directory.resolve("x.conf"),
                Set.of(),
                false,
                SmallServer.CLOCK));
    assertEquals(List.of("thesis"), List.copyOf(SmallServer.content(strange).keySet()));
  }

  @Test
  void whatIsLeftBehindByOneThatWasKilledIsRemoved() throws Exception {
    server.write(server.data().resolve("backup-staging/x"), "");
    server.write(server.data().resolve("queue/backup-staging/queue.db"), "");
    Manifest manifest = check(file(false)).manifest();
    assertFalse(
        manifest.files().stream().anyMatch(each -> each.name().contains("staging")),
        () -> manifest.files().toString());
    assertFalse(Files.exists(server.data().resolve("backup-staging")));
    assertFalse(Files.exists(server.data().resolve("queue/backup-staging")));
  }

  @Test
  void howItWentIsWrittenDown() throws Exception {
    file(false);
    Path there = directory.resolve("backup.tar.gz");
    assertThrows(IOException.class, () -> backup(new Backup.To.File(there), List.of(), false));
    BackupLog log = BackupLog.of(server.settings());
    assertEquals(
        List.of(BackupLog.Result.GOOD, BackupLog.Result.FAILED),
        log.lines().stream().map(BackupLog.Line::result).toList());
    assertEquals(
        Instant.parse("2026-12-01T03:00:00Z"),
        log.lastGood(BackupLog.Kind.BACKUP).orElseThrow().at());
  }
}
