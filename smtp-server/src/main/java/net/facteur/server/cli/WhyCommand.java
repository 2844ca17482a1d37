package net.facteur.server.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
    name = "why",
    description = {
      "Tell the life of a message: where it came from, what was found, every attempt, what is"
          + " next. For an address also what was refused.",
      "Works without the server, too; queue.history says how long what has left is remembered."
    })
final class WhyCommand extends ControlledCommand {
  private static final String WAITS =
      "due, and waits for its turn, or for its destination to end its rest (facteur status)";

  @Parameters(
      paramLabel = "ADDRESS|ID|MESSAGE-ID",
      description = "A sender or recipient, a queue id, or a Message-ID.")
  private String text = "";

  @Option(
      names = {"-n", "--limit"},
      defaultValue = "10",
      description = "The most messages to tell of, the newest first; 10 by default.")
  private int limit;

  @Option(names = "--json", description = "Write JSON, an object for each message.")
  private boolean json;

  WhyCommand(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() {
    List<JsonNode> messages = new ArrayList<>();
    read(new ControlRequest.Why(text, within(limit)), messages::add);
    for (JsonNode message : messages) {
      if (json) {
        workplace.out().println(StrangerText.inJson(message.toString()));
      } else {
        if (message.has("refused")) {
          tellRefusal(message);
        } else {
          tell(message);
        }
        workplace.out().println();
      }
    }
    return Facteur.OK;
  }

  private void tellRefusal(JsonNode refusal) {
    line(
        workplace.red("refused")
            + "  "
            + text(refusal, "from")
            + (refusal.has("to") ? " to " + workplace.bold(text(refusal, "to")) : "")
            + ", "
            + text(refusal, "origin"));
    line("  " + text(refusal, "refused") + "  " + text(refusal, "reply"));
  }

  private void tell(JsonNode message) {
    line(
        workplace.bold(text(message, "id"))
            + "  "
            + message.path("size").asLong(0)
            + " octets, "
            + text(message, "origin"));
    line("  " + text(message, "received") + "  accepted");
    if (message.has("message-id")) {
      line("  Message-ID <" + text(message, "message-id") + ">");
    }
    for (JsonNode fact : message.path("facts")) {
      line("  " + text(fact, "what") + " " + text(fact, "detail"));
    }
    for (JsonNode entry : message.path("journal")) {
      line(
          "  "
              + text(entry, "at")
              + "  operator: "
              + text(entry, "what")
              + ", "
              + text(entry, "detail"));
    }
    message.path("recipients").forEach(this::recipient);
    for (JsonNode report : message.path("reports")) {
      line("  The sender was sent report " + StrangerText.of(report.asString("")).onTerminal());
    }
    if (message.has("finished")) {
      line("  " + text(message, "finished") + "  left the queue");
    }
  }

  private void recipient(JsonNode recipient) {
    line(
        "  "
            + text(recipient, "from")
            + " to "
            + workplace.bold(text(recipient, "to"))
            + " by "
            + text(recipient, "destination")
            + ": "
            + state(text(recipient, "state")));
    recipient.path("history").forEach(this::attempt);
    if (recipient.path("history").isEmpty() && recipient.has("last")) {
      line("    " + text(recipient, "last"));
    }
    if (recipient.path("delay-reported").asBoolean(false)) {
      line("    the sender was told of the delay");
    }
    if (recipient.has("next")) {
      line("    " + text(recipient, "next") + "  " + (isPast(recipient) ? WAITS : "next attempt"));
    }
  }

  private boolean isPast(JsonNode recipient) {
    return Instant.parse(text(recipient, "next")).isBefore(workplace.clock().instant());
  }

  private void attempt(JsonNode attempt) {
    line(
        "    "
            + text(attempt, "at")
            + "  attempt "
            + attempt.path("number").asInt(0)
            + ", "
            + attempt.path("seconds").asDouble(0)
            + " s: "
            + state(text(attempt, "outcome"))
            + (attempt.has("remote")
                ? " by "
                    + text(attempt, "remote")
                    + " ["
                    + text(attempt, "address")
                    + "], TLS "
                    + text(attempt, "tls")
                : ""));
    line("      " + text(attempt, "status") + "  " + text(attempt, "reply"));
  }

  private String state(String word) {
    return switch (word) {
      case "delivered" -> workplace.green(word);
      case "failed", "expired", "bounced", "damaged" -> workplace.red(word);
      default -> word;
    };
  }

  private void line(String text) {
    workplace.out().println(text);
  }

  private static String text(JsonNode node, String name) {
    return StrangerText.of(node.path(name).asString("")).onTerminal();
  }
}
