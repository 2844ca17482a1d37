package net.facteur.server.keys;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.KeyEvent.Transition;
import net.facteur.server.signing.KeyFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An event as a line of JSON.
final class EventText {
  private static final JsonMapper JSON = new JsonMapper();

  private EventText() {}

  static String print(KeyEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", event.at().toString());
    fields.put("domain", event.key().domain().text());
    fields.put("selector", event.key().selector());
    fields.put("state", word(event.transition()));
    switch (event.transition()) {
      case Transition.Generated(Set<KeyType> types, boolean spare) -> {
        fields.put(
            "keys",
            List.of(KeyType.values()).stream().filter(types::contains).map(KeyType::word).toList());
        fields.put("spare", spare);
      }
      case Transition.Seen(Instant until) -> fields.put("until", until.toString());
      case Transition.Active(Optional<String> before, boolean compromised) -> {
        before.ifPresent(b -> fields.put("before", b));
        if (compromised) {
          fields.put("compromised", true);
        }
      }
      case Transition.Revealed(String where) -> fields.put("where", where);
      case Transition.Publishing _,
          Transition.Visible _,
          Transition.Proven _,
          Transition.Undone _,
          Transition.Distrusted _,
          Transition.Revoking _,
          Transition.Revoked _ -> {}
    }
    fields.put("reason", event.reason());
    fields.put("by", event.by());
    return JSON.writeValueAsString(fields);
  }

  static String word(Transition transition) {
    return switch (transition) {
      case Transition.Generated _ -> "generated";
      case Transition.Publishing _ -> "publishing";
      case Transition.Seen _ -> "seen";
      case Transition.Visible _ -> "visible";
      case Transition.Active _ -> "active";
      case Transition.Proven _ -> "proven";
      case Transition.Undone _ -> "undone";
      case Transition.Distrusted _ -> "compromised";
      case Transition.Revoking _ -> "revoking";
      case Transition.Revoked _ -> "revoked";
      case Transition.Revealed _ -> "revealed";
    };
  }

  static Parsed<KeyEvent> parse(String line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JacksonException e) {
      return Parsed.malformed(0, "an object of JSON");
    }
    Optional<DomainName> domain = DomainName.parse(text(json, "domain")).toOptional();
    String selector = text(json, "selector");
    if (domain.isEmpty()
        || domain.get().child(KeyFile.selector(selector, KeyType.ED25519) + "._domainkey").isEmpty()
        || selector.isEmpty()) {
      return Parsed.malformed(0, "a domain and a selector");
    }
    try {
      Instant at = Instant.parse(text(json, "at"));
      Optional<Transition> transition = transition(json);
      return transition.isEmpty()
          ? Parsed.malformed(0, "a state")
          : Parsed.ok(
              new KeyEvent(
                  at,
                  new KeyName(domain.get(), selector),
                  transition.get(),
                  text(json, "reason"),
                  text(json, "by")));
    } catch (DateTimeException e) {
      return Parsed.malformed(0, "a time such as 2027-01-31T12:00:00Z");
    }
  }

  private static Optional<Transition> transition(JsonNode json) {
    return switch (text(json, "state")) {
      case "generated" -> {
        Set<KeyType> types = types(json);
        yield types.isEmpty()
            ? Optional.empty()
            : Optional.of(new Transition.Generated(types, json.path("spare").asBoolean(false)));
      }
      case "publishing" -> Optional.of(new Transition.Publishing());
      case "seen" -> Optional.of(new Transition.Seen(Instant.parse(text(json, "until"))));
      case "visible" -> Optional.of(new Transition.Visible());
      case "active" ->
          Optional.of(
              new Transition.Active(
                  Optional.of(text(json, "before")).filter(b -> !b.isEmpty()),
                  json.path("compromised").asBoolean(false)));
      case "proven" -> Optional.of(new Transition.Proven());
      case "undone" -> Optional.of(new Transition.Undone());
      case "compromised" -> Optional.of(new Transition.Distrusted());
      case "revoking" -> Optional.of(new Transition.Revoking());
      case "revoked" -> Optional.of(new Transition.Revoked());
      case "revealed" -> Optional.of(new Transition.Revealed(text(json, "where")));
      default -> Optional.empty();
    };
  }

  private static Set<KeyType> types(JsonNode json) {
    var words = new ArrayList<String>();
    json.path("keys").forEach(node -> words.add(node.asString("")));
    var types = EnumSet.noneOf(KeyType.class);
    words.forEach(word -> KeyType.of(word).ifPresent(types::add));
    return types;
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asString("");
  }
}
