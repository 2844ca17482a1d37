package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.server.accounts.NewPassword;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a new password comes from.
final class PasswordOption {
  private static final int GENERATED_OCTETS = 15;

  @Option(names = "--password-stdin")
  private boolean stdin;

  @Option(names = "--generate")
  private boolean generate;

  /// One that was made up is shown by [#show], once it is in force.
  String read(Workplace workplace) throws IOException {
    String password = generate ? generated(workplace) : stdin ? line(workplace) : asked(workplace);
    Optional<NewPassword.Fault> fault = NewPassword.fault(password);
    if (fault.isPresent()) {
      throw switch (fault.get()) {
        case TOO_SHORT ->
            new CommandFailedException(
                SAY.passwordShort(NewPassword.MIN_CHARACTERS), SAY.passwordGenerate());
        case UNUSABLE -> new CommandFailedException(SAY.passwordLong(), SAY.passwordGenerate());
      };
    }
    return password;
  }

  /// Says a password that was made up.
  void show(Workplace workplace, String password) {
    if (generate) {
      workplace.out().println(workplace.say(SAY.passwordMade(password)));
    }
  }

  /// One that nobody can guess.
  static String generated(Workplace workplace) {
    byte[] octets = new byte[GENERATED_OCTETS];
    workplace.random().nextBytes(octets);
    return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  private static String line(Workplace workplace) throws IOException {
    var in = new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8));
    @Nullable String line = in.readLine();
    return line == null ? "" : line;
  }

  private static String asked(Workplace workplace) {
    Optional<String> once = workplace.passwords().ask(workplace.say(SAY.passwordNew()) + " ");
    if (once.isEmpty()) {
      throw new CommandFailedException(
          DirectoryTexts.SAY.noTerminalForPassword(), SAY.passwordStdinOrGenerate());
    }
    if (!once.equals(workplace.passwords().ask(workplace.say(SAY.passwordOnce()) + " "))) {
      throw new CommandFailedException(SAY.passwordsDiffer(), SAY.userTypeAgain());
    }
    return once.get();
  }
}
