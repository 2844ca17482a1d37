package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.ldap.DirectoryProbe;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "ldap")
final class LdapCommand {
  private static final DirectoryTexts SAY = DirectoryTexts.SAY;

  private LdapCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new LdapCommand());
    group.addSubcommand(new Test(workplace));
    return group;
  }

  @Command(name = "test")
  static final class Test implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--login")
    private boolean login;

    @Option(names = "--password-stdin")
    private boolean stdin;

    @Option(names = "--json")
    private boolean json;

    Test(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      LdapSettings ldap =
          LdapSettings.from(settings.read(workplace))
              .orElseThrow(
                  () -> new CommandFailedException(SAY.noDirectory(), SAY.seeDirectories()));
      DirectoryProbe.Report report =
          new DirectoryProbe(ldap, System::nanoTime).ask(name, password());
      if (json) {
        workplace
            .out()
            .println(StrangerText.inJson(new JsonMapper().writeValueAsString(report.fields())));
      } else {
        report
            .lines()
            .forEach(
                line -> workplace.out().println(settings.typed(workplace, workplace.say(line))));
      }
      return report.well() ? Facteur.OK : Facteur.PROBLEM;
    }

    private Optional<byte[]> password() throws IOException {
      if (stdin) {
        var in = new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8));
        return Optional.ofNullable(in.readLine()).map(Test::octets);
      }
      if (!login) {
        return Optional.empty();
      }
      Optional<String> asked =
          workplace.passwords().ask(workplace.say(SAY.passwordQuestion()) + " ");
      if (asked.isEmpty()) {
        throw new CommandFailedException(SAY.noTerminalForPassword(), SAY.usePasswordStdin());
      }
      return asked.map(Test::octets);
    }

    private static byte[] octets(String password) {
      return password.getBytes(StandardCharsets.UTF_8);
    }
  }
}
