package net.facteur.server.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.config.UnreadSettingException;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Commands for the running server as a whole.
final class ServerCommands {
  private ServerCommands() {}

  @Command(
      name = "status",
      description = {
        "Show how the running server is.",
        "With --quiet nothing is shown, and the exit code tells whether it is healthy: a health"
            + " check for containers."
      })
  static final class Status extends ControlledCommand {
    @Option(
        names = {"-q", "--quiet"},
        description = "Only the exit code.")
    private boolean quiet;

    @Option(names = "--json", description = "Write one JSON object.")
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

  @Command(
      name = "reload",
      description = {
        "Make the running server read its settings again.",
        "Where they are wrong, the old ones stay in force and the mistakes are shown.",
        "The warnings are those of `facteur check`. A certificate that cannot go into service, or"
            + " not yet, is named with the reason; the one before stays.",
        "Ends with 3 where some of them wait until the server starts anew, and names these."
      })
  static final class Reload extends ControlledCommand {
    Reload(Workplace workplace) {
      super(workplace);
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
      warnings.forEach(text -> workplace.out().println(typed("warning: " + text)));
      kept.forEach(text -> workplace.out().println(typed("not in force: " + text)));
      String warned =
          warnings.isEmpty() ? "" : ", " + CheckCommand.counted(warnings.size(), "warning");
      if (waiting.isEmpty()) {
        workplace
            .out()
            .println(
                kept.isEmpty()
                    ? workplace.green("ok") + ": the new settings are in force" + warned
                    : "The new settings are in force, except what is named above" + warned);
        return Facteur.OK;
      }
      workplace
          .out()
          .println(
              "The new settings are in force"
                  + warned
                  + ", except "
                  + (kept.isEmpty() ? "" : "what is named above and ")
                  + "these, which differ from what the server started with and wait until it"
                  + " starts anew:");
      waiting.forEach(key -> workplace.out().println("    " + key));
      workplace
          .out()
          .println(
              typed("Type: systemctl restart facteur   (or facteur stop, and then facteur run)"));
      return Facteur.RESTART;
    }
  }

  @Command(
      name = "stop",
      description = "Tell the running server to finish what it is doing and to end.")
  static final class Stop extends ControlledCommand {
    Stop(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      ask(new ControlRequest.Stop(), _ -> {});
      workplace.out().println("The server is stopping.");
      return Facteur.OK;
    }
  }
}
