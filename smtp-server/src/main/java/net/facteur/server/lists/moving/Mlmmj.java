package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.Member.Why;
import net.facteur.server.lists.moving.MovedList.MovedSettings;
import net.facteur.server.lists.moving.MovedMember.Role;

/// What mlmmj keeps of a list in its directory: a line for each member in the files of
/// `subscribers.d`, `digesters.d` and `nomailsubs.d`, and a file for each setting in `control`.
///
/// @spec https://mlmmj.org/TUNABLES.html mlmmj, tunables
record Mlmmj(Path directory) {
  /// True where it is the directory of a list.
  boolean isList() {
    return Files.isDirectory(directory.resolve("control"))
        || Files.isDirectory(directory.resolve("subscribers.d"));
  }

  /// Reads the list.
  void read(MovedLists into) throws IOException {
    Optional<String> address = first("listaddress");
    MovedListBuilder list =
        into.named(address.orElse(SourceFile.name(directory.toAbsolutePath().normalize())));
    people("subscribers.d", Optional.empty(), false, list);
    people("digesters.d", Optional.empty(), true, list);
    people("nomailsubs.d", Optional.of(Why.MEMBER), false, list);
    lines("owner", Role.OWNER, list);
    lines("moderators", Role.MODERATOR, list);
    list.settings(
        new MovedSettings(
            Optional.empty(),
            Optional.of(posting()),
            first("prefix"),
            text("footer"),
            first("maxmailsize")
                .filter(n -> n.matches("[1-9][0-9]{0,14}"))
                .map(n -> OptionalLong.of(Long.parseLong(n)))
                .orElse(OptionalLong.empty()),
            Optional.empty(),
            Optional.of(!on("noarchive"))));
    notes(list);
    list.complete();
  }

  private ListKind posting() {
    if (on("modonlypost") && !on("subonlypost")) {
      return on("modnonsubposts") || on("moderated") ? ListKind.MODERATED : ListKind.ANNOUNCEMENTS;
    }
    boolean members = on("subonlypost") || on("modnonsubposts");
    if (on("moderated")) {
      return members && !on("modnonsubposts") ? ListKind.MEMBERS_MODERATED : ListKind.MODERATED;
    }
    return members ? ListKind.MEMBERS : ListKind.OPEN;
  }

  private void notes(MovedListBuilder list) throws IOException {
    if (on("modnonsubposts") && !on("moderated")) {
      list.note(SAY.strangersWereHeld());
    }
    if (on("closedlist") || on("closedlistsub")) {
      list.note(SAY.closedToMail());
    }
    if (text("customheaders").isPresent()) {
      list.note(SAY.headersLeft());
    }
    if (text("access").isPresent()) {
      list.note(SAY.rulesLeft());
    }
  }

  private boolean on(String tunable) {
    return Files.exists(control(tunable));
  }

  private Path control(String tunable) {
    return directory.resolve("control").resolve(tunable);
  }

  private Optional<String> first(String tunable) throws IOException {
    return text(tunable)
        .flatMap(text -> text.lines().findFirst())
        .map(line -> line.strip())
        .filter(line -> !line.isEmpty());
  }

  private Optional<String> text(String tunable) throws IOException {
    Path file = control(tunable);
    return Files.isRegularFile(file)
        ? Optional.of(SourceFile.read(file).text().strip()).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  private void lines(String tunable, Role role, MovedListBuilder into) throws IOException {
    if (Files.isRegularFile(control(tunable))) {
      MailmanTwo.members(SourceFile.read(control(tunable)), role, into);
    }
  }

  private void people(String name, Optional<Why> pause, boolean digest, MovedListBuilder into)
      throws IOException {
    Path from = directory.resolve(name);
    if (!Files.isDirectory(from)) {
      return;
    }
    for (Path path : SourceFile.in(from)) {
      SourceFile file = SourceFile.read(path);
      List<String> lines = file.lines();
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        Optional<MovedAddress> found = MovedAddress.parse(line);
        if (found.isPresent()) {
          into.add(
              new MovedMember(
                  found.get().address(), found.get().name(), Set.of(Role.MEMBER), pause, digest));
        } else if (!line.isEmpty()) {
          into.unread(name + "/" + file.name(), i + 1, line);
        }
      }
    }
  }
}
