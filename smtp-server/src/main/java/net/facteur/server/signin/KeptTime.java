package net.facteur.server.signin;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A time as the files have it.
final class KeptTime {
  private KeptTime() {}

  /// Empty where it is none.
  static Optional<Instant> of(JsonNode value) {
    try {
      return Optional.of(Instant.parse(value.asString("")));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
