package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.server.accounts.ScramRecord;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "scram")
final class UserScram extends UserEditing {
  /// The two positions of the switch.
  enum Position {
    on,
    off
  }

  @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Parameters(index = "1", paramLabel = "on|off")
  private Position position = Position.off;

  @Mixin private final PasswordOption password = new PasswordOption();

  UserScram(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    User before = known(name);
    switch (position) {
      case off -> change(name, u -> u.withScram(Optional.empty()));
      case on -> {
        String text = password.read(workplace);
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        if (before.password().filter(hash -> hash.matches(octets)).isEmpty()) {
          throw new CommandFailedException(
              SAY.userNotPassword(name.text()), SAY.userSetNew(name.text()));
        }
        ScramRecord keys = keys(text);
        change(name, u -> u.withScram(Optional.of(keys)));
      }
    }
    ok(
        switch (position) {
          case on -> SAY.userScramOn(name.text());
          case off -> SAY.userScramOff(name.text());
        });
    return Facteur.OK;
  }
}
