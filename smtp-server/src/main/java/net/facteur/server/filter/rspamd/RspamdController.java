package net.facteur.server.filter.rspamd;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.queue.StagedBody;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.filter.daemon.Conversation;
import net.facteur.server.filter.daemon.Daemon;
import net.facteur.server.filter.daemon.DaemonAddress;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The worker of rspamd that learns, and that tells how it is. Each question waits for its answer.
///
/// @param password what it wants to hear; empty where it asks for none
public record RspamdController(DaemonAddress address, Optional<String> password) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_ANSWER = 1 << 20;
  private static final int MAX_STATISTICS = 50;

  /// What a message is, as somebody says who has read it.
  public enum Kind {
    SPAM,
    HAM;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What came of a lesson.
  public sealed interface Lesson {
    /// It was learnt.
    record Learnt() implements Lesson {}

    /// The same was learnt before.
    record Known() implements Lesson {}

    /// There are too few words in it to learn from.
    record TooShort() implements Lesson {}

    /// It is not taken, for a wrong password or whatever else.
    ///
    /// @param said by rspamd
    record Refused(StrangerText said) implements Lesson {}
  }

  /// How it is.
  ///
  /// @param scanned messages since it started
  /// @param actions what became of them
  /// @param learnt messages in all
  /// @param statistics what is kept of those
  public record Standing(
      String version, long scanned, List<Count> actions, long learnt, List<Count> statistics) {
    public Standing {
      actions = List.copyOf(actions);
      statistics = List.copyOf(statistics);
    }
  }

  /// A name and how often.
  public record Count(String name, long count) {}

  /// As the settings have it.
  ///
  /// @throws IOException where the password cannot be read
  public static RspamdController of(RspamdSettings settings) throws IOException {
    return new RspamdController(
        settings.controller(),
        settings.password().isPresent()
            ? Optional.of(new PasswordFile(settings.password().get()).read())
            : Optional.empty());
  }

  /// Has it learn.
  public Daemon.Outcome<Lesson> learn(Kind kind, byte[] message) {
    return daemon()
        .askNow(
            conversation -> {
              HttpAnswer answer =
                  new HttpRequest(
                          "POST /learn" + kind.word(),
                          fields(),
                          new byte[0],
                          StagedBody.of(message),
                          Optional.empty())
                      .hear(conversation, MAX_ANSWER);
              return lesson(answer);
            });
  }

  /// Why a message was not learnt; empty where it is.
  public static Optional<Text> unlearnt(Daemon.Outcome<Lesson> outcome) {
    return switch (outcome) {
      case Daemon.Outcome.Silent<Lesson>(String why) ->
          Optional.of(RspamdTexts.SAY.silent(cleaned(why)));
      case Daemon.Outcome.Answered<Lesson>(Lesson lesson) ->
          switch (lesson) {
            case Lesson.Learnt _, Lesson.Known _ -> Optional.empty();
            case Lesson.TooShort _ -> Optional.of(RspamdTexts.SAY.tooShort());
            case Lesson.Refused(StrangerText said) ->
                Optional.of(RspamdTexts.SAY.refused(said.onTerminal()));
          };
    };
  }

  private static Lesson lesson(HttpAnswer answer) throws IOException {
    if (answer.status() == 204) {
      return new Lesson.TooShort();
    }
    JsonNode said = json(answer);
    String error = said.path("error").asString("");
    if (answer.status() == 208 || error.contains("already learned")) {
      return new Lesson.Known();
    }
    return answer.status() == 200 && said.path("success").asBoolean(false)
        ? new Lesson.Learnt()
        : new Lesson.Refused(StrangerText.of(answer.status() + " " + error));
  }

  /// Asks how it is.
  public Daemon.Outcome<Standing> standing() {
    return daemon().askNow(this::standing);
  }

  private Standing standing(Conversation conversation) throws IOException {
    HttpAnswer answer = HttpRequest.of("GET /stat", fields()).hear(conversation, MAX_ANSWER);
    JsonNode said = json(answer);
    if (answer.status() != 200 || !said.has("version")) {
      throw new IOException(
          "it answers "
              + answer.status()
              + " "
              + StrangerText.of(said.path("error").asString("")).inLog());
    }
    var actions = new ArrayList<Count>();
    said.path("actions").properties().stream()
        .limit(MAX_STATISTICS)
        .forEach(e -> actions.add(new Count(cleaned(e.getKey()), e.getValue().asLong(0))));
    var statistics = new ArrayList<Count>();
    for (JsonNode file : said.path("statfiles")) {
      if (statistics.size() < MAX_STATISTICS) {
        statistics.add(
            new Count(cleaned(file.path("symbol").asString("")), file.path("revision").asLong(0)));
      }
    }
    return new Standing(
        cleaned(said.path("version").asString("")),
        said.path("scanned").asLong(0),
        actions,
        said.path("total_learns").asLong(0),
        statistics);
  }

  private static String cleaned(String text) {
    return StrangerText.of(text).onTerminal();
  }

  private static JsonNode json(HttpAnswer answer) throws IOException {
    try {
      return JSON.readTree(answer.body());
    } catch (JacksonException _) {
      throw new IOException(
          "it answers " + answer.status() + " " + HttpAnswer.shown(answer.body()));
    }
  }

  private List<HttpRequest.Field> fields() {
    return password.map(word -> List.of(new HttpRequest.Field("Password", word))).orElse(List.of());
  }

  private Daemon daemon() {
    return Daemon.forOnce(address, PATIENCE);
  }

  /// Without the password.
  @Override
  public String toString() {
    return "controller at " + address.text();
  }
}
