package net.facteur.server.cli;

import java.io.IOException;
import java.util.List;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "send-as",
    description = {
      "Set the further addresses that a user may send as; without any, none.",
      "Sub-addresses and aliases that lead to the user need not be listed."
    })
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
      String plain = address.startsWith("*@") ? "a" + address.substring(1) : address;
      if (UserName.parse(plain).isEmpty() || address.indexOf(',') >= 0) {
        throw CommandFailedException.notUnderstood(
            "`" + address + "` is not an address to send as.",
            "Type an address such as info@example.org, or '*@example.org' for all of a domain.");
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
    ok(name + " may send as " + (checked.isEmpty() ? "itself" : String.join(", ", checked)));
    return Facteur.OK;
  }
}
