package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.List;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.ServerControl;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
    name = "queue",
    description = "Look at the mail queue of the running server, and steer it.")
final class QueueCommand {
  private QueueCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new QueueCommand());
    group.addSubcommand(new ListCommand(workplace));
    group.addSubcommand(new Show(workplace));
    group.addSubcommand("retry", new Act(workplace, ServerControl.Action.RETRY));
    group.addSubcommand("hold", new Act(workplace, ServerControl.Action.HOLD));
    group.addSubcommand("release", new Act(workplace, ServerControl.Action.RELEASE));
    group.addSubcommand("remove", new Act(workplace, ServerControl.Action.REMOVE));
    group.addSubcommand("bounce", new Act(workplace, ServerControl.Action.BOUNCE));
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
      ask(
          new ControlRequest.QueueList(limit),
          message -> {
            if (json) {
              workplace.out().println(message);
            } else {
              messages.add(message);
            }
          });
      if (messages.isEmpty() && !json) {
        workplace.out().println("The queue is empty.");
      } else if (!json) {
        String[] columns = messages.getFirst().propertyNames().toArray(String[]::new);
        var table = new Table(columns);
        for (JsonNode message : messages) {
          var cells = new ArrayList<String>();
          for (String column : columns) {
            cells.add(shown(message.path(column)));
          }
          table.add(cells.toArray(String[]::new));
        }
        table.print(workplace);
      }
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
      ask(
          new ControlRequest.QueueShow(id),
          message -> workplace.out().println(json ? message.toString() : message.toPrettyString()));
      return Facteur.OK;
    }
  }

  @Command
  static final class Act extends ControlledCommand {
    private final ServerControl.Action action;

    @Parameters(
        arity = "1..*",
        paramLabel = "ID",
        description = "Queue ids, as the log and the list have them.")
    private List<String> ids = List.of();

    Act(Workplace workplace, ServerControl.Action action) {
      super(workplace);
      this.action = action;
    }

    String description() {
      return switch (action) {
        case RETRY -> "Try messages now.";
        case HOLD -> "Keep messages without trying to deliver them.";
        case RELEASE -> "Let held messages go on.";
        case REMOVE -> "Forget messages; nobody is told.";
        case BOUNCE -> "Give messages up and return them to their senders.";
      };
    }

    @Override
    public Integer call() {
      for (String id : ids) {
        ask(new ControlRequest.QueueAct(action, id), _ -> {});
        workplace.out().println(workplace.green("ok") + ": " + id);
      }
      return Facteur.OK;
    }
  }
}
