package net.facteur.server.lists.moving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Language;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListImportTest {
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
  private static final DomainName DOMAIN = DomainName.of("example.org");
  private static final UserName LIST = UserName.parse("members@example.org").orElseThrow();

  @TempDir Path directory = Path.of("");

  private ListImport imports() {
    return new ListImport(
        Lists.unlogged(directory.resolve("lists")), Set.of(DOMAIN), Language.ENGLISH);
  }

  private MovedList table(String rows) throws IOException {
    Path file = Files.writeString(directory.resolve("members.csv"), "address,name,role\n" + rows);
    return ListSource.CSV
        .read(file, new ImportHints(Member.address("members@example.org"), Optional.of(DOMAIN)))
        .getFirst();
  }

  private static ImportChoices choices(boolean remove) {
    return new ImportChoices(remove, NOW);
  }

  private static List<String> keys(List<Member> members) {
    return members.stream().map(Member::key).toList();
  }

  @Test
  void aDryRunShowsWhatTheImportDoes() throws IOException {
    MovedList moved =
        table("alice@example.org,Alice,owner\nbob@example.net,Bob,\ncarol@example.net,,\n");
    ListDifference shown = imports().difference(moved, choices(false));
    assertEquals(List.of("bob@example.net", "carol@example.net"), keys(shown.added()));
    assertTrue(imports().lists().list(LIST).isEmpty(), "nothing is done");
    ListDifference done = imports().apply(moved, choices(false));
    assertEquals(shown.after(), done.after());
    ListContent content = imports().lists().list(LIST).orElseThrow();
    assertEquals(2, content.members().size());
    assertEquals("[alice@example.org]", content.list().owners().toString());
    assertTrue(imports().difference(moved, choices(false)).nothing(), "a second one does nothing");
  }

  @Test
  void whoIsNotInTheSourceStaysUnlessThatIsWanted() throws IOException {
    imports().apply(table("bob@example.net,,\ndan@example.com,,\n"), choices(false));
    MovedList moved = table("BOB@example.net,Bob,\nerin@example.com,,\n");
    ListDifference keeping = imports().apply(moved, choices(false));
    assertEquals(List.of("erin@example.com"), keys(keeping.added()));
    assertEquals(List.of("dan@example.com"), keys(keeping.staying()));
    assertEquals(List.of(), keeping.removed());
    assertEquals("Bob", keeping.changed().getFirst().after().name());
    ListDifference removing = imports().apply(moved, choices(true));
    assertEquals(List.of("dan@example.com"), keys(removing.removed()));
    assertEquals(2, imports().lists().list(LIST).orElseThrow().members().size());
  }

  @Test
  void whoIsPausedHereStaysPaused() throws IOException {
    imports().apply(table("bob@example.net,,\n"), choices(false));
    var paused = new Member.State.Paused(Member.Why.BOUNCES, NOW);
    imports()
        .lists()
        .changeMember(
            LIST, Member.address("bob@example.net").orElseThrow(), m -> m.withState(paused));
    assertTrue(imports().difference(table("bob@example.net,,\n"), choices(true)).nothing());
  }

  @Test
  void ownersOfASourceReplaceThoseHereOnlyWhereOthersAreToGo() throws IOException {
    imports().apply(table("alice@example.org,,owner\nbob@example.net,,\n"), choices(false));
    MovedList moved = table("carol@example.net,,owner\nbob@example.net,,\n");
    assertEquals(
        "[alice@example.org, carol@example.net]",
        imports().difference(moved, choices(false)).list().owners().toString());
    assertEquals(
        "[carol@example.net]",
        imports().difference(moved, choices(true)).list().owners().toString());
    assertEquals(
        "[alice@example.org]",
        imports()
            .difference(table("bob@example.net,,\n"), choices(true))
            .list()
            .owners()
            .toString(),
        "a table without owners leaves them");
  }

  @Test
  void aListOfAForeignDomainOrABadNameIsRefused() throws IOException {
    MovedList foreign =
        ListSource.CSV
            .read(
                Files.writeString(
                    directory.resolve("f.csv"), "address,lists\na@example.org,x@example.com\n"),
                ImportHints.NONE)
            .getFirst();
    var e = assertThrows(ToldException.class, () -> imports().difference(foreign, choices(false)));
    assertTrue(String.valueOf(e.getMessage()).contains("no domain of this server"));
    MovedList bad =
        ListSource.CSV
            .read(
                Files.writeString(
                    directory.resolve("g.csv"),
                    "address,lists\na@example.org,x-request@example.org\n"),
                ImportHints.NONE)
            .getFirst();
    assertThrows(ToldException.class, () -> imports().difference(bad, choices(false)));
  }

  @Test
  void settingsOfAnotherProgramAreTakenOver() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("members.config"),
            """
            real_name = 'members'
            host_name = 'example.org'
            description = 'All of us'
            subject_prefix = '[all] '
            preferred_language = 'fr'
            archive = True
            default_member_moderation = 1
            generic_nonmember_action = 2
            owner = ['alice@example.org']
            max_message_size = 40
            """);
    MovedList moved = ListSource.MAILMAN2.read(config, ImportHints.NONE).getFirst();
    ListDifference made = imports().apply(moved, choices(false));
    assertEquals(ListKind.MEMBERS_MODERATED, made.list().kind());
    assertEquals(Optional.of("[all]"), made.list().options().subjectTag());
    assertEquals(40_960, made.list().options().sizeLimit());
    assertEquals("fr", made.list().options().language().toString());
    String said =
        made.settings().stream().map(text -> text.in(Language.ENGLISH)).toList().toString();
    assertTrue(said.contains("kind: members -> members-moderated"), said);
    assertTrue(
        made.notes().stream().anyMatch(n -> n.in(Language.ENGLISH).contains("--archive maildir")));
  }

  @Test
  void whatIsExportedComesBackTheSame() throws IOException {
    imports()
        .apply(
            table(
                "alice@example.org,\"=HYPERLINK(1), \"\"x\"\"\",owner/member\n"
                    + "bob@example.net,Bob Ünal,\n"
                    + "robot@example.com,,poster\n"),
            choices(false));
    Lists lists = imports().lists();
    lists.changeMember(
        LIST,
        Member.address("bob@example.net").orElseThrow(),
        m -> m.withState(new Member.State.Paused(Member.Why.BOUNCES, NOW)));
    ListContent content = lists.list(LIST).orElseThrow();
    for (boolean json : List.of(false, true)) {
      String text = json ? ListExport.json(List.of(content)) : ListExport.csv(List.of(content));
      Path file = Files.writeString(directory.resolve("x." + (json ? "json" : "csv")), text);
      var elsewhere =
          new ListImport(
              Lists.unlogged(directory.resolve("other-" + json)), Set.of(DOMAIN), Language.ENGLISH);
      elsewhere.apply(
          (json ? ListSource.FACTEUR : ListSource.CSV).read(file, ImportHints.NONE).getFirst(),
          choices(false));
      assertEquals(content, elsewhere.lists().list(LIST).orElseThrow(), text);
    }
    String csv = ListExport.csv(List.of(content));
    assertTrue(csv.contains("alice@example.org,\"'=HYPERLINK(1), \"\"x\"\"\""), csv);
  }
}
