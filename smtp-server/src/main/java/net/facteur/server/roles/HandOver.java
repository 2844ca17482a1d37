package net.facteur.server.roles;

import static net.facteur.server.roles.RolesTexts.SAY;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices.Notice;

/// A day on which a role came to somebody, or was nobody's from then on.
///
/// @param holder who has it from that day on, or had it until then
/// @param before who had it until then; empty for nobody, or where it ends
/// @param copiesUntil the last day on which `before` gets copies
record HandOver(
    UserName role,
    Role.Kind kind,
    LocalDate day,
    Turn turn,
    String holder,
    Optional<String> before,
    Optional<LocalDate> copiesUntil) {
  /// What it is for the holder.
  enum Turn {
    BEGINS,
    ENDS
  }

  /// Who is told.
  enum Reader {
    HOLDER,
    BEFORE,
    POSTMASTER
  }

  /// What identifies a word to somebody, over restarts.
  String key(Reader reader) {
    return String.join(" ", day.toString(), role.text(), turn.name(), holder, reader.name());
  }

  List<Reader> readers() {
    var readers = new ArrayList<Reader>();
    readers.add(Reader.HOLDER);
    before.ifPresent(_ -> readers.add(Reader.BEFORE));
    readers.add(Reader.POSTMASTER);
    return readers;
  }

  /// All of a role, those of days to come among them. A term that was over before it began says
  /// nothing of its beginning.
  static List<HandOver> of(Role role) {
    var found = new ArrayList<HandOver>();
    List<Role.Spell> spells = role.spells();
    for (Role.Spell spell : spells) {
      Term term = spell.term();
      if (spell.end().filter(term.from()::equals).isEmpty()) {
        found.add(
            new HandOver(
                role.address(),
                role.kind(),
                term.from(),
                Turn.BEGINS,
                term.holder(),
                spell.before(),
                spell.copiesEnd().map(end -> end.minusDays(1))));
      }
      spell
          .end()
          .filter(end -> !followed(role, spell, end))
          .ifPresent(
              end ->
                  found.add(
                      new HandOver(
                          role.address(),
                          role.kind(),
                          end,
                          Turn.ENDS,
                          term.holder(),
                          Optional.empty(),
                          Optional.empty())));
    }
    return found;
  }

  /// True where who takes the place is told of it, and so is who leaves.
  private static boolean followed(Role role, Role.Spell spell, LocalDate end) {
    return role.kind() == Role.Kind.ONE
        && !end.equals(spell.term().from())
        && role.terms().stream().anyMatch(term -> term.from().equals(end));
  }

  /// What a reader is told.
  Notice notice(Reader reader) {
    return new Notice(subject(), Text.paragraphs(paragraphs(reader)));
  }

  private Text subject() {
    return switch (turn) {
      case BEGINS -> SAY.beginsSubject(role.text(), holder);
      case ENDS -> SAY.endsSubject(role.text(), holder);
    };
  }

  private List<Text> paragraphs(Reader reader) {
    var said = new ArrayList<Text>();
    switch (turn) {
      case BEGINS -> {
        said.add(
            switch (kind) {
              case ONE ->
                  before
                      .map(other -> SAY.follows(day, role.text(), holder, other))
                      .orElseGet(() -> SAY.holds(day, role.text(), holder));
              case SEVERAL -> SAY.joins(day, role.text(), holder);
            });
        switch (reader) {
          case HOLDER -> {
            said.add(SAY.holderGets(role.text()));
            before.ifPresent(other -> copiesUntil.ifPresent(d -> said.add(SAY.copiesTo(other, d))));
          }
          case BEFORE ->
              said.add(
                  copiesUntil
                      .map(last -> SAY.beforeGets(role.text(), last))
                      .orElseGet(() -> SAY.beforeGetsNothing(role.text())));
          case POSTMASTER -> {
            before.ifPresent(other -> copiesUntil.ifPresent(d -> said.add(SAY.copiesTo(other, d))));
            said.add(SAY.seeHistory("facteur role history " + role));
          }
        }
      }
      case ENDS -> {
        said.add(SAY.ends(day, role.text(), holder));
        switch (reader) {
          case HOLDER, BEFORE -> said.add(SAY.holderGetsNothing(role.text()));
          case POSTMASTER -> said.add(SAY.seeHistory("facteur role history " + role));
        }
      }
    }
    return said;
  }
}
