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

@Command(name = "sessions")
final class SessionsCommand extends ControlledCommand {
  private static final CliTexts SAY = CliTexts.SAY;

  @Option(names = "--user", paramLabel = "NAME@DOMAIN")
  private Optional<String> user = Optional.empty();

  @Option(names = "--json")
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
      workplace
          .out()
          .println(workplace.say(user.map(SAY::sessionsNoneOf).orElseGet(SAY::sessionsNone)));
      return Facteur.OK;
    }
    var table = Table.of(workplace, SAY.sessionColumns());
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

  @Command(name = "end")
  static final class End extends ControlledCommand {
    @Parameters(paramLabel = "ID", arity = "0..*")
    private List<String> ids = List.of();

    @Option(names = "--user", paramLabel = "NAME@DOMAIN")
    private Optional<String> user = Optional.empty();

    @Option(names = "--all")
    private boolean all;

    @Option(names = "--json")
    private boolean json;

    End(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      if (ids.isEmpty() && user.isEmpty() && !all) {
        throw CommandFailedException.notUnderstood(SAY.sessionsUnnamed(), SAY.sessionsName());
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
                            + ": "
                            + workplace.say(
                                SAY.sessionEnded(
                                    shown(session.path("id")), shown(session.path("user")))));
          });
      if (ended.isEmpty() && !json) {
        workplace.out().println(typed(SAY.sessionsNoSuch()));
      }
      return ended.isEmpty() && !all ? Facteur.PROBLEM : Facteur.OK;
    }
  }
}
