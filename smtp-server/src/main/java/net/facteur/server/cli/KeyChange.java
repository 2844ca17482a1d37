package net.facteur.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeyCommands;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyLife;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.keys.WebDisclosureCheck;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.web.PolicyHost;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// A command that changes something.
abstract class KeyChange extends KeyedCommand {
  private static final DkimTexts SAY = DkimTexts.SAY;

  @Parameters(paramLabel = "DOMAIN", index = "0")
  String domain = "";

  @Option(names = "--dry-run")
  boolean dryRun;

  KeyChange(Workplace workplace) {
    super(workplace);
  }

  /// What is asked for.
  abstract KeyWish wish(DomainName name, String by);

  /// Before the decision, with the settings in force.
  void before(Settings settings, DomainName name) throws IOException {}

  /// What a trial would come to.
  KeyCommands.Decision decide(KeyCommands commands, KeyWish wish) throws IOException {
    return wish.decide(commands);
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.read(workplace);
    DomainName name = DkimKeys.domain(domain);
    if (!new DkimKeys(settings, name).local()) {
      throw new CommandFailedException(
          SAY.dkimNotOurs(name), SAY.dkimAddTo(settings.file(), "domains { \"" + name + "\" {} }"));
    }
    String by = workplace.environment().getOrDefault("SUDO_USER", System.getProperty("user.name"));
    KeyWish wish = wish(name, by);
    before(settings, name);
    Optional<RunningServer> server =
        dryRun ? Optional.empty() : RunningServer.of(settings, workplace.language());
    if (server.isPresent()) {
      server.get().fulfil(wish, this::tell);
      seeList(name);
    } else {
      here(settings, wish);
    }
    return Facteur.OK;
  }

  /// A line of the server's answer.
  private void tell(JsonNode line) {
    if (line.has("refused")) {
      throw new CommandFailedException(
          line.path("refused").asString(""), line.path("remedy").asString(""));
    }
    if (line.has("says")) {
      done(line.path("says").asString(""));
    }
    if (line.has("notice")) {
      tell(line.path("notice").asString(""), line.path("text").asString(""));
    }
    if (line.has("state")) {
      workplace.out().println(line.path("state").asString(""));
    }
  }

  private void tell(Notices.Notice notice) {
    tell(workplace.say(notice.subject()), workplace.say(notice.text()));
  }

  private void tell(String subject, String text) {
    workplace.out().println(workplace.bold(subject));
    option.typed(workplace, text).lines().forEach(workplace.out()::println);
    workplace.out().println();
  }

  private void done(String says) {
    workplace.out().println(workplace.green("ok") + ": " + option.typed(workplace, says));
    workplace.out().println();
  }

  /// Where no server runs, which would do it itself.
  private void here(Settings settings, KeyWish wish) throws IOException {
    KeyWiring keeping = keeping(settings);
    KeyJournal journal = KeyWiring.journal(keeping.directory());
    var notices = new ArrayList<Notices.Notice>();
    KeyLife.Parts parts =
        keeping.parts(
            journal,
            notices::add,
            new WebDisclosureCheck(PolicyHost.https(Optional.of(settings), keeping.resolver())),
            _ -> true);
    var commands = new KeyCommands(parts, keeping.settings(), wish.by());
    switch (dryRun ? decide(commands, wish) : wish.fulfil(commands)) {
      case KeyCommands.Decision.Refuse(Text problem, Text remedy) -> {
        notices.forEach(this::tell);
        throw new CommandFailedException(problem, remedy);
      }
      case KeyCommands.Decision.Do(KeyEvent _, Text says) -> {
        if (dryRun) {
          workplace.out().println(workplace.say(CliTexts.SAY.wouldBeDone(says)));
          return;
        }
        new CommandDeed(wish.by(), wish.deed(), wish.on()).write(settings, workplace);
        done(workplace.say(says));
        notices.forEach(this::tell);
        journal.read().of(wish.domain()).forEach(e -> workplace.out().println(e.told()));
        seeList(wish.domain());
      }
    }
  }

  private void seeList(DomainName name) {
    workplace.out().println(option.typed(workplace, workplace.say(SAY.dkimGoesOn(name))));
  }
}
