package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.accounts.QuotaText;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "quota")
final class UserQuota extends UserEditing {
  @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Parameters(index = "1", paramLabel = "SIZE|none|default")
  private String size = "";

  UserQuota(Workplace workplace) {
    super(workplace);
  }

  /// @return empty for that of all
  static Optional<Long> octets(String size) {
    if (size.equals("default")) {
      return Optional.empty();
    }
    return Optional.of(
        QuotaText.parse(size)
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(
                        SAY.userNoSize(size), SAY.userTypeSize())));
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    Optional<Long> octets = octets(size);
    change(name, u -> u.withQuota(octets));
    ok(SAY.userMayHold(name.text(), octets.map(QuotaText::of).orElse(size)));
    return Facteur.OK;
  }
}
