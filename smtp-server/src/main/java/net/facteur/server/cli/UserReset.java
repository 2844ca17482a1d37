package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "reset")
final class UserReset extends UserEditing {
  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  UserReset(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    User before = known(name);
    String text = PasswordOption.generated(workplace);
    var hash = hash(text);
    var keys = before.scram().map(_ -> keys(text));
    change(name, old -> old.withPassword(hash, keys));
    workplace.out().println(workplace.say(SAY.passwordMade(text)));
    ok(SAY.userPasswordAbove(name.text()));
    if (before.locked()) {
      tell(SAY.userIsLocked(name.text()));
    }
    return Facteur.OK;
  }
}
