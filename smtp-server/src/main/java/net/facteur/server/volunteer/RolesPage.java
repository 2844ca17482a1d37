package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.RolesPageTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.roles.Role;
import net.facteur.server.roles.RoleChange;
import net.facteur.server.roles.RoleStore;
import net.facteur.server.roles.RolesFile;
import net.facteur.server.roles.Term;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// The roles: who holds them, who is to come, who held them, and a form to hand each over. New
/// roles are made by the command.
public record RolesPage(SignedPages pages, Doors doors) {
  static final String ROLES = "/server/roles";
  private static final int MOST = 100;
  private static final int PAST = 20;

  /// What it needs of the server.
  ///
  /// @param overlap days of copies for the one before
  public record Doors(RoleStore store, int overlap) {}

  List<Route> routes() {
    return List.of(
        pages.get(ROLES, Who.ADMINISTRATOR, signed -> show(signed, Optional.empty())),
        pages.post(ROLES, Who.ADMINISTRATOR, this::handOver));
  }

  private Response show(Signed signed, Optional<Text> problem) {
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(signed.paragraph(SAY.rolesAre()));
    List<Role> roles =
        doors.store().content().present().stream()
            .sorted(Comparator.comparing(Role::address))
            .limit(MOST)
            .toList();
    if (roles.isEmpty()) {
      content.add(signed.paragraph(SAY.rolesNone()));
    }
    roles.forEach(role -> content.addAll(one(signed, role)));
    return signed.show(SAY.rolesTitle(), content);
  }

  private List<Html> one(Signed signed, Role role) {
    LocalDate today = doors.store().today();
    var rows = new ArrayList<List<Html>>();
    List<Role.Spell> spells = role.spells().reversed();
    spells.stream()
        .limit(PAST)
        .forEach(
            spell ->
                rows.add(
                    List.of(
                        words(spell.term().holder()),
                        words(spell.term().from().toString()),
                        words(spell.last().map(LocalDate::toString).orElse("-")))));
    var content = new ArrayList<Html>();
    content.add(element("h2", words(role.address().text())));
    content.add(
        role.holders(today).isEmpty()
            ? signed.note("warn", SAY.rolesVacant())
            : signed.paragraph(SAY.rolesHeld(String.join(", ", role.holders(today)))));
    if (!role.copied(today).isEmpty()) {
      content.add(signed.paragraph(SAY.rolesCopied(String.join(", ", role.copied(today)))));
    }
    content.add(
        Shown.table(signed, List.of(SAY.rolesHolder(), SAY.rolesFrom(), SAY.rolesUntil()), rows));
    content.add(
        signed
            .form(ROLES)
            .hidden("role", role.address().text())
            .hidden("version", RolesFile.version(Optional.of(role)))
            .field(
                SAY.rolesTo(),
                Form.input("to", "email", "off")
                    .with("required", "")
                    .with("id", "to-" + role.address().text()))
            .field(
                SAY.rolesFrom(),
                Form.input("from", "date", "off")
                    .with("value", today.toString())
                    .with("id", "from-" + role.address().text()))
            .button(role.kind() == Role.Kind.ONE ? SAY.rolesHandOver() : SAY.rolesJoin()));
    return content;
  }

  private Response handOver(Signed signed) throws IOException {
    Optional<UserName> address = UserName.parse(signed.field("role").orElse(""));
    Optional<Role> role = address.flatMap(doors.store().content()::find);
    String to = signed.field("to").orElse("").strip();
    Optional<LocalDate> from = day(signed.field("from").orElse(""));
    if (role.isEmpty() || from.isEmpty() || !AddressEntry.isTarget(to)) {
      return show(signed, Optional.of(SAY.rolesWrong())).with(Status.BAD_REQUEST);
    }
    String holder = UserName.parse(to).map(UserName::text).orElse(to);
    RoleChange change =
        switch (role.get().kind()) {
          case ONE ->
              new RoleChange.HandOver(
                  role.get().address(),
                  new Term(holder, from.get(), Optional.empty(), doors.overlap()));
          case SEVERAL ->
              new RoleChange.Join(
                  role.get().address(), List.of(new Term(holder, from.get(), Optional.empty(), 0)));
        };
    return switch (doors.store().change(change, signed.field("version"))) {
      case DONE -> {
        signed.done(Deed.Kind.ROLE_CHANGED, change.trail());
        yield Response.seeOther(ROLES);
      }
      case OVERTAKEN, UNKNOWN, OTHER_KIND ->
          show(signed, Optional.of(SAY.rolesOvertaken())).with(Status.CONFLICT);
      case HELD, NO_HOLDER, NEEDS_NEXT, FULL ->
          show(signed, Optional.of(SAY.rolesHeldAlready())).with(Status.CONFLICT);
    };
  }

  private static Optional<LocalDate> day(String text) {
    try {
      return Optional.of(LocalDate.parse(text.strip()));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
