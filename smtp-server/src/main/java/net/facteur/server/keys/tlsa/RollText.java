package net.facteur.server.keys.tlsa;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.tlsa.RollEvent.Transition;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An event as a line of JSON.
final class RollText {
  private static final JsonMapper JSON = new JsonMapper();

  private RollText() {}

  static String print(RollEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", event.at().toString());
    fields.put("key", event.key().toString());
    fields.put("state", word(event.transition()));
    switch (event.transition()) {
      case Transition.Staged(Optional<String> certificate) ->
          certificate.ifPresent(id -> fields.put("certificate", id));
      case Transition.Certified(String id) -> fields.put("certificate", id);
      case Transition.Seen(Instant until) -> fields.put("until", until.toString());
      case Transition.Active(Optional<TlsaRecord> before) ->
          before.ifPresent(b -> fields.put("before", b.toString()));
      case Transition.Publishing _,
          Transition.Visible _,
          Transition.Withdrawn _,
          Transition.Gone _ -> {}
    }
    fields.put("reason", event.reason());
    fields.put("by", event.by());
    return JSON.writeValueAsString(fields);
  }

  static String word(Transition transition) {
    return switch (transition) {
      case Transition.Staged _ -> "staged";
      case Transition.Certified _ -> "certified";
      case Transition.Publishing _ -> "publishing";
      case Transition.Seen _ -> "seen";
      case Transition.Visible _ -> "visible";
      case Transition.Active _ -> "active";
      case Transition.Withdrawn _ -> "withdrawn";
      case Transition.Gone _ -> "gone";
    };
  }

  static Parsed<RollEvent> parse(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      Optional<TlsaRecord> key = TlsaRecord.parse(text(json, "key")).toOptional();
      Optional<Transition> transition = transition(json);
      return key.isEmpty() || transition.isEmpty()
          ? Parsed.malformed(0, "a key and a state")
          : Parsed.ok(
              new RollEvent(
                  Instant.parse(text(json, "at")),
                  key.get(),
                  transition.get(),
                  text(json, "reason"),
                  text(json, "by")));
    } catch (JacksonException e) {
      return Parsed.malformed(0, "an object of JSON");
    } catch (DateTimeException e) {
      return Parsed.malformed(0, "a time such as 2027-01-31T12:00:00Z");
    }
  }

  private static Optional<Transition> transition(JsonNode json) {
    Optional<String> certificate =
        Optional.of(text(json, "certificate")).filter(CertificateStore::isName);
    return switch (text(json, "state")) {
      case "staged" -> Optional.of(new Transition.Staged(certificate));
      case "certified" -> certificate.map(Transition.Certified::new);
      case "publishing" -> Optional.of(new Transition.Publishing());
      case "seen" -> Optional.of(new Transition.Seen(Instant.parse(text(json, "until"))));
      case "visible" -> Optional.of(new Transition.Visible());
      case "active" ->
          Optional.of(new Transition.Active(TlsaRecord.parse(text(json, "before")).toOptional()));
      case "withdrawn" -> Optional.of(new Transition.Withdrawn());
      case "gone" -> Optional.of(new Transition.Gone());
      default -> Optional.empty();
    };
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asString("");
  }
}
