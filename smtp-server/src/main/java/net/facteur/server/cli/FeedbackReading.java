package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.doctor.ForwardChecks;
import net.facteur.server.feedback.FeedbackRequests;
import net.facteur.server.feedback.FeedbackSettings;
import net.facteur.server.feedback.FeedbackWish;
import net.facteur.server.feedback.FeedbackWish.Verb;
import net.facteur.server.feedback.ForwardMemory;
import net.facteur.server.feedback.ForwardShare;
import net.facteur.server.language.Text;
import net.facteur.server.queue.StoreSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is remembered of mail that left: asked of the running server, or read from the counts where
/// none runs.
record FeedbackReading(Workplace workplace, Settings settings) {
  private static final int TEXT = 120;

  static FeedbackReading of(UserEditing command) {
    return new FeedbackReading(command.workplace, command.settings());
  }

  /// @return the lines of the answer
  List<JsonNode> ask(FeedbackWish wish) throws IOException {
    var lines = new ArrayList<JsonNode>();
    Optional<RunningServer> server = RunningServer.of(settings, workplace.language());
    if (server.isPresent()) {
      server.get().fulfil(wish, lines::add);
      return lines;
    }
    StoreSettings.Place place = StoreSettings.Place.from(settings);
    if (place.shared().isEmpty()) {
      ClosedPlace.followNoLinkOfOthers(place.directory());
      if (!Files.exists(place.directory().resolve(CountsDatabase.FILE_NAME))) {
        return lines; // no server has run yet
      }
    }
    var json = new JsonMapper();
    try (CountStore store = SqlCountStore.at(place, workplace.clock())) {
      FeedbackRequests.offline(
          store,
          FeedbackSettings.from(settings),
          workplace.clock(),
          wish,
          row -> lines.add(json.valueToTree(row)));
    }
    return lines;
  }

  /// How the forwards of a user do, for people. Empty where nothing is known, or nothing can be
  /// read: the rest is shown all the same.
  List<Text> ofUser(String user) {
    var texts = new ArrayList<Text>();
    for (JsonNode line : forwards()) {
      for (JsonNode by : line.path("by")) {
        if (by.asString("").equals(user)) {
          texts.add(
              SAY.userShowForwardState(ControlledCommand.shown(line.path("target")), state(line)));
        }
      }
    }
    return texts;
  }

  /// How all targets do; empty where that cannot be read.
  List<JsonNode> forwards() {
    try {
      return ask(new FeedbackWish(Verb.FORWARDS, ""));
    } catch (IOException | CommandFailedException e) {
      return List.of();
    }
  }

  /// What the doctor wants to know; nothing where that cannot be read.
  ForwardChecks.Known known() {
    List<ForwardMemory.Listed> targets =
        forwards().stream()
            .map(
                line ->
                    new ForwardMemory.Listed(
                        line.path("target").asString(""),
                        List.of(),
                        line.path("state").asString(""),
                        Optional.empty(),
                        line.path("said").asString("")))
            .toList();
    ForwardShare.Sum share = ForwardShare.Sum.NONE;
    try {
      for (JsonNode line : ask(new FeedbackWish(Verb.SHARE, ""))) {
        share =
            new ForwardShare.Sum(
                line.path("delivered").asLong(0), line.path("forwarded").asLong(0));
      }
    } catch (IOException | CommandFailedException _) {
      // The rest is looked at all the same.
    }
    return new ForwardChecks.Known(targets, share);
  }

  /// A state with its time and answer.
  static Text state(JsonNode line) {
    String since = line.path("since").asString("-");
    String day = since.substring(0, Math.min(since.length(), 10));
    String said = ControlledCommand.shown(line.path("said"));
    String answer = said.substring(0, Math.min(said.length(), TEXT));
    return switch (line.path("state").asString("")) {
      case "rests" -> SAY.forwardRests(day, answer);
      case "refused" -> SAY.forwardRefused(day, answer);
      case "deferred" -> SAY.forwardDeferred(day, answer);
      default -> SAY.forwardArrives(day);
    };
  }
}
