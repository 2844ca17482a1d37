package net.facteur.server.lists;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListsTest {
  private static final UserName STAFF = UserName.parse("staff@example.org").orElseThrow();
  private static final MailAddress ALICE = new MailAddress("alice", "example.org");
  private static final MailAddress BOB = new MailAddress("Bob", "Example.net");

  @TempDir private Path directory;

  private Lists lists() {
    return new Lists(directory.resolve("lists"));
  }

  private static MailingList staff() {
    return MailingList.fresh(STAFF, List.of(ALICE), ListOptions.usual(Language.FRENCH));
  }

  @Test
  void everythingThatIsSaidOfAListIsReadBack() throws IOException {
    var options =
        new ListOptions(
            Optional.of("[staff]"),
            Optional.of("-- \nOne \\ two\nthree"),
            new Archive.Maildir(Optional.of(Duration.ofDays(365))),
            4096,
            false,
            Language.FRENCH,
            Optional.of("Who works here"));
    var list =
        new MailingList(
            STAFF,
            "The staff",
            ListKind.ANNOUNCEMENTS,
            List.of(ALICE),
            List.of(BOB),
            List.of(new MailAddress("news", "example.org")),
            options);
    var lists = lists();
    assertEquals(Lists.Outcome.DONE, lists.add(list));
    assertEquals(Lists.Outcome.DONE, lists.addMember(STAFF, Member.active(BOB, "Bob  B.")));
    var paused =
        new Member(
            ALICE,
            "",
            new Member.State.Paused(Member.Why.BOUNCES, Instant.parse("2026-12-01T10:00:00Z")));
    assertEquals(Lists.Outcome.DONE, lists.addMember(STAFF, paused));

    ListContent read = lists().list(STAFF).orElseThrow();

    assertEquals(list, read.list());
    assertEquals(List.of(paused, Member.active(BOB, "Bob  B.")), List.copyOf(read.all()));
    assertEquals(lists.list(STAFF).orElseThrow(), read);
  }

  @Test
  void anAddressIsComparedWithoutCase() throws IOException {
    var lists = lists();
    lists.add(staff());
    lists.addMember(STAFF, Member.active(BOB, ""));

    assertEquals(
        Lists.Outcome.TAKEN,
        lists.addMember(STAFF, Member.active(new MailAddress("bob", "EXAMPLE.net"), "")));
    assertEquals(
        Optional.of(Member.active(BOB, "")),
        lists.list(STAFF).orElseThrow().member(new MailAddress("BOB", "example.net")));
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    var lists = lists();
    assertEquals(Lists.Outcome.NO_LIST, lists.addMember(STAFF, Member.active(BOB, "")));
    assertEquals(Lists.Outcome.NO_LIST, lists.remove(STAFF));
    lists.add(staff());
    assertEquals(Lists.Outcome.TAKEN, lists.add(staff()));
    assertEquals(Lists.Outcome.NO_MEMBER, lists.removeMember(STAFF, BOB));
    assertEquals(Lists.Outcome.DONE, lists.remove(STAFF));
    assertTrue(lists.list(STAFF).isEmpty());
    assertTrue(lists().lists().isEmpty());
  }

  @Test
  void aChangeOfAnotherProcessIsSeen() throws IOException {
    var lists = lists();
    lists.add(staff());
    var other = lists();
    other.change(STAFF, list -> list.withKind(ListKind.OPEN));

    lists.refresh();

    assertEquals(ListKind.OPEN, lists.list(STAFF).orElseThrow().list().kind());
    other.remove(STAFF);
    lists.refresh();
    assertTrue(lists.list(STAFF).isEmpty());
  }

  @Test
  void filesAreForTheOwnerAloneAndCommentsStay() throws IOException {
    var lists = lists();
    lists.add(staff());
    Path file = lists.file(STAFF);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Files.writeString(file, "# by hand\n" + Files.readString(file));

    lists.addMember(STAFF, Member.active(BOB, ""));

    assertTrue(Files.readString(file).contains("# by hand\n"));
    assertTrue(Files.readString(file).endsWith("#end\n"));
  }

  @Test
  void aMistakeLeavesTheListAsItWasAndIsNotWrittenOver() throws IOException {
    var lists = lists();
    lists.add(staff());
    lists.addMember(STAFF, Member.active(BOB, ""));
    Path file = lists.file(STAFF);
    String right = Files.readString(file);
    Files.writeString(file, right.replace("member Bob@Example.net active", "member Bob"));
    lists.refresh();

    assertTrue(lists.uncertain(STAFF));
    assertTrue(lists.list(STAFF).orElseThrow().member(BOB).isPresent());
    assertEquals(1, lists.problems().size());
    var refused = assertThrows(IOException.class, () -> lists.removeMember(STAFF, BOB));
    assertTrue(String.valueOf(refused.getMessage()).contains("line"));

    Files.writeString(file, right);
    lists.refresh();
    assertFalse(lists.uncertain(STAFF));
  }

  @Test
  void aFileThatIsCutOffIsUncertain() throws IOException {
    var lists = lists();
    lists.add(staff());
    Path file = lists.file(STAFF);
    Files.writeString(file, Files.readString(file).replace("#end\n", ""));

    assertTrue(lists().uncertain(STAFF));
  }

  @Test
  void theAddressesOfAListAreKnown() throws IOException {
    var lists = lists();
    lists.add(staff());

    assertEquals(
        Optional.of(new ListAddress(STAFF, ListPart.POSTS, "")),
        lists.find(new MailAddress("STAFF", "example.org")));
    assertEquals(
        Optional.of(new ListAddress(STAFF, ListPart.REQUEST, "")),
        lists.find(new MailAddress("staff-request", "example.org")));
    assertEquals(
        Optional.of(new ListAddress(STAFF, ListPart.BOUNCES, "abc")),
        lists.find(new MailAddress("staff-bounces+ABC", "Example.ORG")));
    assertTrue(lists.find(new MailAddress("staff+x", "example.org")).isEmpty());
    assertTrue(lists.find(new MailAddress("staff-request", "example.net")).isEmpty());
    assertTrue(lists.find(new MailAddress("-request", "example.org")).isEmpty());
  }

  @Test
  void aListHasNoNameThatAnotherListsAddressCouldHave() {
    assertFalse(MailingList.nameable(UserName.parse("staff-request@example.org").orElseThrow()));
    assertFalse(MailingList.nameable(UserName.parse("a+b@example.org").orElseThrow()));
    assertFalse(
        MailingList.nameable(UserName.parse("x".repeat(33) + "@example.org").orElseThrow()));
    assertTrue(MailingList.nameable(STAFF));
  }

  @Test
  void textsOfStrangersStayOneLine() {
    var member = Member.active(BOB, "Bob\r\nmember eve@example.net active");
    assertFalse(member.name().contains("\n") || member.name().contains("\r"));
  }
}
