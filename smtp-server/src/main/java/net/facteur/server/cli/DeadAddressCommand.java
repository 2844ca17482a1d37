package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.List;
import net.facteur.server.feedback.FeedbackWish;
import net.facteur.server.feedback.FeedbackWish.Verb;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `facteur dead-address`: addresses elsewhere that take no mail any more.
@Command(name = "dead-address")
final class DeadAddressCommand {
  private DeadAddressCommand() {}

  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new DeadAddressCommand());
    group.addSubcommand(new ListThem(workplace));
    group.addSubcommand(new Forget(workplace));
    return group;
  }

  @Command(name = "list")
  static final class ListThem extends UserEditing {
    @Option(names = "--json")
    private boolean json;

    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      List<JsonNode> lines = FeedbackReading.of(this).ask(new FeedbackWish(Verb.DEAD, ""));
      if (json) {
        lines.forEach(workplace.out()::println);
        return Facteur.OK;
      }
      if (lines.isEmpty()) {
        tell(SAY.deadNone());
        return Facteur.OK;
      }
      var table = Table.of(workplace, SAY.deadColumns());
      for (JsonNode line : lines) {
        table.add(
            ControlledCommand.shown(line.path("address")),
            ControlledCommand.shown(line.path("why")),
            day(line, "since"),
            day(line, "last"),
            ControlledCommand.shown(line.path("said")));
      }
      table.print(workplace);
      return Facteur.OK;
    }

    private static String day(JsonNode line, String name) {
      String at = line.path(name).asString("-");
      return at.substring(0, Math.min(at.length(), 10));
    }
  }

  @Command(name = "forget")
  static final class Forget extends UserEditing {
    @Parameters(paramLabel = "ADDRESS|@DOMAIN")
    private String address = "";

    Forget(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      if (!FeedbackWish.isAddress(address)) {
        throw CommandFailedException.notUnderstood(
            SAY.deadMisnamed(address), SAY.userTypeWhole("carol@example.net"));
      }
      int count = count(FeedbackReading.of(this).ask(new FeedbackWish(Verb.FORGET, address)));
      if (count == 0) {
        throw new CommandFailedException(SAY.deadUnknown(address), SAY.deadSee());
      }
      ok(SAY.deadForgotten(count));
      return Facteur.OK;
    }
  }

  /// How many the answer speaks of.
  static int count(List<JsonNode> lines) {
    return lines.stream().mapToInt(line -> line.path("count").asInt(0)).sum();
  }
}
