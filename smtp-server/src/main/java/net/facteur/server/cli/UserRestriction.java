package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import net.facteur.server.accounts.Restriction;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Commands that lay a restriction on a user, and take it away.
@Command
final class UserRestriction extends UserEditing {
  private final Restriction restriction;
  private final boolean holds;

  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  UserRestriction(Workplace workplace, Restriction restriction, boolean holds) {
    super(workplace);
    this.restriction = restriction;
    this.holds = holds;
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    change(name, u -> u.with(restriction, holds));
    String of = name.text();
    ok(
        switch (restriction) {
          case LOCKED -> holds ? SAY.userLockedNow(of) : SAY.userUnlocked(of);
          case SUSPENDED -> holds ? SAY.userIsSuspended(of) : SAY.userResumed(of);
          case SEND_ONLY -> holds ? SAY.userHasNoMailbox(of) : SAY.userHasMailbox(of);
        });
    return Facteur.OK;
  }
}
