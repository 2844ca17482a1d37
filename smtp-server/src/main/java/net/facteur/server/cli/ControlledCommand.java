package net.facteur.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import net.facteur.server.language.Text;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A command that asks the running server.
abstract class ControlledCommand implements Callable<Integer> {
  private static final CliTexts SAY = CliTexts.SAY;

  final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  ControlledCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /// Where it is said that the settings have mistakes.
  PrintWriter warnings() {
    return workplace.err();
  }

  /// Sends a request; what the server does not do is told and ends the command.
  void ask(ControlRequest request, Consumer<JsonNode> out) {
    ControlSettings control = ControlSettings.from(settings.readRight(workplace, warnings()));
    Path socket = control.socket();
    Optional<ControlClient.Problem> problem;
    try {
      problem = new ControlClient(socket, workplace.language()).send(request, out);
    } catch (IOException e) {
      throw silence(control, e);
    }
    if (problem.isPresent()) {
      throw new CommandFailedException(
          problem.get().text(), String.join("\n", problem.get().details()));
    }
  }

  /// Why no server answers.
  private RuntimeException silence(ControlSettings control, IOException e) {
    Path socket = control.socket();
    Optional<ClosedPlace> closed = ClosedPlace.before(socket, true);
    if (closed.isPresent()) {
      return new ClosedPlaceException(SAY.serverUnseen(), closed.get());
    }
    if (!control.enabled()) {
      return new CommandFailedException(SAY.serverUnasked(), SAY.serverUnaskedRemedy());
    }
    return new CommandFailedException(
        Files.exists(socket)
            ? SAY.serverSilent(socket, String.valueOf(e.getMessage()))
            : SAY.serverNone(socket),
        start());
  }

  /// What to do where no server answers.
  Text start() {
    return SAY.serverStart();
  }

  /// Asks the running server about the queue, or reads it from the disk where none answers.
  void read(ControlRequest.QueueQuery query, Consumer<JsonNode> out) {
    Settings read = settings.readRight(workplace, warnings());
    Path socket = ControlSettings.from(read).socket();
    if (ControlSettings.from(read).enabled() && ControlClient.answers(socket)) {
      ask(query, out);
      return;
    }
    StoreSettings.Place place = StoreSettings.Place.from(read);
    Optional<ClosedPlace> closed =
        ClosedPlace.before(socket, true)
            .or(
                () ->
                    place.shared().isPresent()
                        ? Optional.empty()
                        : ClosedPlace.before(place.directory(), false));
    if (closed.isPresent()) {
      throw new ClosedPlaceException(QueueTexts.SAY.queueClosed(), closed.get());
    }
    var json = new JsonMapper();
    Optional<Text> problem;
    try (QueueReader reader = QueueReader.open(read, workplace.clock())) {
      problem =
          new QueueView(
                  reader.inspector(),
                  QuarantineCommand.view(read, workplace.clock()),
                  workplace.clock())
              .answer(query, line -> out.accept(json.valueToTree(line)));
    } catch (NoSuchFileException e) {
      throw new CommandFailedException(
          QueueTexts.SAY.queueMissing(e.getFile()), SAY.serverMakesIt());
    } catch (IOException | QueueUnavailableException e) {
      throw new CommandFailedException(
          SAY.serverSilentAnd(socket, String.valueOf(e.getMessage())), SAY.serverStartIt());
    }
    if (problem.isPresent()) {
      throw new CommandFailedException(problem.get(), CommandFailedException.NOTHING);
    }
  }

  /// A number of lines that can be asked for.
  static int within(int limit) {
    if (limit < 1 || limit > ControlRequest.QueueList.MAX) {
      throw CommandFailedException.notUnderstood(
          QueueTexts.SAY.queueLimit(limit, ControlRequest.QueueList.MAX),
          QueueTexts.SAY.queueLimitRemedy());
    }
    return limit;
  }

  /// The words of a text with commands to be typed.
  String typed(Text text) {
    return typed(workplace.say(text));
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
      return texts.isEmpty() ? "-" : String.join(", ", texts);
    }
    return value.isString() ? value.asString("") : value.toString();
  }
}
