package net.facteur.server.roles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.Addresses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolesTest {
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final UserName PRESIDENT = UserName.parse("president@example.org").orElseThrow();
  private static final UserName BOARD = UserName.parse("board@example.org").orElseThrow();
  private static final String ALICE = "alice@example.org";
  private static final String BOB = "bob@example.org";
  private static final String CAROL = "carol@example.net";

  @TempDir private Path directory = Path.of("");

  /// An hour before midnight in UTC, which is midnight in Paris.
  private Instant now = Instant.parse("2026-11-30T22:59:59Z");

  private RolesFile file() {
    return RolesFile.beside(directory.resolve("users"));
  }

  private RoleStore store() {
    return new RoleStore(file(), () -> now, PARIS);
  }

  private static LocalDate day(String text) {
    return LocalDate.parse(text);
  }

  private static RoleChange handOver(String to, String from, int overlap) {
    return new RoleChange.HandOver(PRESIDENT, new Term(to, day(from), Optional.empty(), overlap));
  }

  private static RoleChange join(String who, String from) {
    return new RoleChange.Join(BOARD, List.of(new Term(who, day(from), Optional.empty(), 0)));
  }

  private static void done(RoleStore store, RoleChange change) throws IOException {
    assertEquals(RoleChange.Outcome.DONE, store.change(change, Optional.empty()));
  }

  private static List<String> to(AddressBook book, UserName role) {
    return book.now().aliases().getOrDefault(role.text(), List.of("nothing"));
  }

  @Test
  void theMailOfARoleTurnsAtMidnightInTheTimeZoneAndTheOneBeforeGetsCopies() throws IOException {
    RoleStore store = store();
    done(store, handOver(ALICE, "2026-01-01", 0));
    done(store, handOver(BOB, "2026-12-01", 10));
    assertEquals(List.of(ALICE), to(store.receiving(), PRESIDENT));
    assertEquals(List.of(ALICE), to(store.sending(), PRESIDENT));
    now = Instant.parse("2026-11-30T23:00:00Z");
    assertEquals(List.of(BOB, ALICE), to(store.receiving(), PRESIDENT));
    assertEquals(List.of(BOB), to(store.sending(), PRESIDENT), "who left writes as it no longer");
    now = Instant.parse("2026-12-10T22:59:59Z");
    assertEquals(List.of(BOB, ALICE), to(store.receiving(), PRESIDENT));
    now = Instant.parse("2026-12-10T23:00:00Z");
    assertEquals(List.of(BOB), to(store.receiving(), PRESIDENT));
  }

  @Test
  void aClockThatIsSetBackGivesTheRoleBack() throws IOException {
    RoleStore store = store();
    done(store, handOver(ALICE, "2026-01-01", 0));
    done(store, handOver(BOB, "2026-12-01", 0));
    now = Instant.parse("2026-12-05T00:00:00Z");
    assertEquals(List.of(BOB), to(store.receiving(), PRESIDENT));
    now = Instant.parse("2026-11-29T00:00:00Z");
    assertEquals(List.of(ALICE), to(store.receiving(), PRESIDENT));
  }

  @Test
  void mailForARoleThatNobodyHoldsYetOrAnyMoreGoesToThePostmasterWhoMayNotWriteAsIt()
      throws IOException {
    RoleStore store = store();
    done(store, handOver(BOB, "2026-12-24", 30));
    assertEquals(List.of("postmaster@example.org"), to(store.receiving(), PRESIDENT));
    assertEquals(List.of(), to(store.sending(), PRESIDENT));
    done(
        store,
        new RoleChange.HandOver(
            PRESIDENT, new Term(ALICE, day("2026-11-01"), Optional.of(day("2026-12-10")), 0)));
    assertEquals(List.of(ALICE), to(store.receiving(), PRESIDENT));
    now = Instant.parse("2026-12-12T00:00:00Z");
    assertEquals(List.of("postmaster@example.org"), to(store.receiving(), PRESIDENT));
  }

  @Test
  void severalComeAndGo() throws IOException {
    RoleStore store = store();
    done(store, join(ALICE, "2026-11-01"));
    done(store, join(CAROL, "2026-11-01"));
    assertEquals(
        RoleChange.Outcome.HELD, store.change(join(CAROL, "2026-12-01"), Optional.empty()));
    assertEquals(List.of(ALICE, CAROL), to(store.receiving(), BOARD));
    done(store, new RoleChange.Leave(BOARD, ALICE, store.today()));
    assertEquals(List.of(CAROL), to(store.receiving(), BOARD));
    assertEquals(
        RoleChange.Outcome.NO_HOLDER,
        store.change(new RoleChange.Leave(BOARD, ALICE, store.today()), Optional.empty()));
    done(store, join(ALICE, "2026-12-24"));
    assertEquals(3, file().read().find(BOARD).orElseThrow().terms().size());
  }

  @Test
  void aRoleOfOneIsLeftByAHandOverOnlyAndIsNoRoleOfSeveral() throws IOException {
    RoleStore store = store();
    done(store, handOver(ALICE, "2026-01-01", 0));
    assertEquals(
        RoleChange.Outcome.NEEDS_NEXT,
        store.change(new RoleChange.Leave(PRESIDENT, ALICE, store.today()), Optional.empty()));
    assertEquals(
        RoleChange.Outcome.OTHER_KIND,
        store.change(
            new RoleChange.Join(
                PRESIDENT, List.of(new Term(BOB, store.today(), Optional.empty(), 0))),
            Optional.empty()));
    done(store, handOver(BOB, "2027-02-01", 0));
    done(store, new RoleChange.Leave(PRESIDENT, BOB, store.today()));
    assertEquals(1, file().read().find(PRESIDENT).orElseThrow().terms().size());
    assertEquals(
        RoleChange.Outcome.UNKNOWN, store.change(new RoleChange.Remove(BOARD), Optional.empty()));
  }

  @Test
  void whatWasIsKeptWhereARoleIsTakenAwayAndComesBack() throws IOException {
    RoleStore store = store();
    done(store, handOver(ALICE, "2026-01-01", 0));
    done(store, handOver(BOB, "2027-02-01", 0));
    done(store, new RoleChange.Remove(PRESIDENT));
    assertEquals(List.of("nothing"), to(store.receiving(), PRESIDENT));
    assertTrue(file().read().find(PRESIDENT).isEmpty());
    Role gone = Optional.ofNullable(file().read().roles().get(PRESIDENT)).orElseThrow();
    assertEquals(
        List.of(new Term(ALICE, day("2026-01-01"), Optional.of(day("2026-11-30")), 0)),
        gone.terms(),
        "who was to come never was");
    now = Instant.parse("2027-03-01T12:00:00Z");
    done(store, handOver(BOB, "2027-03-01", 30));
    assertEquals(List.of(BOB), to(store.receiving(), PRESIDENT), "nobody was before him");
    assertEquals(2, file().read().find(PRESIDENT).orElseThrow().terms().size());
  }

  @Test
  void aChangeOfWhatSomebodyElseChangedMeanwhileIsRefused() throws IOException {
    RoleStore store = store();
    done(store, handOver(ALICE, "2026-01-01", 0));
    String seen = RolesFile.version(file().read().find(PRESIDENT));
    done(store, handOver(BOB, "2027-02-01", 0));
    assertEquals(
        RoleChange.Outcome.OVERTAKEN,
        store.change(handOver(CAROL, "2027-02-01", 0), Optional.of(seen)));
    String fresh = RolesFile.version(file().read().find(PRESIDENT));
    assertEquals(
        RoleChange.Outcome.DONE,
        store.change(handOver(CAROL, "2027-02-01", 0), Optional.of(fresh)));
    assertEquals(
        List.of(ALICE, CAROL),
        file().read().find(PRESIDENT).orElseThrow().terms().stream().map(Term::holder).toList(),
        "who was to come on that day is replaced");
  }

  @Test
  void commentsAndLinesOfOthersStayAndADamagedLineMakesNoAddressUnknown() throws IOException {
    RoleStore store = store();
    done(store, handOver(ALICE, "2026-01-01", 0));
    assertFalse(store.receiving().uncertain());
    String text = Files.readString(file().path());
    Files.writeString(
        file().path(),
        text.replace(
            "\n#end",
            "\n# the board\nrole board@example.org holders=several\n"
                + "term board@example.org holder="
                + CAROL
                + " from=2026-02-30\n"
                + "term treasurer@example.org holder="
                + BOB
                + " from=2026-01-01\n#end"));
    store.refresh();
    assertTrue(store.receiving().uncertain());
    assertEquals(2, store.problems().size(), store.problems().toString());
    done(store, handOver(BOB, "2027-01-01", 0));
    String after = Files.readString(file().path());
    assertTrue(after.contains("# the board\nrole board@example.org holders=several\n"), after);
    assertTrue(after.contains("from=2026-02-30\n"), after);
    assertTrue(after.endsWith("#end\n"), after);
  }

  @Test
  void aFileThatIsCutOffIsNotWrittenAndARoleStaysWhereItIs() throws IOException {
    RoleStore store = store();
    done(store, handOver(ALICE, "2026-01-01", 0));
    String text = Files.readString(file().path());
    Files.writeString(file().path(), text.substring(0, text.indexOf("\nterm") + 20));
    store.refresh();
    assertTrue(store.receiving().uncertain());
    assertThrows(
        IOException.class, () -> store.change(handOver(BOB, "2027-01-01", 0), Optional.empty()));
    Files.delete(file().path());
    store.refresh();
    assertTrue(store.problems().getLast().contains("is gone"), store.problems().toString());
  }

  @Test
  void whatStandsForAnAddressInTheFirstBookGoesFirst() {
    Addresses one =
        new Addresses(
            Map.of("a@example.org", List.of(ALICE)),
            Map.of(),
            java.util.Set.of(),
            java.util.Set.of(),
            Map.of());
    Addresses other =
        new Addresses(
            Map.of("a@example.org", List.of(BOB), "b@example.org", List.of(BOB)),
            Map.of(),
            java.util.Set.of(),
            java.util.Set.of(),
            Map.of());
    AddressBook both = AddressBook.of(() -> one, () -> other);
    assertEquals(List.of(ALICE), both.now().aliases().get("a@example.org"));
    assertEquals(List.of(BOB), both.now().aliases().get("b@example.org"));
    assertEquals(System.identityHashCode(both.now()), System.identityHashCode(both.now()));
  }
}
