package net.facteur.server.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.server.mailbox.MailboxQuota.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaildirQuotaTest {
  private static final String ALICE = "alice@example.org";
  private static final long LIMIT = 1000;

  @TempDir private Path directory = Path.of("");
  private Path maildir = Path.of("");
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");
  private Optional<Long> limit = Optional.of(LIMIT);

  @BeforeEach
  void maildir() throws IOException {
    maildir = directory.resolve("mail/example.org/alice/Maildir");
    for (String part : List.of("new", "cur", ".Trash/cur", ".Trash/new")) {
      Files.createDirectories(maildir.resolve(part));
    }
  }

  private MaildirQuota quota() {
    return new MaildirQuota(
        MailboxSettings.of(directory.resolve("mail"), "h.test"),
        user -> user.equals(ALICE) ? limit : Optional.empty(),
        directory.resolve("quotas"),
        () -> now,
        Runnable::run);
  }

  private Path message(String name, int octets) throws IOException {
    return Files.write(maildir.resolve(name), new byte[octets]);
  }

  private static Verdict ask(MaildirQuota quota) {
    return quota.ask(ALICE).toCompletableFuture().join();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void aFullMailboxIsPutOffForATimeAndThenRefused() throws IOException {
    MaildirQuota quota = quota();
    assertEquals(Verdict.ROOM, ask(quota));
    message("new/1.M.h,S=600", 600);
    message(".Trash/cur/2.M.h:2,S", 400);
    assertEquals(Verdict.ROOM, ask(quota), "a count holds for a while");
    pass(MaildirQuota.FRESH);
    assertEquals(Verdict.FULL, ask(quota));
    assertTrue(quota.full(ALICE));
    pass(Duration.ofDays(3).minusSeconds(1));
    assertEquals(Verdict.FULL, ask(quota));
    pass(Duration.ofSeconds(1));
    assertEquals(Verdict.LONG_FULL, ask(quota));
    assertEquals(Verdict.LONG_FULL, ask(quota()), "a restart does not begin it anew");
    Files.delete(maildir.resolve(".Trash/cur/2.M.h:2,S"));
    pass(MaildirQuota.FRESH);
    assertEquals(Verdict.ROOM, ask(quota), "another program made room");
    message("cur/3.M.h,S=400:2,", 400);
    pass(MaildirQuota.FRESH);
    assertEquals(Verdict.FULL, ask(quota), "the time begins when it is full again");
  }

  @Test
  void whatIsDeliveredCountsAtOnce() throws IOException {
    MaildirQuota quota = quota();
    message("new/1.M.h,S=999", 999);
    assertFalse(quota.full(ALICE));
    message("new/2.M.h,S=500", 500);
    quota.added(ALICE, 500);
    assertTrue(quota.full(ALICE));
    assertEquals(Verdict.ROOM, quota.ask("bob@example.org").toCompletableFuture().join());
    limit = Optional.of(10_000L);
    assertFalse(quota.full(ALICE), "a larger quota counts at once");
  }

  @Test
  void aUserIsToldOnceForEachCrossing() {
    MaildirQuota quota = quota();
    quota.added(ALICE, 0);
    quota.added(ALICE, 790);
    assertFalse(quota.warns());
    quota.added(ALICE, 10);
    assertEquals(List.of(new MaildirQuota.Warning(ALICE, 80, 800, LIMIT)), told(quota));
    quota.added(ALICE, 100);
    assertFalse(quota.warns());
    quota.added(ALICE, 50);
    assertEquals(List.of(new MaildirQuota.Warning(ALICE, 95, 950, LIMIT)), told(quota));
    quota.added(ALICE, 500);
    assertFalse(quota.warns());
    MaildirQuota restarted = quota();
    restarted.added(ALICE, 0);
    assertFalse(restarted.warns(), "below 80 % it may be told again");
    restarted.added(ALICE, 800);
    assertTrue(restarted.warns());
  }

  private static List<MaildirQuota.Warning> told(MaildirQuota quota) {
    List<MaildirQuota.Warning> all = quota.warnings();
    all.forEach(quota::told);
    return all;
  }

  @Test
  void aWarningThatWasNotMailedComesAfterARestart() throws IOException {
    message("new/1.M.h,S=810", 810);
    quota().added(ALICE, 0);
    MaildirQuota reloaded = quota();
    assertTrue(reloaded.warns(), "though no mail has come since");
    assertEquals(List.of(new MaildirQuota.Warning(ALICE, 80, 810, LIMIT)), reloaded.warnings());
    MaildirQuota again = quota();
    assertEquals(
        List.of(new MaildirQuota.Warning(ALICE, 80, 810, LIMIT)), told(again), "not queued before");
    assertFalse(quota().warns());

    message("new/2.M.h,S=150", 150);
    quota().added(ALICE, 0);
    Files.delete(maildir.resolve("new/2.M.h,S=150"));
    assertEquals(List.of(), quota().warnings(), "the user made room meanwhile");
  }

  @Test
  void aMailboxThatNobodyCanCountHasRoom() throws IOException {
    Files.delete(maildir.resolve("new"));
    Files.writeString(maildir.resolve("new"), "no directory");
    assertEquals(Verdict.ROOM, ask(quota()));
    Files.writeString(directory.resolve("quotas"), "alice@example.org yesterday 80\nhalf");
    assertEquals(Verdict.ROOM, ask(quota()));
  }

  /// Directories that have not changed are not read again.
  @Test
  void aLargeMailboxIsReadOnce() throws IOException {
    for (int i = 0; i < 1000; i++) {
      message("cur/" + i + ".M.h,S=2:2,S", 0);
    }
    var past = java.nio.file.attribute.FileTime.from(now.minusSeconds(3600));
    Files.setLastModifiedTime(maildir.resolve("cur"), past);
    var size = new MaildirSize(maildir);
    assertEquals(2000, size.count(now));
    message("cur/more,S=5:2,S", 0);
    Files.setLastModifiedTime(maildir.resolve("cur"), past);
    assertEquals(2000, size.count(now), "its time is the same");
    message("new/more,S=5", 0);
    assertEquals(2005, size.count(now));
  }
}
