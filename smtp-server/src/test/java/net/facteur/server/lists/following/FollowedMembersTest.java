package net.facteur.server.lists.following;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.moving.ImportHints;
import net.facteur.server.lists.moving.ListImport;
import net.facteur.server.notices.Notices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedMembersTest {
  private static final DomainName DOMAIN = DomainName.of("example.org");
  private static final UserName LIST = UserName.parse("m@example.org").orElseThrow();

  @TempDir Path directory = Path.of("");
  private final List<Notices.Notice> notices = new ArrayList<>();
  private List<String> group = List.of();
  private Instant now = Instant.parse("2026-12-01T10:00:00Z");

  private Lists lists() {
    return Lists.unlogged(directory.resolve("lists"));
  }

  private FollowedMembers followed(Optional<Path> table, Map<String, String> groups) {
    Duration day = Duration.ofDays(1);
    return new FollowedMembers(
        new ListImport(lists(), Set.of(DOMAIN), Language.ENGLISH),
        new FollowingSettings(table, groups, day, day, day),
        new ImportHints(Optional.empty(), Optional.of(DOMAIN)),
        _ -> group,
        notices::add,
        () -> now);
  }

  private Path table(int members, String more) throws IOException {
    var rows = new StringBuilder("address,lists\n");
    for (int i = 0; i < members; i++) {
      rows.append("u").append(i).append("@example.net,m\n");
    }
    return Files.writeString(directory.resolve("members.csv"), rows + more);
  }

  private int members() {
    return lists().list(LIST).orElseThrow().members().size();
  }

  @Test
  void aListHasWhoStandsInTheTableAndNobodyElse() throws IOException {
    followed(Optional.of(table(30, "")), Map.of()).advance();
    assertEquals(30, members());
    followed(Optional.of(table(25, "new@example.net,m\n")), Map.of()).advance();
    assertEquals(26, members());
    assertEquals(List.of(), notices);
  }

  @Test
  void halfATableAndOneWithAMistakeChangeNothing() throws IOException {
    followed(Optional.of(table(30, "")), Map.of()).advance();
    followed(Optional.of(table(10, "")), Map.of()).advance();
    assertEquals(30, members());
    followed(Optional.of(table(30, "nobody,m\n")), Map.of()).advance();
    assertEquals(30, members());
    assertEquals(2, notices.size());
    String said = notices.getFirst().text().in(Language.ENGLISH);
    assertTrue(said.contains("20 of the 30 members"), said);
    assertTrue(notices.getLast().text().in(Language.ENGLISH).contains("line 32"));
  }

  @Test
  void aGroupIsAskedEveryHourAndASilentDirectoryEmptiesNoList() throws IOException {
    FollowedMembers followed =
        followed(Optional.empty(), Map.of("m@example.org", "all@example.org"));
    group = List.of("a@example.net", "b@example.net");
    followed.advance();
    assertEquals(2, members());
    group = List.of("a@example.net");
    followed.advance();
    assertEquals(2, members(), "not before an hour is over");
    now = now.plus(Duration.ofHours(1));
    followed.advance();
    assertEquals(1, members());
    group = List.of();
    now = now.plus(Duration.ofHours(1));
    followed.advance();
    assertEquals(1, members());
  }
}
