package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.ScramRecord;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "passwd")
final class UserPasswd extends UserEditing {
  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Mixin private final PasswordOption password = new PasswordOption();

  UserPasswd(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    User before = known(name);
    String text = password.read(workplace);
    PasswordHash hash = hash(text);
    Optional<ScramRecord> keys = before.scram().map(_ -> keys(text));
    change(name, old -> old.withPassword(hash, keys));
    password.show(workplace, text);
    ok(SAY.userPasswordChanged(name.text()));
    if (before.locked()) {
      tell(SAY.userIsLocked(name.text()));
    }
    return Facteur.OK;
  }
}
