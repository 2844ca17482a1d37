package net.facteur.server.cli;

import static net.facteur.server.cli.RoleTexts.SAY;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.server.language.Text;
import net.facteur.server.roles.Role;

/// A role in words for people, and in names and values for programs.
final class RoleWords {
  private RoleWords() {}

  /// Who holds it, who is to come, who gets copies.
  static List<Text> lines(Role role, LocalDate today) {
    var lines = new ArrayList<Text>();
    List<Role.Spell> now = role.spellsOn(today);
    if (now.isEmpty()) {
      lines.add(SAY.roleVacant());
    }
    for (Role.Spell spell : now) {
      String holder = spell.term().holder();
      LocalDate from = spell.term().from();
      lines.add(
          spell
              .last()
              .map(last -> SAY.roleHolderUntil(holder, from, last))
              .orElseGet(() -> SAY.roleHolder(holder, from)));
    }
    for (Role.Spell spell : now) {
      spell
          .copiesEnd()
          .filter(today::isBefore)
          .ifPresent(end -> lines.add(SAY.roleCopies(spell.before().orElse(""), end.minusDays(1))));
    }
    for (Role.Spell spell : role.coming(today)) {
      lines.add(SAY.roleComing(spell.term().holder(), spell.term().from()));
    }
    return lines;
  }

  static Map<String, Object> fields(Role role, LocalDate today) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("role", role.address().text());
    fields.put("holders", role.kind() == Role.Kind.ONE ? "one" : "several");
    fields.put("now", role.spellsOn(today).stream().map(RoleWords::fields).toList());
    fields.put("coming", role.coming(today).stream().map(RoleWords::fields).toList());
    fields.put("copies_to", role.copied(today));
    return fields;
  }

  static Map<String, Object> fields(Role.Spell spell) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("holder", spell.term().holder());
    fields.put("from", spell.term().from().toString());
    spell.last().ifPresent(last -> fields.put("until", last.toString()));
    spell
        .copiesEnd()
        .ifPresent(
            end -> {
              fields.put("before", spell.before().orElse(""));
              fields.put("copies_until", end.minusDays(1).toString());
            });
    return fields;
  }
}
