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
          new Notices.Notice(
              "The users file needs a hand",
              "The server cannot read all of its users:\n\n"
                  + String.join("\n\n", problems)
                  + "\n\nSee `facteur status` and `facteur user list`.\n"));
    }
  }
}
