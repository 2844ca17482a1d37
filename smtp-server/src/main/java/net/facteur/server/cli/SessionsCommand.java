package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.admin.ControlRequest;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
    name = "sessions",
    description = {
      "Show who is logged in, the longest first.",
      "`facteur sessions end` ends sessions. A change of a password, a lock and a removal end those"
          + " of the user by themselves."
    })
final class SessionsCommand extends ControlledCommand {
  @Option(names = "--user", paramLabel = "NAME@DOMAIN", description = "Only those of this user.")
  private Optional<String> user = Optional.empty();

  @Option(names = "--json", description = "Write JSON, an object for each session.")
  private boolean json;

  private SessionsCommand(Workplace workplace) {
    super(workplace);
  }

  /// The command with what stands below it.
  static CommandLine of(Workplace workplace) {
    var line = new CommandLine(new SessionsCommand(workplace));
    line.addSubcommand(new End(workplace));
    return line;
  }

  @Override
  public Integer call() {
    List<JsonNode> sessions = new ArrayList<>();
    ask(
        new ControlRequest.SessionList(user),
        session -> {
          if (json) {
            workplace.out().println(session);
          } else {
            sessions.add(session);
          }
        });
    if (json) {
      return Facteur.OK;
    }
    if (sessions.isEmpty()) {
      workplace.out().println("Nobody is logged in" + user.map(u -> " as " + u).orElse("") + ".");
      return Facteur.OK;
    }
    var table =
        new Table("ID", "USER", "FROM", "LISTENER", "SINCE", "TLS", "MESSAGES", "RECIPIENTS");
    for (JsonNode session : sessions) {
      table.add(
          shown(session.path("id")),
          shown(session.path("user")),
          "[" + shown(session.path("address")) + "]:" + shown(session.path("port")),
          shown(session.path("listener")),
          shown(session.path("since")),
          shown(session.path("tls")),
          shown(session.path("messages")),
          shown(session.path("recipients")));
    }
    table.print(workplace);
    return Facteur.OK;
  }

  @Command(
      name = "end",
      description = {
        "End sessions with 421. A message whose end has not come is not taken.",
        "The client may log in again; to prevent that, lock the user: facteur user lock NAME@DOMAIN"
      })
  static final class End extends ControlledCommand {
    @Parameters(paramLabel = "ID", arity = "0..*", description = "As `facteur sessions` has it.")
    private List<String> ids = List.of();

    @Option(names = "--user", paramLabel = "NAME@DOMAIN", description = "All those of this user.")
    private Optional<String> user = Optional.empty();

    @Option(names = "--all", description = "All sessions.")
    private boolean all;

    @Option(names = "--json", description = "Write JSON, an object for each session.")
    private boolean json;

    End(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      if (ids.isEmpty() && user.isEmpty() && !all) {
        throw CommandFailedException.notUnderstood(
            "No session is named.", "Name ids, --user NAME@DOMAIN, or --all.");
      }
      List<String> ended = new ArrayList<>();
      ask(
          new ControlRequest.SessionEnd(ids, user),
          session -> {
            ended.add(shown(session.path("id")));
            workplace
                .out()
                .println(
                    json
                        ? session.toString()
                        : workplace.green("ok")
                            + ": ended "
                            + shown(session.path("id"))
                            + " of "
                            + shown(session.path("user")));
          });
      if (ended.isEmpty() && !json) {
        workplace
            .out()
            .println(typed("There is no such session; see who is logged in: facteur sessions"));
      }
      return ended.isEmpty() && !all ? Facteur.PROBLEM : Facteur.OK;
    }
  }
}
