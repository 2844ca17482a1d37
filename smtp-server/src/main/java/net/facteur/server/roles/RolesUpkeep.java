package net.facteur.server.roles;

import static net.facteur.server.roles.RolesTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.upkeep.Upkeep;

/// Reads the roles again where their file changed, announces hand-overs on their day, and tells the
/// postmaster of what cannot be read and of roles whose holder is gone.
///
/// @param gone true for an address here that nobody has
public record RolesUpkeep(
    RoleStore store, HandOvers handOvers, Predicate<String> gone, Notices notices)
    implements Upkeep.Chore {
  /// Holders to come are looked at so long before.
  private static final int AHEAD_DAYS = 30;

  private static final int SHOWN = 50;

  @Override
  public String name() {
    return "roles";
  }

  @Override
  public String stamp() {
    store.refresh();
    return store.today() + " " + store.content().hashCode() + " " + store.problems();
  }

  @Override
  public Optional<Instant> due() {
    return store.next();
  }

  @Override
  public void advance() throws IOException {
    List<String> problems = store.problems();
    if (!problems.isEmpty()) {
      notices.tell(
          Notices.Notice.ofUnread(
              SAY.unreadSubject(), SAY.unreadRoles(), problems, SAY.seeRoles()));
    }
    List<Text> missing = missing();
    if (!missing.isEmpty()) {
      notices.tell(
          new Notices.Notice(
              SAY.missingSubject(),
              Text.paragraphs(SAY.missingHolders(), Text.lines(missing), SAY.missingRemedy())));
    }
    handOvers.announce(store.content().roles().values(), store.today());
  }

  private List<Text> missing() {
    LocalDate today = store.today();
    var missing = new ArrayList<Text>();
    for (Role role : store.content().present()) {
      Stream.concat(role.spellsOn(today).stream(), role.coming(today).stream())
          .filter(spell -> !spell.term().from().isAfter(today.plusDays(AHEAD_DAYS)))
          .map(spell -> spell.term().holder())
          .distinct()
          .filter(gone)
          .limit(SHOWN - Math.min(SHOWN, missing.size()))
          .forEach(
              holder ->
                  missing.add(Text.indented(SAY.missingHolder(role.address().text(), holder))));
    }
    return missing;
  }
}
