package net.facteur.server.admin;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.syntax.Parsed;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One request over the control socket.
public sealed interface ControlRequest {
  /// The version of the protocol that is spoken here.
  int VERSION = 1;

  record Status() implements ControlRequest {}

  record Health() implements ControlRequest {}

  record Reload() implements ControlRequest {}

  record Stop() implements ControlRequest {}

  /// @param limit 1 to 100,000
  record QueueList(int limit) implements ControlRequest {
    public static final int MAX = 100_000;
  }

  record QueueShow(String id) implements ControlRequest {}

  record QueueAct(ServerControl.Action action, String id) implements ControlRequest {}

  /// The line of JSON, without its end.
  default String line(JsonMapper json) {
    Map<String, Object> arguments = new HashMap<>();
    String command =
        switch (this) {
          case Status() -> "status";
          case Health() -> "health";
          case Reload() -> "reload";
          case Stop() -> "stop";
          case QueueList(int limit) -> {
            arguments.put("limit", limit);
            yield "queue-list";
          }
          case QueueShow(String id) -> {
            arguments.put("id", id);
            yield "queue-show";
          }
          case QueueAct(ServerControl.Action action, String id) -> {
            arguments.put("id", id);
            yield "queue-" + action.name().toLowerCase(Locale.ROOT);
          }
        };
    return json.writeValueAsString(
        Map.of("version", VERSION, "command", command, "arguments", arguments));
  }

  /// Reads a line.
  static Parsed<ControlRequest> parse(String line, JsonMapper json) {
    JsonNode root;
    try {
      root = json.readTree(line);
    } catch (JacksonException e) {
      return Parsed.malformed(0, "a line of JSON");
    }
    if (root.path("version").asInt(0) != VERSION) {
      return Parsed.malformed(0, "version " + VERSION + " of the control protocol");
    }
    JsonNode arguments = root.path("arguments");
    String id = arguments.path("id").asString("");
    return switch (root.path("command").asString("")) {
      case "status" -> Parsed.ok(new Status());
      case "health" -> Parsed.ok(new Health());
      case "reload" -> Parsed.ok(new Reload());
      case "stop" -> Parsed.ok(new Stop());
      case "queue-list" ->
          Parsed.ok(
              new QueueList(Math.clamp(arguments.path("limit").asInt(1000), 1, QueueList.MAX)));
      case "queue-show" -> Parsed.ok(new QueueShow(id));
      case String other -> action(other, id);
    };
  }

  private static Parsed<ControlRequest> action(String command, String id) {
    for (ServerControl.Action action : ServerControl.Action.values()) {
      if (command.equals("queue-" + action.name().toLowerCase(Locale.ROOT))) {
        return Parsed.ok(new QueueAct(action, id));
      }
    }
    Optional<String> shown = Optional.of(command).filter(c -> c.length() < 50);
    return Parsed.malformed(0, "a known command" + shown.map(c -> ", not " + c).orElse(""));
  }
}
