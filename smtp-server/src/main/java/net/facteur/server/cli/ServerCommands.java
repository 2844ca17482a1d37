package net.facteur.server.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.config.UnreadSettingException;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Commands for the running server as a whole.
final class ServerCommands {
  private static final CliTexts SAY = CliTexts.SAY;

  private ServerCommands() {}

  @Command(name = "status")
  static final class Status extends ControlledCommand {
    @Option(names = {"-q", "--quiet"})
    private boolean quiet;

    @Option(names = "--json")
    private boolean json;

    Status(Workplace workplace) {
      super(workplace);
    }

    @Override
    PrintWriter warnings() {
      return quiet ? new PrintWriter(Writer.nullWriter()) : super.warnings();
    }

    @Override
    public Integer call() {
      if (quiet) {
        try {
          ask(new ControlRequest.Health(), _ -> {});
        } catch (CommandFailedException | UnreadSettingException _) {
          return Facteur.PROBLEM;
        }
        return Facteur.OK;
      }
      ask(
          new ControlRequest.Status(),
          status -> {
            if (json) {
              workplace.out().println(StrangerText.inJson(status.toString()));
            } else {
              int width =
                  status.propertyNames().stream().mapToInt(String::length).max().orElse(0) + 2;
              status.forEachEntry(
                  (name, value) ->
                      workplace
                          .out()
                          .println(
                              workplace.bold(name)
                                  + " ".repeat(width - name.length())
                                  + typed(shown(value))));
            }
          });
      return Facteur.OK;
    }
  }

  @Command(name = "reload")
  static final class Reload extends ControlledCommand {
    Reload(Workplace workplace) {
      super(workplace);
    }

    /// A server that runs stays at the socket that it began with.
    @Override
    Text start() {
      return Text.lines(List.of(super.start(), SAY.serverAtOldSocket("systemctl reload facteur")));
    }

    /// The server says which mistakes there are.
    @Override
    PrintWriter warnings() {
      return new PrintWriter(Writer.nullWriter());
    }

    @Override
    public Integer call() {
      var waiting = new ArrayList<String>();
      var kept = new ArrayList<String>();
      var warnings = new ArrayList<String>();
      ask(
          new ControlRequest.Reload(),
          answer -> {
            answer.path("restart").forEach(key -> waiting.add(key.asString("")));
            answer.path("kept").forEach(text -> kept.add(text.asString("")));
            answer.path("warnings").forEach(text -> warnings.add(text.asString("")));
          });
      warnings.forEach(text -> workplace.out().println(typed(SAY.warning(text))));
      kept.forEach(text -> workplace.out().println(typed(SAY.notInForce(text))));
      String warned = warnings.isEmpty() ? "" : workplace.say(SAY.checkWarnings(warnings.size()));
      if (waiting.isEmpty()) {
        workplace
            .out()
            .println(
                kept.isEmpty()
                    ? workplace.green("ok") + ": " + workplace.say(SAY.reloaded()) + warned
                    : workplace.say(SAY.reloadedExcept()) + warned);
        return Facteur.OK;
      }
      workplace
          .out()
          .println(
              workplace.say(
                  kept.isEmpty()
                      ? SAY.reloadedWaiting(warned)
                      : SAY.reloadedExceptWaiting(warned)));
      waiting.forEach(key -> workplace.out().println("    " + key));
      workplace.out().println(typed(SAY.restartIt()));
      return Facteur.RESTART;
    }
  }

  @Command(name = "stop")
  static final class Stop extends ControlledCommand {
    Stop(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      ask(new ControlRequest.Stop(), _ -> {});
      workplace.out().println(workplace.say(SAY.serverStops()));
      return Facteur.OK;
    }
  }
}
