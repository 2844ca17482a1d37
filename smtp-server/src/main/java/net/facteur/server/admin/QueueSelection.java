package net.facteur.server.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.RecipientState;
import tools.jackson.databind.JsonNode;

/// Which queued recipients a command means: those of the named messages, or of all where none is
/// named, to which everything applies that is present.
///
/// @param ids queue ids, as they were typed
/// @param from a reverse-path without brackets, empty for `<>`
/// @param to a forward-path
/// @param domain the domain of the forward-path
/// @param destination the next hop, as lists show it
/// @param state `queued`, `held` or `damaged`
/// @param olderThan how long ago the message was accepted at least
/// @param newerThan and at most
public record QueueSelection(
    List<String> ids,
    Optional<String> from,
    Optional<String> to,
    Optional<String> domain,
    Optional<String> destination,
    Optional<String> state,
    Optional<Duration> olderThan,
    Optional<Duration> newerThan) {
  /// Everything that is queued.
  public static final QueueSelection ALL =
      new QueueSelection(
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public QueueSelection {
    ids = List.copyOf(ids);
  }

  /// One message.
  public static QueueSelection of(String id) {
    return new QueueSelection(
        List.of(id),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// What the queue is asked for; `ids` apart.
  public QueueFilter filter(Instant now) {
    return new QueueFilter(
        destination.filter(d -> !d.isEmpty() && d.length() <= 1024).map(Destination::new),
        state.map(RecipientState::of),
        from,
        to,
        domain,
        olderThan.map(now::minus),
        newerThan.map(now::minus));
  }

  Map<String, Object> arguments() {
    var arguments = new LinkedHashMap<String, Object>();
    if (!ids.isEmpty()) {
      arguments.put("ids", ids);
    }
    from.ifPresent(value -> arguments.put("from", value));
    to.ifPresent(value -> arguments.put("to", value));
    domain.ifPresent(value -> arguments.put("domain", value));
    destination.ifPresent(value -> arguments.put("destination", value));
    state.ifPresent(value -> arguments.put("state", value));
    olderThan.ifPresent(value -> arguments.put("older-than-seconds", value.toSeconds()));
    newerThan.ifPresent(value -> arguments.put("newer-than-seconds", value.toSeconds()));
    return arguments;
  }

  static QueueSelection parse(JsonNode arguments) {
    var ids = new ArrayList<String>();
    arguments.path("ids").forEach(id -> ids.add(id.asString("")));
    return new QueueSelection(
        ids,
        text(arguments, "from"),
        text(arguments, "to"),
        text(arguments, "domain"),
        text(arguments, "destination"),
        text(arguments, "state"),
        seconds(arguments, "older-than-seconds"),
        seconds(arguments, "newer-than-seconds"));
  }

  private static Optional<String> text(JsonNode arguments, String name) {
    return arguments.has(name) ? Optional.of(arguments.path(name).asString("")) : Optional.empty();
  }

  private static Optional<Duration> seconds(JsonNode arguments, String name) {
    return arguments.has(name)
        ? Optional.of(Duration.ofSeconds(Math.clamp(arguments.path(name).asLong(0), 0, 1L << 32)))
        : Optional.empty();
  }
}
