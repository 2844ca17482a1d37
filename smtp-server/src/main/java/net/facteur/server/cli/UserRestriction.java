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

  String[] description() {
    return switch (restriction) {
      case LOCKED ->
          holds
              ? new String[] {
                "Let a user log in no more, and end the sessions of the user.",
                "The password stays; mail to the address still arrives."
              }
              : new String[] {"Let a locked user log in again, with the password of before."};
      case SUSPENDED ->
          holds
              ? new String[] {
                "Take no mail from a user, and end the sessions of the user.",
                "The user may still log in to read, and mail to the address arrives. Mail that was"
                    + " taken before is sent; see facteur queue list."
              }
              : new String[] {"Let a suspended user send again."};
      case SEND_ONLY ->
          holds
              ? new String[] {
                "Leave a user without a mailbox, as a scanner or a web form is.",
                "Mail to the address is refused from now on, unless an alias or a catch-all takes"
                    + " it. What is in the mailbox stays on the disk."
              }
              : new String[] {"Give a user who could only send a mailbox."};
    };
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
