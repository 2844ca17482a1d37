package net.facteur.server.away;

import static net.facteur.server.away.AwayTexts.SAY;

import java.util.List;
import net.facteur.server.notices.Notices;
import net.facteur.server.upkeep.Upkeep;

/// Reads the absences again where their file changed, and tells the postmaster of what cannot be
/// read.
public record AbsencesWatch(AbsenceStore store, Notices notices) implements Upkeep.Chore {
  @Override
  public String name() {
    return "absences";
  }

  @Override
  public String stamp() {
    store.refresh();
    return store.problems().toString();
  }

  @Override
  public void advance() {
    List<String> problems = store.problems();
    if (!problems.isEmpty()) {
      notices.tell(Notices.Notice.ofUnread(SAY.unreadSubject(), SAY.unread(), problems, SAY.see()));
    }
  }
}
