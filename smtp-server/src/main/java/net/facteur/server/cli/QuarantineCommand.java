package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Text;
import net.facteur.server.quarantine.QuarantineRequests;
import net.facteur.server.quarantine.QuarantineSettings;
import net.facteur.server.quarantine.QuarantineStore;
import net.facteur.server.quarantine.QuarantineView;
import net.facteur.server.quarantine.QuarantineWish;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "quarantine")
final class QuarantineCommand {
  private static final QueueTexts SAY = QueueTexts.SAY;

  private QuarantineCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new QuarantineCommand());
    group.addSubcommand(new ListThem(workplace));
    group.addSubcommand(new Show(workplace));
    group.addSubcommand(new Release(workplace));
    group.addSubcommand(new Learn(workplace));
    group.addSubcommand(new Drop(workplace));
    return group;
  }

  /// The quarantine on the disk.
  static QuarantineView view(Settings settings, InstantSource clock) {
    QuarantineSettings its = QuarantineSettings.from(settings);
    return new QuarantineView(new QuarantineStore(its.directory(), clock), its.keep());
  }

  /// Lets the running server do it; where none runs, the files are read and changed here.
  abstract static class Asking implements Callable<Integer> {
    final Workplace workplace;
    @Mixin private final SettingsOption option = new SettingsOption();

    @Option(names = "--json")
    boolean json;

    Asking(Workplace workplace) {
      this.workplace = workplace;
    }

    void ask(
        QuarantineWish.Verb verb,
        String id,
        List<String> to,
        boolean harmful,
        Consumer<JsonNode> out) {
      Settings settings = option.readRight(workplace, workplace.err());
      var wish = new QuarantineWish(verb, id, to, harmful, System.getProperty("user.name", "?"));
      try {
        Optional<RunningServer> server = RunningServer.of(settings, workplace.language());
        if (server.isPresent()) {
          server.get().fulfil(wish, out);
          return;
        }
        Path directory = QuarantineSettings.directory(HostSettings.from(settings));
        Optional<ClosedPlace> closed = ClosedPlace.before(directory, true);
        if (closed.isPresent()) {
          throw new ClosedPlaceException(SAY.quarantineClosed(), closed.get());
        }
        ClosedPlace.followNoLinkOfOthers(directory);
        var mapper = new JsonMapper();
        Optional<Text> problem =
            QuarantineRequests.ofFiles(view(settings, workplace.clock()), workplace.clock())
                .fulfil(wish, workplace.language(), line -> out.accept(mapper.valueToTree(line)));
        if (problem.isPresent()) {
          throw new CommandFailedException(problem.get(), CommandFailedException.NOTHING);
        }
      } catch (IOException e) {
        throw new CommandFailedException(
            SAY.quarantineUnread(FileTrouble.text(e)), CommandFailedException.NOTHING);
      }
    }

    void print(String line) {
      workplace.out().println(line);
    }

    void tell(Text text) {
      print(option.typed(workplace, workplace.say(text)));
    }

    static String text(JsonNode node, String name) {
      return StrangerText.of(node.path(name).asString("")).onTerminal();
    }

    static String all(JsonNode list) {
      var texts = new ArrayList<String>();
      list.forEach(one -> texts.add(StrangerText.of(one.asString("")).onTerminal()));
      return texts.stream().collect(Collectors.joining(", "));
    }
  }

  @Command(name = "list")
  static final class ListThem extends Asking {
    private static final int WIDEST = 40;

    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      var table = Table.of(workplace, SAY.quarantineColumns());
      var count = new ArrayList<String>();
      ask(
          QuarantineWish.Verb.LIST,
          "",
          List.of(),
          false,
          message -> {
            if (json) {
              print(StrangerText.inJson(message.toString()));
              return;
            }
            count.add(text(message, "id"));
            table.add(
                text(message, "id"),
                text(message, "received"),
                text(message, "cause"),
                narrow(text(message, "from")),
                narrow(all(message.path("to"))),
                narrow(text(message, "subject")),
                narrow(text(message, "reason")));
          });
      if (!json && count.isEmpty()) {
        tell(SAY.quarantineEmpty());
      } else if (!json) {
        table.print(workplace);
      }
      return Facteur.OK;
    }

    private static String narrow(String text) {
      return text.length() > WIDEST ? text.substring(0, WIDEST - 1) + "…" : text;
    }
  }

  @Command(name = "show")
  static final class Show extends Asking {
    @Parameters(paramLabel = "ID")
    private String id = "";

    Show(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      ask(QuarantineWish.Verb.SHOW, id, List.of(), false, this::show);
      return Facteur.OK;
    }

    private void show(JsonNode message) {
      if (json) {
        print(StrangerText.inJson(message.toString()));
        return;
      }
      life(workplace, message).forEach(this::print);
      if (message.has("header")) {
        print("");
        print(lines(message, "header") + lines(message, "body"));
        if (message.path("cut").asBoolean(false)) {
          tell(SAY.quarantineCut());
        }
      }
    }

    private static String lines(JsonNode message, String name) {
      return StrangerText.of(message.path(name).asString("").replace("\r\n", "\n"))
          .onTerminalInLines();
    }
  }

  /// What became of a message in quarantine, line by line.
  static List<String> life(Workplace workplace, JsonNode message) {
    var lines = new ArrayList<String>();
    lines.add(
        workplace.bold(Asking.text(message, "id"))
            + "  "
            + workplace.say(
                SAY.whySize(message.path("size").asLong(0), Asking.text(message, "origin"))));
    lines.add(
        "  "
            + Asking.text(message, "quarantined")
            + "  "
            + workplace.say(
                SAY.quarantineSince(
                    Asking.text(message, "cause"),
                    Asking.text(message, "reason"),
                    Asking.text(message, "until"))));
    lines.add(
        "  "
            + workplace.say(
                SAY.quarantineMail(
                    Asking.text(message, "from"),
                    Asking.text(message, "subject"),
                    "<" + Asking.text(message, "reverse-path") + ">")));
    for (JsonNode fact : message.path("facts")) {
      lines.add("  " + Asking.text(fact, "what") + " " + Asking.text(fact, "detail"));
    }
    for (JsonNode one : message.path("recipients")) {
      lines.add("  <" + workplace.bold(Asking.text(one, "to")) + ">  " + workplace.say(fate(one)));
    }
    return lines;
  }

  private static Text fate(JsonNode one) {
    String at = Asking.text(one, "at");
    String by = Asking.text(one, "by");
    return switch (one.path("state").asString("")) {
      case "kept" -> SAY.quarantineKept();
      case "wished" -> SAY.quarantineWished(at, by);
      case "releasing" -> SAY.quarantineReleasing(at, by);
      case "released" -> SAY.quarantineReleased(at, by, Asking.text(one, "as"));
      case "dropped" -> SAY.quarantineDropped(at, by);
      case "expired" -> SAY.quarantineExpired(at);
      default -> Text.of(Asking.text(one, "state")); // what a newer server knows
    };
  }

  /// What changes a message.
  abstract static class Acting extends Asking {
    @Parameters(arity = "1..*", paramLabel = "ID")
    private List<String> ids = List.of();

    @Option(names = "--to", paramLabel = "ADDRESS")
    private List<String> to = List.of();

    Acting(Workplace workplace) {
      super(workplace);
    }

    /// Does it with each message; one that it cannot be done with does not keep the others from it.
    Integer act(QuarantineWish.Verb verb, boolean harmful) {
      int code = Facteur.OK;
      for (String id : ids) {
        try {
          ask(verb, id, to, harmful, this::done);
        } catch (CommandFailedException e) {
          if (ids.size() == 1) {
            throw e;
          }
          workplace.err().println(workplace.red(workplace.say(e.what())));
          code = Facteur.PROBLEM;
        }
      }
      return code;
    }

    private void done(JsonNode line) {
      if (json) {
        print(StrangerText.inJson(line.toString()));
        return;
      }
      String id = text(line, "id");
      String recipients = all(line.path("to"));
      Text said =
          switch (line.path("outcome").asString("")) {
            case "released" -> SAY.quarantineGone(id, recipients, text(line, "as"));
            case "noted" -> SAY.quarantineNoted(id, recipients);
            default -> SAY.quarantineThrown(id, recipients);
          };
      tell(Text.joined("", List.of(Text.of(workplace.green("ok") + ": "), said)));
      if (line.has("unlearnt")) {
        tell(SAY.quarantineUnlearnt(text(line, "unlearnt")));
      } else if (line.path("learnt").asBoolean(false)) {
        tell(SAY.quarantineLearnt());
      }
    }
  }

  @Command(name = "release")
  static final class Release extends Acting {
    @Option(names = "--virus-too")
    private boolean harmful;

    Release(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      return act(QuarantineWish.Verb.RELEASE, harmful);
    }
  }

  @Command(name = "learn")
  static final class Learn extends Acting {
    Learn(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      return act(QuarantineWish.Verb.LEARN, false);
    }
  }

  @Command(name = "drop")
  static final class Drop extends Acting {
    Drop(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      return act(QuarantineWish.Verb.DROP, true);
    }
  }
}
