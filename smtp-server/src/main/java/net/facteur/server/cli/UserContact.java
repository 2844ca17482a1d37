package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "contact")
final class UserContact extends UserEditing {
  @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "ADDRESS")
  private Optional<String> address = Optional.empty();

  UserContact(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    Optional<UserName> outside = address.map(UserEditing::name);
    change(name, u -> u.withContact(outside));
    ok(
        outside
            .map(to -> SAY.userContact(name.text(), to.text()))
            .orElseGet(() -> SAY.userNoContact(name.text())));
    return Facteur.OK;
  }
}
