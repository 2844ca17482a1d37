package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.server.admin.AccountView;
import net.facteur.server.language.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an account sends: of the running server, or of the queue alone where none runs.
record SendingReading(UserEditing command, String account) {
  private static final int SHOWN = 10;

  /// Empty where nothing can be read.
  List<JsonNode> read() throws IOException {
    var lines = new ArrayList<JsonNode>();
    Workplace workplace = command.workplace;
    Optional<RunningServer> server = RunningServer.of(command.settings(), workplace.language());
    if (server.isPresent()) {
      server.get().showSending(account, lines::add);
      return lines;
    }
    var json = new JsonMapper();
    try (QueueReader reader = QueueReader.open(command.settings(), workplace.clock())) {
      new AccountView(reader.inspector(), workplace.clock())
          .queued(account, row -> lines.add(json.valueToTree(row)));
    } catch (NoSuchFileException e) {
      return lines; // no server has run yet
    } catch (IOException | QueueUnavailableException e) {
      return lines; // somebody else's queue, or one of another version: the user is shown all the
      // same
    }
    return lines;
  }

  /// The same for people.
  List<Text> shown(List<JsonNode> lines) {
    var texts = new ArrayList<Text>();
    int messages = 0;
    for (JsonNode line : lines) {
      if (line.has("counted")) {
        counted(line, texts);
      } else if (line.has("message")) {
        if (++messages <= SHOWN) {
          texts.add(
              SAY.sendingMessage(
                  line.path("received").asString("-"),
                  line.path("message").asString("-"),
                  line.path("recipients").asInt(0),
                  line.path("held").asInt(0)));
        }
      } else if (line.path("held").asInt(0) > 0) {
        texts.add(SAY.sendingWaits(line.path("held").asInt(0), line.path("recipients").asInt(0)));
        texts.add(SAY.sendingWaitsNext(account));
      }
    }
    return texts;
  }

  private void counted(JsonNode line, List<Text> texts) {
    if (!used(line)) {
      return;
    }
    texts.add(
        SAY.sendingCounted(
            ControlledCommand.shown(line.path("counted")),
            of(line, "hour"),
            of(line, "day"),
            of(line, "new")));
    if (line.path("unknown").asInt(0) > 0) {
      texts.add(SAY.sendingUnknown(line.path("unknown").asInt(0)));
    }
    if (line.path("complaints").asInt(0) > 0) {
      texts.add(SAY.sendingComplaints(line.path("complaints").asInt(0)));
    }
    if (line.has("held-since")) {
      texts.add(
          SAY.sendingStopped(
              line.path("held-since").asString("-"),
              ControlledCommand.shown(line.path("held-for"))));
    }
    if (!line.path("addresses").isEmpty()) {
      texts.add(SAY.sendingFrom(ControlledCommand.shown(line.path("addresses"))));
    }
  }

  private static boolean used(JsonNode line) {
    return line.path("day").asInt(0) > 0
        || line.path("complaints").asInt(0) > 0
        || line.has("held-since")
        || !line.path("addresses").isEmpty();
  }

  private static String of(JsonNode line, String name) {
    int limit = line.path(name + "-limit").asInt(0);
    return line.path(name).asInt(0) + (limit == 0 ? "" : " / " + limit);
  }
}
