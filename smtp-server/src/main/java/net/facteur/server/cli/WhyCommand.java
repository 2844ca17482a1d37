package net.facteur.server.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "why")
final class WhyCommand extends ControlledCommand {
  private static final QueueTexts SAY = QueueTexts.SAY;

  @Parameters(paramLabel = "ADDRESS|ID|MESSAGE-ID")
  private String text = "";

  @Option(
      names = {"-n", "--limit"},
      defaultValue = "10")
  private int limit;

  @Option(names = "--json")
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
        } else if (message.has("quarantined")) {
          QuarantineCommand.life(workplace, message).forEach(this::line);
        } else {
          tell(message);
        }
        workplace.out().println();
      }
    }
    return Facteur.OK;
  }

  private void tellRefusal(JsonNode refusal) {
    String from = text(refusal, "from");
    String origin = text(refusal, "origin");
    line(
        workplace.red(workplace.say(SAY.whyRefused()))
            + "  "
            + workplace.say(
                refusal.has("to")
                    ? SAY.whyMailTo(from, workplace.bold(text(refusal, "to")), origin)
                    : SAY.whyMail(from, origin)));
    line("  " + text(refusal, "refused") + "  " + text(refusal, "reply"));
  }

  private void tell(JsonNode message) {
    line(
        workplace.bold(text(message, "id"))
            + "  "
            + workplace.say(SAY.whySize(message.path("size").asLong(0), text(message, "origin"))));
    line("  " + text(message, "received") + "  " + workplace.say(SAY.whyAccepted()));
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
              + "  "
              + workplace.say(SAY.whyOperator(text(entry, "what"), text(entry, "detail"))));
    }
    message.path("recipients").forEach(this::recipient);
    for (JsonNode report : message.path("reports")) {
      line("  " + workplace.say(SAY.whyReport(StrangerText.of(report.asString("")).onTerminal())));
    }
    if (message.has("finished")) {
      line("  " + text(message, "finished") + "  " + workplace.say(SAY.whyLeft()));
    }
  }

  private void recipient(JsonNode recipient) {
    line(
        "  "
            + workplace.say(
                SAY.whyRecipient(
                    text(recipient, "from"),
                    workplace.bold(text(recipient, "to")),
                    text(recipient, "destination"),
                    state(text(recipient, "state")))));
    recipient.path("history").forEach(this::attempt);
    if (recipient.path("history").isEmpty() && recipient.has("last")) {
      line("    " + text(recipient, "last"));
    }
    if (recipient.path("delay-reported").asBoolean(false)) {
      line("    " + workplace.say(SAY.whyDelayTold()));
    }
    if (recipient.has("next")) {
      line(
          "    "
              + text(recipient, "next")
              + "  "
              + workplace.say(isPast(recipient) ? SAY.whyWaits() : SAY.whyNext()));
    }
  }

  private boolean isPast(JsonNode recipient) {
    return Instant.parse(text(recipient, "next")).isBefore(workplace.clock().instant());
  }

  private void attempt(JsonNode attempt) {
    int number = attempt.path("number").asInt(0);
    double seconds = attempt.path("seconds").asDouble(0);
    String outcome = state(text(attempt, "outcome"));
    line(
        "    "
            + text(attempt, "at")
            + "  "
            + workplace.say(
                attempt.has("remote")
                    ? SAY.whyAttemptBy(
                        number,
                        seconds,
                        outcome,
                        text(attempt, "remote"),
                        text(attempt, "address"),
                        text(attempt, "tls"))
                    : SAY.whyAttempt(number, seconds, outcome)));
    line("      " + text(attempt, "status") + "  " + text(attempt, "reply"));
  }

  private String state(String word) {
    String said = workplace.say(words(word));
    return switch (word) {
      case "delivered" -> workplace.green(said);
      case "failed", "expired", "bounced", "damaged" -> workplace.red(said);
      default -> said;
    };
  }

  private static Text words(String state) {
    return switch (state) {
      case "queued" -> SAY.stateQueued();
      case "held" -> SAY.stateHeld();
      case "delivered" -> SAY.stateDelivered();
      case "deferred" -> SAY.stateDeferred();
      case "failed" -> SAY.stateFailed();
      case "expired" -> SAY.stateExpired();
      case "bounced" -> SAY.stateBounced();
      case "removed" -> SAY.stateRemoved();
      case "moved" -> SAY.stateMoved();
      case "damaged" -> SAY.stateDamaged();
      default -> Text.of(state); // what a newer server knows
    };
  }

  private void line(String text) {
    workplace.out().println(text);
  }

  private static String text(JsonNode node, String name) {
    return StrangerText.of(node.path(name).asString("")).onTerminal();
  }
}
