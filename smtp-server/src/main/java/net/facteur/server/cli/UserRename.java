package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.away.AbsencesFile;
import net.facteur.server.filter.rules.RulesFile;
import net.facteur.server.host.HostSettings;
import net.facteur.server.mailbox.UserHome;
import net.facteur.server.roles.RolesFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rename")
final class UserRename extends UserEditing {
  @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Parameters(index = "1", paramLabel = "NEW@DOMAIN")
  private String to = "";

  @Option(names = "--alias")
  private boolean alias;

  UserRename(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    UserName fresh = newName(to);
    known(name);
    if (!settings().names("domains").contains(fresh.domain().text())) {
      throw UserAdd.foreign(fresh.domain(), settings());
    }
    UserHome before = ownHome(name);
    UserHome after = ownHome(fresh);
    if (after.exists()) {
      throw new CommandFailedException(
          SAY.userEarlierMail(fresh.text(), after.path()), SAY.userPutElsewhere(after.path()));
    }
    UserChange.Outcome outcome = outcome(new UserChange.Rename(name, fresh));
    if (outcome == UserChange.Outcome.TAKEN) {
      throw new CommandFailedException(
          SAY.userThere(fresh.text()), SAY.userOtherName(fresh.text()));
    }
    told(name, outcome);
    before.moveTo(after);
    var _ =
        RulesFile.beside(AccountsSettings.file(settings()))
            .apply(new RulesFile.Change.Rename(name, fresh));
    RolesFile roles = RolesFile.beside(AccountsSettings.file(settings()));
    boolean held =
        roles.rename(
            name,
            fresh,
            LocalDate.ofInstant(workplace.clock().instant(), HostSettings.zone(settings())));
    AbsencesFile.Outcome away =
        AbsencesFile.beside(AccountsSettings.file(settings())).rename(name, fresh);
    if (held || away == AbsencesFile.Outcome.DONE) {
      readAgain();
    }
    if (alias) {
      var entry = new AddressEntry.Alias(name, List.of(fresh.text()), Optional.empty());
      apply(new AddressChange.Put(entry, true));
    }
    ok(
        alias
            ? SAY.userRenamedAlias(name.text(), fresh.text())
            : SAY.userRenamed(name.text(), fresh.text()));
    tell(SAY.userTellPrograms());
    if (!alias) {
      tellOfLeading(name);
    }
    return Facteur.OK;
  }
}
