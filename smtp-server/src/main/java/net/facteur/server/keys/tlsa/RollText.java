package net.facteur.server.keys.tlsa;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.tlsa.RollEvent.Step;
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
    fields.put("state", word(event.step()));
    switch (event.step()) {
      case Step.Staged(Optional<String> certificate) ->
          certificate.ifPresent(id -> fields.put("certificate", id));
      case Step.Certified(String id) -> fields.put("certificate", id);
      case Step.Seen(Instant until) -> fields.put("until", until.toString());
      case Step.Active(Optional<TlsaRecord> before) ->
          before.ifPresent(b -> fields.put("before", b.toString()));
      case Step.Publishing _, Step.Visible _, Step.Withdrawn _, Step.Gone _ -> {}
    }
    fields.put("reason", event.reason());
    fields.put("by", event.by());
    return JSON.writeValueAsString(fields);
  }

  static String word(Step step) {
    return switch (step) {
      case Step.Staged _ -> "staged";
      case Step.Certified _ -> "certified";
      case Step.Publishing _ -> "publishing";
      case Step.Seen _ -> "seen";
      case Step.Visible _ -> "visible";
      case Step.Active _ -> "active";
      case Step.Withdrawn _ -> "withdrawn";
      case Step.Gone _ -> "gone";
    };
  }

  static Parsed<RollEvent> parse(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      Optional<TlsaRecord> key = TlsaRecord.parse(text(json, "key")).toOptional();
      Optional<Step> step = step(json);
      return key.isEmpty() || step.isEmpty()
          ? Parsed.malformed(0, "a key and a state")
          : Parsed.ok(
              new RollEvent(
                  Instant.parse(text(json, "at")),
                  key.get(),
                  step.get(),
                  text(json, "reason"),
                  text(json, "by")));
    } catch (JacksonException e) {
      return Parsed.malformed(0, "an object of JSON");
    } catch (DateTimeException e) {
      return Parsed.malformed(0, "a time such as 2027-01-31T12:00:00Z");
    }
  }

  private static Optional<Step> step(JsonNode json) {
    Optional<String> certificate =
        Optional.of(text(json, "certificate")).filter(CertificateStore::isName);
    return switch (text(json, "state")) {
      case "staged" -> Optional.of(new Step.Staged(certificate));
      case "certified" -> certificate.map(Step.Certified::new);
      case "publishing" -> Optional.of(new Step.Publishing());
      case "seen" -> Optional.of(new Step.Seen(Instant.parse(text(json, "until"))));
      case "visible" -> Optional.of(new Step.Visible());
      case "active" ->
          Optional.of(new Step.Active(TlsaRecord.parse(text(json, "before")).toOptional()));
      case "withdrawn" -> Optional.of(new Step.Withdrawn());
      case "gone" -> Optional.of(new Step.Gone());
      default -> Optional.empty();
    };
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asString("");
  }
}
