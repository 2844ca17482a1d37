package net.facteur.server.filter.rules;

import static net.facteur.server.filter.rules.RulesTexts.SAY;

import java.util.List;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.upkeep.Upkeep;

/// Reads the rules again where their file changed, and tells the postmaster of what cannot be read.
public record RulesWatch(SenderRules rules, Notices notices) implements Upkeep.Chore {
  @Override
  public String name() {
    return "rules";
  }

  @Override
  public String stamp() {
    rules.refresh();
    return rules.problems().toString();
  }

  @Override
  public void advance() {
    List<Text> problems = rules.problems();
    if (!problems.isEmpty()) {
      notices.tell(
          new Notices.Notice(
              SAY.unreadSubject(),
              Text.paragraphs(SAY.unread(), Text.lines(problems), SAY.asBefore())));
    }
  }
}
