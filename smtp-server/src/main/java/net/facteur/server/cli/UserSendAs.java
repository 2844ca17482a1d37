package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.List;
import net.facteur.server.accounts.SendAs;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "send-as")
final class UserSendAs extends UserEditing {
  @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "ADDRESS")
  private List<String> addresses = List.of();

  UserSendAs(Workplace workplace) {
    super(workplace);
  }

  static List<String> checked(List<String> addresses) {
    for (String address : addresses) {
      if (!SendAs.isOne(address)) {
        throw CommandFailedException.notUnderstood(SAY.userNoSender(address), SAY.userTypeSender());
      }
    }
    return addresses;
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    List<String> checked = checked(addresses);
    known(name);
    change(name, u -> u.withSendAs(checked));
    ok(
        checked.isEmpty()
            ? SAY.userSendsAsItself(name.text())
            : SAY.userSendsAs(name.text(), String.join(", ", checked)));
    return Facteur.OK;
  }
}
