package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.QueueRequests;
import net.facteur.server.admin.QueueSelection;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.files.DurableFile;
import net.facteur.server.language.Text;
import net.facteur.server.setup.SetupTexts;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "queue")
final class QueueCommand {
  private static final QueueTexts SAY = QueueTexts.SAY;

  private QueueCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new QueueCommand());
    group.addSubcommand(new ListCommand(workplace));
    group.addSubcommand(new Summary(workplace));
    group.addSubcommand(new Show(workplace));
    group.addSubcommand(new Cat(workplace));
    group.addSubcommand("flush", new Act(workplace, ServerControl.Action.RETRY, true));
    group.addSubcommand("retry", new Act(workplace, ServerControl.Action.RETRY, false));
    group.addSubcommand("hold", new Act(workplace, ServerControl.Action.HOLD, false));
    group.addSubcommand("release", new Act(workplace, ServerControl.Action.RELEASE, false));
    group.addSubcommand("remove", new Act(workplace, ServerControl.Action.REMOVE, false));
    group.addSubcommand("bounce", new Act(workplace, ServerControl.Action.BOUNCE, false));
    group.addSubcommand(new Move(workplace));
    group
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (command.getCommand() instanceof Act) {
                command.getCommandSpec().name(name);
              }
            });
    return group;
  }

  @Command(name = "list")
  static final class ListCommand extends ControlledCommand {
    @Mixin private final SelectionOptions selection = new SelectionOptions();

    @Option(
        names = {"-n", "--limit"},
        defaultValue = "1000")
    private int limit;

    @Option(names = "--json")
    private boolean json;

    ListCommand(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      List<JsonNode> messages = new ArrayList<>();
      QueueSelection wanted = selection.selection();
      read(
          new ControlRequest.QueueList(wanted, within(limit)),
          message -> {
            if (json) {
              workplace.out().println(StrangerText.inJson(message.toString()));
            } else {
              messages.add(message);
            }
          });
      if (messages.isEmpty() && !json) {
        workplace.out().println(workplace.say(nothing(wanted)));
      } else if (!json) {
        table(workplace, messages);
      }
      return Facteur.OK;
    }
  }

  private static Text nothing(QueueSelection wanted) {
    return wanted.equals(QueueSelection.ALL) ? SAY.queueEmpty() : SAY.queueNoneOfThese();
  }

  /// What people call what programs know by a name.
  private static Text heading(String name) {
    return switch (name) {
      case "id" -> SAY.columnId();
      case "received" -> SAY.columnReceived();
      case "size" -> SAY.columnSize();
      case "from" -> SAY.columnFrom();
      case "to" -> SAY.columnTo();
      case "state" -> SAY.columnState();
      case "attempts" -> SAY.columnAttempts();
      case "next" -> SAY.columnNext();
      case "reports" -> SAY.columnReports();
      case "last" -> SAY.columnLast();
      case "destination" -> SAY.columnDestination();
      case "queued" -> SAY.columnQueued();
      case "held" -> SAY.columnHeld();
      case "damaged" -> SAY.columnDamaged();
      case "oldest" -> SAY.columnOldest();
      default -> Text.of(name); // ages, and what a newer server knows
    };
  }

  private static void table(Workplace workplace, List<JsonNode> rows) {
    String[] columns = rows.getFirst().propertyNames().toArray(String[]::new);
    var table =
        new Table(
            Stream.of(columns)
                .map(column -> workplace.say(heading(column)))
                .toArray(String[]::new));
    for (JsonNode row : rows) {
      var cells = new ArrayList<String>();
      for (String column : columns) {
        cells.add(ControlledCommand.shown(row.path(column)));
      }
      table.add(cells.toArray(String[]::new));
    }
    table.print(workplace);
  }

  @Command(name = "summary")
  static final class Summary extends ControlledCommand {
    @Option(
        names = {"-n", "--limit"},
        defaultValue = "50")
    private int limit;

    @Option(names = "--json")
    private boolean json;

    Summary(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      read(
          new ControlRequest.QueueSummary(within(limit)),
          summary -> {
            if (json) {
              workplace.out().println(StrangerText.inJson(summary.toString()));
              return;
            }
            workplace
                .out()
                .println(
                    workplace.say(
                        SAY.queueSummary(
                            summary.path("queued").asInt(0),
                            summary.path("held").asInt(0),
                            summary.path("damaged").asInt(0),
                            summary.path("destinations").asInt(0))));
            List<JsonNode> rows = new ArrayList<>();
            summary.path("fullest").forEach(rows::add);
            if (!rows.isEmpty()) {
              table(workplace, rows);
            }
          });
      return Facteur.OK;
    }
  }

  @Command(name = "show")
  static final class Show extends ControlledCommand {
    @Parameters(paramLabel = "ID")
    private String id = "";

    @Option(names = "--json")
    private boolean json;

    Show(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      read(
          new ControlRequest.QueueShow(id),
          message ->
              workplace
                  .out()
                  .println(
                      StrangerText.inJson(json ? message.toString() : message.toPrettyString())));
      return Facteur.OK;
    }
  }

  @Command(name = "cat")
  static final class Cat extends ControlledCommand {
    @Parameters(paramLabel = "ID")
    private String id = "";

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE")
    private @Nullable Path file;

    Cat(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      if (file != null) {
        DurableFile.secret(file)
            .create(out -> read(new ControlRequest.QueueCat(id), part -> write(out, part)));
      } else {
        var octets = new ByteArrayOutputStream();
        read(new ControlRequest.QueueCat(id), part -> write(octets, part));
        String text = octets.toString(StandardCharsets.UTF_8);
        // What a program reads is as it is; a terminal would obey what a stranger wrote.
        workplace
            .out()
            .print(
                workplace.colours()
                    ? StrangerText.of(text.replace("\r\n", "\n")).onTerminalInLines()
                    : text);
        workplace.out().flush();
      }
      return Facteur.OK;
    }

    private static void write(OutputStream out, JsonNode part) {
      try {
        out.write(Base64.getDecoder().decode(part.path("octets").asString("")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Command(name = "move")
  static final class Move extends Act {
    @Option(names = "--next-hop", required = true, paramLabel = "HOP")
    private String nextHop = "";

    Move(Workplace workplace) {
      super(workplace, ServerControl.Action.MOVE, false);
    }

    @Override
    String nextHop() {
      Optional<Text> none = QueueRequests.whyNoNextHop(nextHop);
      if (none.isPresent()) {
        throw CommandFailedException.notUnderstood(none.get(), SAY.queueHops());
      }
      return nextHop;
    }
  }

  @Command
  static class Act extends ControlledCommand {
    private final ServerControl.Action action;
    private final boolean everything;
    @Mixin private final SelectionOptions selection = new SelectionOptions();

    @Option(names = "--all")
    private boolean all;

    @Option(names = {"-y", "--yes"})
    private boolean yes;

    @Option(names = "--json")
    private boolean json;

    /// @param everything without a selection, all that is queued is meant
    Act(Workplace workplace, ServerControl.Action action, boolean everything) {
      super(workplace);
      this.action = action;
      this.everything = everything;
    }

    String nextHop() {
      return "";
    }

    /// What a person is asked before this is done to so many messages; empty where nobody need be.
    private Optional<Text> question(long count) {
      return switch (action) {
        case REMOVE -> Optional.of(SAY.queueAskRemove(count));
        case BOUNCE -> Optional.of(SAY.queueAskBounce(count));
        case MOVE -> Optional.of(SAY.queueAskMove(count));
        case RETRY, HOLD, RELEASE -> Optional.empty();
      };
    }

    @Override
    public Integer call() {
      QueueSelection wanted = selection.selection();
      String hop = nextHop();
      if (wanted.equals(QueueSelection.ALL) && !all && !everything) {
        throw CommandFailedException.notUnderstood(SAY.queueNothingSelected(), SAY.queueSelect());
      }
      if (!yes && !agreed(wanted)) {
        workplace.out().println(workplace.say(SAY.queueNothingDone()));
        return Facteur.PROBLEM;
      }
      var done = new AtomicInteger();
      ask(
          new ControlRequest.QueueAct(action, wanted, hop),
          message -> {
            done.incrementAndGet();
            workplace
                .out()
                .println(
                    json
                        ? message.toString()
                        : workplace.green("ok") + ": " + message.path("id").asString(""));
          });
      if (done.get() == 0 && !json) {
        workplace.out().println(workplace.say(nothing(wanted)));
      }
      return Facteur.OK;
    }

    private boolean agreed(QueueSelection wanted) {
      if (question(0).isEmpty()) {
        return true;
      }
      var count = new AtomicInteger();
      read(
          new ControlRequest.QueueList(wanted, ControlRequest.QueueList.MAX),
          _ -> count.incrementAndGet());
      workplace.out().print(workplace.say(question(count.get()).orElseThrow()) + " ");
      workplace.out().flush();
      try {
        String answer =
            new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8))
                .readLine();
        if (answer == null) {
          throw new CommandFailedException(SAY.queueUnanswered(), SAY.queueAddYes());
        }
        return List.of(workplace.say(SetupTexts.SAY.yesWords()).split(" "))
            .contains(answer.strip().toLowerCase(Locale.ROOT));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
