package net.facteur.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import net.facteur.server.filter.daemon.Daemon;
import net.facteur.server.filter.rspamd.RspamdController;
import net.facteur.server.filter.rspamd.RspamdController.Count;
import net.facteur.server.filter.rspamd.RspamdController.Lesson;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "spam")
final class SpamCommand {
  private static final SpamTexts SAY = SpamTexts.SAY;
  private static final int MAX_MIB = 50;

  private SpamCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new SpamCommand());
    group.addSubcommand(new Learn(workplace));
    group.addSubcommand(new Status(workplace));
    return group;
  }

  private static RspamdSettings rspamd(Workplace workplace, SettingsOption settings)
      throws IOException {
    return RspamdSettings.from(settings.read(workplace))
        .orElseThrow(() -> new CommandFailedException(SAY.spamNoRspamd(), SAY.spamSeeRspamd()));
  }

  private static CommandFailedException silent(RspamdController controller, String why) {
    return new CommandFailedException(
        SAY.spamNoAnswer(controller.address().text(), StrangerText.of(why).onTerminal()),
        SAY.spamSeeController());
  }

  @Command(name = "learn")
  static final class Learn implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();

    @ArgGroup(multiplicity = "1")
    private Kind kind = new Kind();

    @Parameters(paramLabel = "FILE", arity = "0..*")
    private List<Path> files = List.of();

    /// One of the two.
    static final class Kind {
      @Option(names = "--spam", required = true)
      private boolean spam;

      @Option(names = "--ham", required = true)
      private boolean ham;

      RspamdController.Kind kind() {
        return spam && !ham ? RspamdController.Kind.SPAM : RspamdController.Kind.HAM;
      }
    }

    Learn(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      RspamdController controller = RspamdController.of(rspamd(workplace, settings));
      for (Path file : files.isEmpty() ? List.of(Path.of("-")) : files) {
        learn(controller, file);
      }
      return Facteur.OK;
    }

    private void learn(RspamdController controller, Path file) throws IOException {
      boolean input = file.toString().equals("-");
      Text name = input ? SAY.spamInput() : Text.of(file.toString());
      byte[] message;
      if (input) {
        message = bounded(workplace.in(), name);
      } else {
        try (InputStream in = Files.newInputStream(file)) {
          message = bounded(in, name);
        }
      }
      String word = kind.kind().name().toLowerCase(Locale.ROOT);
      Text said =
          switch (controller.learn(kind.kind(), message)) {
            case Daemon.Outcome.Silent<Lesson>(String why) -> throw silent(controller, why);
            case Daemon.Outcome.Answered<Lesson>(Lesson lesson) ->
                switch (lesson) {
                  case Lesson.Learnt _ -> SAY.spamLearnt(word, name);
                  case Lesson.Known _ -> SAY.spamKnown(word, name);
                  case Lesson.TooShort _ -> SAY.spamTooShort(name);
                  case Lesson.Refused(StrangerText why) ->
                      throw new CommandFailedException(
                          SAY.spamRefused(name, why.onTerminal()), SAY.spamSeePassword());
                };
          };
      workplace.out().println(workplace.say(said));
    }

    private static byte[] bounded(InputStream in, Text name) throws IOException {
      byte[] message = in.readNBytes((MAX_MIB << 20) + 1);
      if (message.length > MAX_MIB << 20) {
        throw new CommandFailedException(SAY.spamTooLarge(name), SAY.spamSmaller(MAX_MIB));
      }
      return message;
    }
  }

  @Command(name = "status")
  static final class Status implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();

    @Option(names = "--json")
    private boolean json;

    Status(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      RspamdController controller = RspamdController.of(rspamd(workplace, settings));
      RspamdController.Standing standing =
          switch (controller.standing()) {
            case Daemon.Outcome.Silent<RspamdController.Standing>(String why) ->
                throw silent(controller, why);
            case Daemon.Outcome.Answered<RspamdController.Standing>(var its) -> its;
          };
      if (json) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("version", standing.version());
        all.put("scanned", standing.scanned());
        all.put("actions", counts(standing.actions()));
        all.put("learned", standing.learnt());
        all.put("statistics", counts(standing.statistics()));
        workplace.out().println(StrangerText.inJson(new JsonMapper().writeValueAsString(all)));
        return Facteur.OK;
      }
      var lines = new ArrayList<String>();
      lines.add(workplace.say(SAY.spamVersion(standing.version(), controller.address().text())));
      lines.add(workplace.say(SAY.spamScanned(standing.scanned())));
      standing.actions().forEach(count -> lines.add("  " + count.name() + ": " + count.count()));
      lines.add(workplace.say(SAY.spamLearnedInAll(standing.learnt())));
      standing.statistics().forEach(count -> lines.add("  " + count.name() + ": " + count.count()));
      lines.forEach(workplace.out()::println);
      return Facteur.OK;
    }

    private static Map<String, Long> counts(List<Count> counts) {
      return counts.stream()
          .collect(Collectors.toMap(Count::name, Count::count, (a, _) -> a, LinkedHashMap::new));
    }
  }
}
