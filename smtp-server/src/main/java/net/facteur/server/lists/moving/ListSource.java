package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.files.ToldException;
import net.facteur.server.lists.Member.Why;
import net.facteur.server.lists.moving.MovedMember.Role;
import tools.jackson.databind.JsonNode;

/// Where lists come from.
public enum ListSource {
  /// Files of `list_members` and `config_list`.
  MAILMAN2,
  /// Files of `mailman members`, and JSON of the REST interface.
  MAILMAN3,
  /// Directories of lists.
  SYMPA,
  /// Directories of lists.
  MLMMJ,
  /// `members.csv`.
  CSV,
  /// What `facteur list export --json` wrote.
  FACTEUR;

  /// Levels of directories below the one that is named: robots, then lists.
  private static final int MAX_DEPTH = 2;

  /// Reads all lists of a file or a directory.
  ///
  /// @throws IOException where something cannot be read, in words for whoever imports
  List<MovedList> read(Path from, ImportHints hints) throws IOException {
    var lists = new MovedLists(hints);
    switch (this) {
      case MAILMAN2, MAILMAN3 -> mailman(from, lists);
      case SYMPA -> sympa(from, lists, 0);
      case MLMMJ -> mlmmj(from, lists, 0);
      case FACTEUR -> ExportedLists.read(SourceFile.read(from), lists);
      case CSV -> MembersTable.read(SourceFile.read(from), lists);
    }
    List<MovedList> found = lists.build();
    if (found.isEmpty()) {
      throw new ToldException(SAY.nothingFound(from));
    }
    for (MovedList list : found) {
      if (list.address().isEmpty()) {
        throw new ToldException(SAY.listUnnamed(from));
      }
    }
    return found;
  }

  private void mailman(Path from, MovedLists into) throws IOException {
    if (!Files.isDirectory(from)) {
      mailmanFile(SourceFile.read(from), into);
      return;
    }
    // Who is paused is among the members: these come first.
    List<Path> files = SourceFile.in(from).stream().filter(Files::isRegularFile).toList();
    for (Path path : files) {
      if (!SourceFile.name(path).contains(".nomail")) {
        mailmanFile(SourceFile.read(path), into);
      }
    }
    for (Path path : files) {
      if (SourceFile.name(path).contains(".nomail")) {
        mailmanFile(SourceFile.read(path), into);
      }
    }
  }

  private void mailmanFile(SourceFile file, MovedLists into) throws IOException {
    if (this == MAILMAN3) {
      Optional<JsonNode> json = MailmanThree.json(file);
      if (json.isPresent()) {
        if (!MailmanThree.read(file, json.get(), into)) {
          throw new ToldException(SAY.notMailman3(file.name()));
        }
        return;
      }
      if (MembersTable.isTable(file.text())) {
        MembersTable.read(file, into);
        return;
      }
    } else if (MailmanTwo.isConfig(file.text())) {
      config(file, into);
      return;
    }
    MovedListBuilder list = into.list(file, Optional.empty());
    switch (MovedLists.ending(file.name())) {
      case "nomail" -> MailmanTwo.paused(file, Why.MEMBER, list);
      case "nomail-bounces" -> MailmanTwo.paused(file, Why.BOUNCES, list);
      case "owners" -> MailmanTwo.members(file, Role.OWNER, list);
      case "moderators" -> MailmanTwo.members(file, Role.MODERATOR, list);
      default -> {
        if (nobody(file)) {
          list.complete();
          return;
        }
        MailmanTwo.members(file, Role.MEMBER, list);
        list.complete();
      }
    }
  }

  /// What `mailman members` prints of a list without members.
  private static boolean nobody(SourceFile file) {
    return file.text().strip().matches("\\S+ has no members");
  }

  private static void config(SourceFile file, MovedLists into) throws IOException {
    String base = MovedLists.base(file.name());
    MovedListBuilder list = into.named(base);
    if (MailmanTwo.config(file, Optional.of(base).filter(n -> !n.contains("@")), list)
        instanceof Parsed.Malformed<MovedListBuilder>(int offset, String expected)) {
      throw new ToldException(
          SAY.malformed(file.name(), MembersTable.line(file.text(), offset), expected));
    }
  }

  private static void sympa(Path from, MovedLists into, int depth) throws IOException {
    if (!Files.isDirectory(from)) {
      SourceFile file = SourceFile.read(from);
      Role role =
          file.name().startsWith("owner")
              ? Role.OWNER
              : file.name().startsWith("editor") ? Role.MODERATOR : Role.MEMBER;
      Sympa.people(file, role, into.list(file, Optional.empty()));
      return;
    }
    if (Sympa.isList(from)) {
      Sympa.list(from, into);
      return;
    }
    for (Path below : SourceFile.in(from)) {
      if (Files.isDirectory(below) && depth < MAX_DEPTH) {
        sympa(below, into, depth + 1);
      }
    }
  }

  private static void mlmmj(Path from, MovedLists into, int depth) throws IOException {
    if (!Files.isDirectory(from)) {
      throw new ToldException(SAY.noMlmmjDirectory(from));
    }
    var list = new Mlmmj(from);
    if (list.isList()) {
      list.read(into);
      return;
    }
    for (Path below : SourceFile.in(from)) {
      if (Files.isDirectory(below) && depth < MAX_DEPTH) {
        mlmmj(below, into, depth + 1);
      }
    }
  }

  /// The word for it on the command line; empty for a word that names none.
  public static Optional<ListSource> of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "mailman2", "mailman" -> Optional.of(MAILMAN2);
      case "mailman3" -> Optional.of(MAILMAN3);
      case "sympa" -> Optional.of(SYMPA);
      case "mlmmj" -> Optional.of(MLMMJ);
      case "csv" -> Optional.of(CSV);
      case "facteur" -> Optional.of(FACTEUR);
      default -> Optional.empty();
    };
  }
}
