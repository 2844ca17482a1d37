package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.language.Text;
import net.facteur.server.migrate.Findings;
import net.facteur.server.migrate.Findings.Fate;
import net.facteur.server.migrate.Findings.Finding;
import net.facteur.server.migrate.MigrateTexts;
import net.facteur.server.migrate.Move;
import net.facteur.server.migrate.NewServer;
import net.facteur.server.migrate.OldTree;
import net.facteur.server.migrate.PostfixReader;
import net.facteur.server.migrate.Postmap;
import net.facteur.server.setup.Foundation;
import net.facteur.server.setup.Layout;
import net.facteur.server.setup.SetupTexts;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `facteur migrate`: moving in from another server.
@Command(name = "migrate")
final class MigrateCommand {
  private MigrateCommand() {}

  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new MigrateCommand());
    group.addSubcommand(new Postfix(workplace));
    group.addSubcommand(new MigrateImapCommand(workplace));
    return group;
  }

  @Command(name = "postfix")
  static final class Postfix implements Callable<Integer> {
    private static final MigrateTexts SAY = MigrateTexts.SAY;

    private final Workplace workplace;

    @Option(names = "--from", paramLabel = "DIR", defaultValue = "/etc/postfix")
    private Path from = Path.of("/etc/postfix");

    @Option(names = "--to", paramLabel = "DIR")
    private @Nullable Path to;

    @Option(names = "--owner", paramLabel = "USER")
    private @Nullable String owner;

    @Option(names = "--dry-run")
    private boolean dryRun;

    @Option(names = "--json")
    private boolean json;

    Postfix(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      String chosen = owner;
      if (chosen != null && !Foundation.exists(chosen)) {
        throw new CommandFailedException(
            say(SetupTexts.SAY.noSuchOwner(chosen)), say(SetupTexts.SAY.makeOwner(chosen)));
      }
      Layout layout = layout();
      var target = new NewServer(layout, workplace.loader(), workplace.random(), workplace.clock());
      if (!dryRun) {
        Optional<Path> taken = target.taken();
        if (taken.isPresent()) {
          throw new CommandFailedException(say(SAY.exists(taken.get())), say(SAY.existsRemedy()));
        }
      }
      var reader = new PostfixReader(OldTree.around(from), new Postmap(), workplace.clock());
      Move move =
          switch (reader.read(workplace.machineName().get().orElse("localhost"))) {
            case PostfixReader.Reading.Found(Move found) -> found;
            case PostfixReader.Reading.None(Text why) ->
                throw new CommandFailedException(say(why), say(SAY.noneRemedy()));
          };
      if (!dryRun) {
        target.write(move, Optional.ofNullable(chosen).or(() -> usualOwner(layout)));
      }
      report(move.findings(), layout);
      return Facteur.OK;
    }

    /// The user that the shipped unit names, if root types this and there is one.
    private static Optional<String> usualOwner(Layout layout) {
      try {
        return !layout.packaged() && layout.belongsToRoot() && Foundation.exists(Layout.USER)
            ? Optional.of(Layout.USER)
            : Optional.empty();
      } catch (IOException _) {
        return Optional.empty();
      }
    }

    private Layout layout() {
      Path chosen = to;
      String data = workplace.environment().getOrDefault("FACTEUR_DATA", "");
      if (chosen == null && !data.isEmpty() && !workplace.named().isEmpty()) {
        return Layout.ofPackage(Path.of(workplace.named()), Path.of(data));
      }
      return Layout.below(chosen == null ? Path.of(".") : chosen);
    }

    private void report(Findings findings, Layout layout) {
      if (json) {
        ObjectNode whole = JsonMapper.shared().createObjectNode();
        whole.put("settings", layout.settings().toString());
        whole.put("written", !dryRun);
        for (Fate fate : Fate.values()) {
          ArrayNode list = whole.putArray(word(fate));
          findings
              .of(fate)
              .forEach(f -> list.addObject().put("what", f.what()).put("says", say(f.says())));
        }
        workplace.out().println(StrangerText.inJson(whole.toString()));
        return;
      }
      for (Fate fate : Fate.values()) {
        List<Finding> list = findings.of(fate);
        workplace.out().println(workplace.bold(say(title(fate)) + " (" + list.size() + ")"));
        if (list.isEmpty()) {
          workplace.out().println("  " + say(SAY.nothing()));
        }
        for (Finding finding : list) {
          workplace
              .out()
              .println(
                  "  "
                      + StrangerText.of(finding.what()).onTerminal()
                      + "\n      "
                      + StrangerText.of(say(finding.says())).onTerminal());
        }
        workplace.out().println();
      }
      workplace
          .out()
          .println(
              dryRun
                  ? say(SAY.dryRun())
                  : say(SAY.written(layout.settings()))
                      + "\n"
                      + say(
                          SAY.lookNext(
                              to == null
                                  ? "facteur check"
                                  : "facteur check -c " + layout.settings())));
    }

    private static String word(Fate fate) {
      return switch (fate) {
        case TAKEN -> "taken";
        case OTHERWISE -> "otherwise";
        case LEFT -> "left";
      };
    }

    private static Text title(Fate fate) {
      return switch (fate) {
        case TAKEN -> SAY.taken();
        case OTHERWISE -> SAY.takenOtherwise();
        case LEFT -> SAY.left();
      };
    }

    private String say(Text text) {
      return text.in(workplace.language());
    }
  }
}
