package net.facteur.server.notices;

import java.util.List;
import net.facteur.server.accounts.Accounts;
import net.facteur.server.upkeep.Upkeep;

/// Tells the postmaster of a users file that cannot be read, or of lines in it.
public record UsersFileNotice(Accounts accounts, Notices notices) implements Upkeep.Chore {
  @Override
  public String name() {
    return "users file";
  }

  @Override
  public String stamp() {
    return accounts.problems().toString();
  }

  @Override
  public void advance() {
    List<String> problems = accounts.problems();
    if (!problems.isEmpty()) {
      notices.tell(
          Notices.Notice.ofUnread(
              NoticesTexts.SAY.usersSubject(),
              NoticesTexts.SAY.usersUnread(),
              problems,
              NoticesTexts.SAY.usersSee()));
    }
  }
}
