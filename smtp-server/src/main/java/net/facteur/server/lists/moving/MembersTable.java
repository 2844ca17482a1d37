package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.io.IOException;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.server.files.ToldException;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.Member.Why;
import net.facteur.server.lists.moving.MovedMember.Role;
import net.facteur.server.text.StrangerText;

/// `members.csv`: a line for each person, with the columns address, name, lists and role, by their
/// English or French names, in any order; others count for nothing. `lists` holds one list or
/// several, parted by spaces, commas or semicolons; `role` is member where it is empty.
///
/// Exports of Mailman 3 with a column `list_id` are read, too.
final class MembersTable {
  private static final String[] ADDRESS = {
    "address",
    "email",
    "e-mail",
    "mail",
    "adresse",
    "courriel",
    "adresse e-mail",
    "adresse mail",
    "adresse electronique",
    "email address"
  };
  private static final String[] NAME = {
    "name", "display_name", "display name", "nom", "prenom nom", "nom complet", "full name"
  };
  private static final String[] LISTS = {"lists", "list", "listes", "liste", "list_id"};
  private static final String[] ROLE = {"role", "roles", "fonction"};
  private static final String[] STATE = {"state", "etat"};

  private MembersTable() {}

  /// True where a text looks like such a table.
  static boolean isTable(String text) {
    return parsed(text).toOptional().filter(t -> t.has(ADDRESS)).isPresent();
  }

  private static Parsed<CsvTable> parsed(String text) {
    return CsvTable.parse(text).map(MembersTable::plain);
  }

  /// The same with names of columns that have no accents.
  private static CsvTable plain(CsvTable table) {
    return new CsvTable(
        table.separator(),
        table.columns().stream().map(MembersTable::plain).toList(),
        table.rows().stream()
            .map(
                row -> {
                  var fields = new java.util.HashMap<String, String>();
                  row.fields().forEach((name, value) -> fields.putIfAbsent(plain(name), value));
                  return new CsvTable.Row(row.line(), fields);
                })
            .toList());
  }

  private static String plain(String word) {
    return Normalizer.normalize(word, Normalizer.Form.NFD)
        .replaceAll("\\p{M}", "")
        .toLowerCase(Locale.ROOT);
  }

  /// Reads a table.
  ///
  /// @throws ToldException where it is none, or says of somebody what cannot be understood: nobody
  ///   shall be taken off a list by a slip of the pen
  static void read(SourceFile file, MovedLists into) throws IOException {
    CsvTable table =
        switch (parsed(file.text())) {
          case Parsed.Ok<CsvTable>(CsvTable ok) -> ok;
          case Parsed.Malformed<CsvTable>(int offset, String expected) ->
              throw new ToldException(
                  SAY.malformed(file.name(), line(file.text(), offset), expected));
        };
    if (!table.has(ADDRESS)) {
      throw new ToldException(
          SAY.noAddressColumn(
              file.name(), StrangerText.of(String.join(", ", table.columns())).onTerminal()));
    }
    for (CsvTable.Row row : table.rows()) {
      row(file, row, table, into);
    }
  }

  private static void row(SourceFile file, CsvTable.Row row, CsvTable table, MovedLists into)
      throws IOException {
    String written = ListExport.uncovered(row.field(ADDRESS));
    if (written.isEmpty() && row.fields().values().stream().allMatch(String::isBlank)) {
      return;
    }
    MovedAddress address =
        MovedAddress.parse(written)
            .orElseThrow(
                () -> new ToldException(SAY.noAddress(file.name(), row.line(), shown(written))));
    String name = row.field(NAME);
    String person = name.isEmpty() ? address.name() : ListExport.uncovered(MovedAddress.name(name));
    Set<MovedListBuilder> lists = lists(file, row, table, into);
    if (table.has("delivery_mode", "delivery_status")) {
      for (MovedListBuilder list : lists) {
        MailmanThree.add(
            new MailmanThree.Row(
                address.address().text(),
                person,
                row.field(ROLE),
                row.field("delivery_mode"),
                row.field("delivery_status")),
            file,
            row.line(),
            list);
      }
      return;
    }
    Set<Role> roles = roles(file, row);
    Optional<Why> pause = pause(row.field(STATE));
    for (MovedListBuilder list : lists) {
      list.add(new MovedMember(address.address(), person, roles, pause, false));
      list.complete();
    }
  }

  private static Set<MovedListBuilder> lists(
      SourceFile file, CsvTable.Row row, CsvTable table, MovedLists into) throws IOException {
    var lists = new LinkedHashSet<MovedListBuilder>();
    if (!table.has(LISTS)) {
      lists.add(into.list(file, Optional.empty()));
      return lists;
    }
    for (String word : row.field(LISTS).split("[\\s,;]+", -1)) {
      if (word.isEmpty()) {
        continue;
      }
      Optional<MailAddress> id =
          table.has("list_id") && !word.contains("@")
              ? MailmanThree.listId(word)
              : Optional.empty();
      if (id.isEmpty() && word.contains("@") && Member.address(word).isEmpty()) {
        throw new ToldException(SAY.noAddress(file.name(), row.line(), shown(word)));
      }
      lists.add(id.isPresent() ? into.list(file, id) : into.named(word));
    }
    return lists;
  }

  private static Set<Role> roles(SourceFile file, CsvTable.Row row) throws IOException {
    var roles = new LinkedHashSet<Role>();
    for (String word : row.field(ROLE).split("[\\s,;+/]+", -1)) {
      switch (plain(word)) {
        case "" -> {}
        case "member", "membre", "abonne", "abonnee", "subscriber" -> roles.add(Role.MEMBER);
        case "moderator", "moderateur", "moderatrice", "editor" -> roles.add(Role.MODERATOR);
        case "owner", "proprietaire", "responsable" -> roles.add(Role.OWNER);
        case "poster", "redacteur", "redactrice" -> roles.add(Role.POSTER);
        default -> throw new ToldException(SAY.noRole(file.name(), row.line(), shown(word)));
      }
    }
    return roles.isEmpty() ? Set.of(Role.MEMBER) : roles;
  }

  /// What an export writes in the column state, or a person.
  private static Optional<Why> pause(String state) {
    String word = plain(state);
    if (!word.startsWith("paused") && !word.startsWith("suspendu")) {
      return Optional.empty();
    }
    return word.endsWith(Why.BOUNCES.word())
        ? Optional.of(Why.BOUNCES)
        : word.endsWith(Why.OWNER.word()) ? Optional.of(Why.OWNER) : Optional.of(Why.MEMBER);
  }

  /// The line at an offset; the first is 1.
  static int line(String text, int offset) {
    return (int) text.substring(0, Math.min(offset, text.length())).lines().count()
        + (offset == 0 || text.charAt(Math.min(offset, text.length()) - 1) == '\n' ? 1 : 0);
  }

  private static String shown(String text) {
    return StrangerText.of(text).onTerminal();
  }

  /// The columns of an export.
  static List<String> columns() {
    return List.of("address", "name", "lists", "role", "state");
  }
}
