package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.filter.rules.RulesFile;
import net.facteur.server.mailbox.UserHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "erase")
final class UserErase extends UserEditing {
  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Option(names = "--yes")
  private boolean sure;

  UserErase(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    UserHome home = ownHome(name);
    if (!sure
        && ask(SAY.userEraseQuestion(name.text(), home.path()))
            .filter(workplace.say(SAY.userYes())::equals)
            .isEmpty()) {
      throw new CommandFailedException(SAY.userNothingErased(), SAY.userEraseSure());
    }
    UserChange.Outcome outcome = outcome(new UserChange.Remove(name));
    boolean there = home.exists();
    if (outcome == UserChange.Outcome.UNKNOWN && !there) {
      throw unknown(name);
    }
    home.erase();
    var _ = apply(new AddressChange.Remove(name.text()));
    var _ =
        RulesFile.beside(AccountsSettings.file(settings()))
            .apply(new RulesFile.Change.Forget(name));
    forgetAbsence(name);
    ok(there ? SAY.userErased(name.text()) : SAY.userErasedAlone(name.text()));
    tell(SAY.userNotErased());
    tellOfLeading(name);
    return Facteur.OK;
  }
}
