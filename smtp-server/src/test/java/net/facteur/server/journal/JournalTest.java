package net.facteur.server.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who did what.
class JournalTest {
  private static final InetAddress FROM = InetAddress.ofLiteral("192.0.2.7");

  @TempDir private Path directory = Path.of("");
  private Instant now = Instant.parse("2026-12-01T08:00:00Z");

  private Journal journal(long most) {
    return new Journal(directory.resolve("journal"), () -> now, most);
  }

  @Test
  void whatWasDoneIsReadAgainInOrder() throws Exception {
    Journal journal = journal(Journal.MOST);
    journal.page("alice@example.org", FROM, Deed.Kind.SIGNED_IN, "password");
    now = now.plusSeconds(60);
    journal.command("root", Deed.Kind.INVITED, "bob@example.org");
    assertEquals(
        List.of(
            new Deed(
                Instant.parse("2026-12-01T08:00:00Z"),
                "alice@example.org",
                Deed.Way.PAGE,
                "192.0.2.7",
                "signed-in",
                "password"),
            new Deed(now, "root", Deed.Way.COMMAND, "-", "invited", "bob@example.org")),
        journal.newest(Instant.EPOCH, _ -> true, 10));
    assertEquals(1, journal.newest(now, _ -> true, 10).size(), "since");
    assertEquals("root", journal.newest(Instant.EPOCH, _ -> true, 1).getFirst().by(), "the newest");
    assertEquals(
        "made a link by which bob@example.org can sign in once",
        journal.newest(now, _ -> true, 1).getFirst().text().in(Language.ENGLISH));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("journal"))));
  }

  @Test
  void nobodyWritesASecondLineByATextOfHisOwn() throws Exception {
    Journal journal = journal(Journal.MOST);
    journal.page("alice@example.org", FROM, Deed.Kind.PASSKEY_ADDED, "key\n2026\tmallory\u202e");
    assertEquals(1, Files.readAllLines(directory.resolve("journal")).size());
    assertEquals("key?2026?mallory?", journal.newest(Instant.EPOCH, _ -> true, 10).getFirst().on());
  }

  @Test
  void aFullFileIsPutAwayAndTheOneBeforeItForgotten() throws Exception {
    Journal journal = journal(500);
    for (int i = 0; i < 40; i++) {
      journal.command("root", Deed.Kind.INVITED, "user" + i + "@example.org");
    }
    List<Deed> kept = journal.newest(Instant.EPOCH, _ -> true, 100);
    assertEquals("user39@example.org", kept.getLast().on());
    assertTrue(kept.size() < 20, () -> "bounded, but " + kept.size());
    assertFalse(Files.exists(directory.resolve("journal.2")));
  }

  @Test
  void linesThatAreNoneArePassedOver() throws Exception {
    Files.writeString(
        directory.resolve("journal"),
        "half a li\n2026-12-01T08:00:00Z\ta\tpage\t-\tpainted-blue\tthe shed\n");
    assertEquals(
        List.of("painted-blue the shed"),
        journal(Journal.MOST).newest(Instant.EPOCH, _ -> true, 10).stream()
            .map(deed -> deed.text().in(Language.ENGLISH))
            .toList(),
        "a later version knows more");
  }
}
