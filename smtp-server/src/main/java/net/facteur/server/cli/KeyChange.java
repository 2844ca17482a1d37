package net.facteur.server.cli;

import java.io.IOException;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.PolicyHost;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeyCommands;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyKeeping;
import net.facteur.server.keys.KeyLife;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.WebExhibit;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A command that changes something.
abstract class KeyChange extends KeyedCommand {
  @Parameters(paramLabel = "DOMAIN", index = "0")
  String domain = "";

  @Option(names = "--dry-run", description = "Only say what would be done.")
  boolean dryRun;

  KeyChange(Workplace workplace) {
    super(workplace);
  }

  abstract KeyCommands.Decision decide(KeyCommands commands, DomainName name) throws IOException;

  /// Before the decision, with the settings in force.
  void before(Settings settings, DomainName name) throws IOException {}

  /// What else is to be done once the decision stands.
  KeyCommands.Decision carryOut(KeyCommands commands, KeyCommands.Decision decision)
      throws IOException {
    return commands.carryOut(decision);
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.read(workplace);
    DomainName name = DkimKeys.domain(domain);
    if (!new DkimKeys(settings, name).local()) {
      throw new CommandFailedException(
          name + " is not a domain of this server.",
          "Add it to " + settings.file() + ": domains { \"" + name + "\" {} }");
    }
    before(settings, name);
    KeyKeeping keeping = keeping(settings);
    KeyJournal journal = KeyKeeping.journal(keeping.directory());
    KeyLife.Parts parts =
        keeping.parts(
            journal,
            notice -> {
              workplace.out().println();
              workplace.out().println(workplace.bold(notice.subject()));
              notice.text().lines().forEach(workplace.out()::println);
            },
            new WebExhibit(PolicyHost.https(Optional.of(settings), keeping.resolver())),
            _ -> true);
    String by = workplace.environment().getOrDefault("SUDO_USER", System.getProperty("user.name"));
    var commands = new KeyCommands(parts, keeping.settings(), by);
    KeyCommands.Decision decision = decide(commands, name);
    if (!dryRun) {
      decision = carryOut(commands, decision);
    }
    return switch (decision) {
      case KeyCommands.Decision.Refuse(String problem, String remedy) ->
          throw new CommandFailedException(problem, remedy);
      case KeyCommands.Decision.Do(KeyEvent _, String says) -> {
        workplace
            .out()
            .println((dryRun ? "It would be done: " : workplace.green("ok") + ": ") + says);
        if (!dryRun) {
          commands.advance(name);
          state(journal, name);
        }
        yield Facteur.OK;
      }
    };
  }

  private void state(KeyJournal journal, DomainName name) throws IOException {
    workplace.out().println();
    for (KeyRing.Entry e : journal.read().of(name)) {
      workplace
          .out()
          .println(
              e.name().selector()
                  + " is "
                  + e.state().word()
                  + ": "
                  + e.history().getLast().reason());
    }
    workplace
        .out()
        .println("A running server goes on from here by itself; see: facteur dkim list " + name);
  }
}
