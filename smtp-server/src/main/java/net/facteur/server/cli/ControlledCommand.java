package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.admin.QueueView;
import net.facteur.server.config.Settings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A command that asks the running server.
abstract class ControlledCommand implements Callable<Integer> {
  final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  ControlledCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /// Sends a request; what the server does not do is told and ends the command.
  void ask(ControlRequest request, Consumer<JsonNode> out) {
    Settings read = settings.read(workplace);
    Path socket = ControlSettings.from(read).socket();
    Optional<ControlClient.Problem> problem;
    try {
      problem = new ControlClient(socket).send(request, out);
    } catch (IOException e) {
      throw new CommandFailedException(
          "No server answers at " + socket + " (" + e.getMessage() + ").",
          "Start one with `facteur run`, name its settings with -c, or use sudo -u to become the"
              + " user that runs it.");
    }
    if (problem.isPresent()) {
      throw new CommandFailedException(
          problem.get().text(), String.join("\n", problem.get().details()));
    }
  }

  /// Asks the running server about the queue, or reads it from the disk where none answers.
  void read(ControlRequest.QueueQuery query, Consumer<JsonNode> out) {
    Settings read = settings.read(workplace);
    Path socket = ControlSettings.from(read).socket();
    if (ControlSettings.from(read).enabled() && ControlClient.answers(socket)) {
      ask(query, out);
      return;
    }
    var json = new JsonMapper();
    Optional<String> problem;
    try (QueueReader reader = QueueReader.open(read, workplace.clock())) {
      problem =
          new QueueView(reader.inspector(), workplace.clock())
              .answer(query, line -> out.accept(json.valueToTree(line)));
    } catch (IOException | QueueUnavailableException e) {
      throw new CommandFailedException(
          "No server answers at " + socket + ", and " + e.getMessage() + ".",
          "Name the settings with -c, or use sudo -u to become the user that runs the server.");
    }
    if (problem.isPresent()) {
      throw new CommandFailedException(problem.get(), "");
    }
  }

  /// A text with commands to be typed.
  String typed(String text) {
    return settings.typed(workplace, text);
  }

  static String shown(JsonNode value) {
    return StrangerText.of(plain(value)).onTerminal();
  }

  private static String plain(JsonNode value) {
    if (value.isArray()) {
      var texts = new java.util.ArrayList<String>();
      value.forEach(element -> texts.add(element.asString(element.toString())));
      return String.join(", ", texts);
    }
    return value.isString() ? value.asString("") : value.toString();
  }
}
