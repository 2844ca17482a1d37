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
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.QueueRequests;
import net.facteur.server.admin.QueueSelection;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.files.DurableFile;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
    name = "queue",
    description = {
      "Look at the mail queue, and steer it.",
      "Looking works without the server, too; steering is done by the running server."
    })
final class QueueCommand {
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
              if (command.getCommand() instanceof Act act) {
                command.getCommandSpec().usageMessage().description(act.description());
                command.getCommandSpec().name(name);
              }
            });
    return group;
  }

  @Command(name = "list", description = "Show the messages that wait, the oldest first.")
  static final class ListCommand extends ControlledCommand {
    @Mixin private final SelectionOptions selection = new SelectionOptions();

    @Option(
        names = {"-n", "--limit"},
        defaultValue = "1000",
        description = "The most messages to show; 1000 by default.")
    private int limit;

    @Option(names = "--json", description = "Write JSON, an object for each message.")
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
        workplace.out().println(nothing(wanted));
      } else if (!json) {
        table(workplace, messages);
      }
      return Facteur.OK;
    }
  }

  private static String nothing(QueueSelection wanted) {
    return wanted.equals(QueueSelection.ALL)
        ? "The queue is empty."
        : "Nothing of this kind is queued.";
  }

  private static void table(Workplace workplace, List<JsonNode> rows) {
    String[] columns = rows.getFirst().propertyNames().toArray(String[]::new);
    var table = new Table(columns);
    for (JsonNode row : rows) {
      var cells = new ArrayList<String>();
      for (String column : columns) {
        cells.add(ControlledCommand.shown(row.path(column)));
      }
      table.add(cells.toArray(String[]::new));
    }
    table.print(workplace);
  }

  @Command(name = "summary", description = "Count what waits, by destination and age.")
  static final class Summary extends ControlledCommand {
    @Option(
        names = {"-n", "--limit"},
        defaultValue = "50",
        description = "The most destinations to show, the fullest first; 50 by default.")
    private int limit;

    @Option(names = "--json", description = "Write one JSON object.")
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
                    "recipients queued: "
                        + summary.path("queued").asInt(0)
                        + ", held: "
                        + summary.path("held").asInt(0)
                        + ", damaged: "
                        + summary.path("damaged").asInt(0)
                        + "; destinations: "
                        + summary.path("destinations").asInt(0));
            List<JsonNode> rows = new ArrayList<>();
            summary.path("fullest").forEach(rows::add);
            if (!rows.isEmpty()) {
              table(workplace, rows);
            }
          });
      return Facteur.OK;
    }
  }

  @Command(name = "show", description = "Show all that is known of one message.")
  static final class Show extends ControlledCommand {
    @Parameters(paramLabel = "ID", description = "The queue id, as the log and the list have it.")
    private String id = "";

    @Option(names = "--json", description = "Write one JSON object.")
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

  @Command(
      name = "cat",
      description = {
        "Show a queued message as it is.",
        "On the screen, octets that are not UTF-8 are replaced; a file gets every octet."
      })
  static final class Cat extends ControlledCommand {
    @Parameters(paramLabel = "ID", description = "The queue id, as the log and the list have it.")
    private String id = "";

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        description = "Write the message into this new file.")
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

  @Command(
      name = "move",
      description = {
        "Send messages to another next hop, at once.",
        "Recipients with an attempt under way are held instead."
      })
  static final class Move extends Act {
    @Option(
        names = "--next-hop",
        required = true,
        paramLabel = "HOP",
        description = "Where to: relay:smtp.example.net:587, mx:example.org, lmtp:/run/lmtp.")
    private String nextHop = "";

    Move(Workplace workplace) {
      super(workplace, ServerControl.Action.MOVE, false);
    }

    @Override
    String nextHop() {
      Optional<String> none = QueueRequests.whyNoNextHop(nextHop);
      if (none.isPresent()) {
        throw CommandFailedException.notUnderstood(
            none.get(),
            "Write mx:example.org, relay:smtp.example.net:587, lmtp:/run/lmtp or"
                + " maildir:alice@example.org");
      }
      return nextHop;
    }
  }

  @Command
  static class Act extends ControlledCommand {
    private final ServerControl.Action action;
    private final boolean everything;
    @Mixin private final SelectionOptions selection = new SelectionOptions();

    @Option(names = "--all", description = "Everything that is queued.")
    private boolean all;

    @Option(
        names = {"-y", "--yes"},
        description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "Write JSON, an object for each message.")
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

    String[] description() {
      return switch (action) {
        case RETRY ->
            new String[] {everything ? "Try all messages now, or some." : "Try messages now."};
        case HOLD -> new String[] {"Keep messages without trying to deliver them."};
        case RELEASE -> new String[] {"Let held messages go on."};
        case REMOVE -> new String[] {"Forget messages; nobody is told."};
        case BOUNCE -> new String[] {"Give messages up and return them to their senders."};
        case MOVE -> new String[] {"Send messages to another next hop, at once."};
      };
    }

    private boolean dangerous() {
      return switch (action) {
        case REMOVE, BOUNCE, MOVE -> true;
        case RETRY, HOLD, RELEASE -> false;
      };
    }

    @Override
    public Integer call() {
      QueueSelection wanted = selection.selection();
      String hop = nextHop();
      if (wanted.equals(QueueSelection.ALL) && !all && !everything) {
        throw CommandFailedException.notUnderstood(
            "Nothing is selected.", "Name queue ids, options such as --domain, or --all.");
      }
      if (dangerous() && !yes && !agreed(wanted)) {
        workplace.out().println("Nothing was done.");
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
        workplace.out().println(nothing(wanted));
      }
      return Facteur.OK;
    }

    private boolean agreed(QueueSelection wanted) {
      var count = new AtomicInteger();
      read(
          new ControlRequest.QueueList(wanted, ControlRequest.QueueList.MAX),
          _ -> count.incrementAndGet());
      String word = action.name().toLowerCase(Locale.ROOT);
      workplace
          .out()
          .print(word + " " + count + (count.get() == 1 ? " message" : " messages") + "? [y/N] ");
      workplace.out().flush();
      try {
        String answer =
            new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8))
                .readLine();
        if (answer == null) {
          throw new CommandFailedException(
              "Nobody answered.", "Where no person is at the keyboard, add --yes.");
        }
        return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
