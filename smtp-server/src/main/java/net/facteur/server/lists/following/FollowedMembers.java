package net.facteur.server.lists.following;

import static net.facteur.server.lists.following.FollowingTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.FileStamp;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.lists.moving.ImportChoices;
import net.facteur.server.lists.moving.ImportHints;
import net.facteur.server.lists.moving.ListDifference;
import net.facteur.server.lists.moving.ListImport;
import net.facteur.server.lists.moving.ListImport.Planned;
import net.facteur.server.lists.moving.ListSource;
import net.facteur.server.notices.Notices;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Puts into lists whoever stands in the table or in the group that they follow.
public final class FollowedMembers implements Upkeep.Chore {
  private static final Logger LOG = LogManager.getLogger(FollowedMembers.class);

  /// How often a directory is asked.
  private static final Duration PACE = Duration.ofHours(1);

  /// So few may leave at once, whatever their share.
  private static final int FEW = 10;

  private final ListImport imports;
  private final FollowingSettings settings;
  private final ImportHints hints;
  private final Groups groups;
  private final Notices notices;
  private final InstantSource clock;
  private String followed = "";
  private Instant next = Instant.MIN;

  /// Knows who is in a group.
  @FunctionalInterface
  public interface Groups {
    /// The addresses of a group, those of its groups among them; empty where it has nobody, or
    /// nobody can say now. Blocks.
    List<String> of(UserName group);
  }

  /// @param hints of a table that names lists without a domain
  public FollowedMembers(
      ListImport imports,
      FollowingSettings settings,
      ImportHints hints,
      Groups groups,
      Notices notices,
      InstantSource clock) {
    this.imports = imports;
    this.settings = settings;
    this.hints = hints;
    this.groups = groups;
    this.notices = notices;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "members of lists";
  }

  @Override
  public String stamp() {
    return settings.table().map(FileStamp::of).orElse("");
  }

  @Override
  public void advance() throws IOException {
    if (settings.table().isPresent() && !stamp().equals(followed)) {
      followed = stamp();
      table(settings.table().get());
    }
    if (!settings.groups().isEmpty() && !clock.instant().isBefore(next)) {
      next = clock.instant().plus(PACE);
      for (Map.Entry<String, String> each : settings.groups().entrySet()) {
        group(each.getKey(), each.getValue());
      }
    }
  }

  private void table(Path file) {
    try {
      for (Planned planned :
          imports.plan(ListSource.CSV, file, hints, new ImportChoices(true, clock.instant()))) {
        follow(planned, Text.of(file.toString()));
      }
    } catch (IOException e) {
      notices.tell(
          new Notices.Notice(
              SAY.unreadSubject(),
              Text.paragraphs(SAY.unread(file, FileTrouble.text(e)), SAY.asBefore())));
    }
  }

  private void group(String list, String group) throws IOException {
    Optional<UserName> name = UserName.parse(group);
    List<String> members = name.map(groups::of).orElse(List.of());
    if (members.isEmpty()) {
      // A directory that is silent has not lost everybody.
      LOG.warn("list={} group={} result=nobody", list, group);
      return;
    }
    follow(imports.plan(list, members, new ImportChoices(true, clock.instant())), Text.of(group));
  }

  private void follow(Planned planned, Text source) throws IOException {
    ListDifference difference = planned.difference();
    int before = difference.before().map(content -> content.members().size()).orElse(0);
    int leaving = difference.removed().size();
    String list = difference.list().address().text();
    if (leaving > FEW && leaving * 2 > before) {
      notices.tell(
          new Notices.Notice(
              SAY.manySubject(list),
              Text.paragraphs(SAY.many(list, source, leaving, before), SAY.lookFirst())));
      return;
    }
    if (!difference.nothing()) {
      ListDifference done = planned.apply();
      LOG.info(
          "list={} source={} added={} removed={} changed={}",
          list,
          source.in(Language.ENGLISH),
          done.added().size(),
          done.removed().size(),
          done.changed().size());
    }
  }
}
