package net.facteur.server.quarantine;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.server.filter.Handling;
import net.facteur.server.smtp.Transaction.ForwardPath;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A [KeptMessage] as a file holds it, in JSON.
final class KeptFile {
  private static final int VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

  private KeptFile() {}

  static String write(KeptMessage message) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    root.put("id", message.id().text());
    root.put("received", message.received().toString());
    root.put("inbound", message.inbound());
    if (message.reversePath() instanceof ReversePath.Of(MailAddress address)) {
      root.set("reverse-path", address(address));
    }
    root.set("traits", traits(message.traits()));
    root.put("cause", word(message.handling().cause()));
    root.put("reason", message.handling().reason());
    root.put("origin", message.origin());
    ArrayNode facts = root.putArray("facts");
    message
        .facts()
        .forEach(fact -> facts.addObject().put("what", fact.what()).put("detail", fact.detail()));
    root.put("header", message.header());
    root.put("size", message.size());
    root.put("from", message.glance().from());
    root.put("subject", message.glance().subject());
    root.put("message-id", message.glance().messageId());
    ArrayNode recipients = root.putArray("recipients");
    message.recipients().forEach(one -> recipients.add(recipient(one)));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  private static ObjectNode address(MailAddress address) {
    return JSON.createObjectNode()
        .put("local-part", address.localPart())
        .put("domain", address.domain());
  }

  private static ObjectNode traits(MessageTraits traits) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("body", word(traits.body()))
            .put("smtputf8", traits.smtpUtf8())
            .put("requiretls", traits.requireTls())
            .put("priority", word(traits.priority()));
    traits.returned().ifPresent(ret -> node.put("ret", word(ret)));
    traits.envelopeId().ifPresent(id -> node.put("envid", id));
    return node;
  }

  private static ObjectNode recipient(KeptRecipient one) {
    ObjectNode node = address(one.address());
    one.path()
        .notifyOn()
        .ifPresent(
            wishes -> {
              ArrayNode list = node.putArray("notify");
              wishes.stream().sorted().forEach(wish -> list.add(word(wish)));
            });
    one.path().originalRecipient().ifPresent(orcpt -> node.put("orcpt", orcpt));
    node.put("state", one.fate().word());
    switch (one.fate()) {
      case Fate.Kept _ -> {}
      case Fate.Wished(Instant at, String by, boolean ham) ->
          node.put("at", at.toString()).put("by", by).put("ham", ham);
      case Fate.Releasing(QueueId as, Instant at, String by) -> queued(node, as, at, by);
      case Fate.Released(QueueId as, Instant at, String by) -> queued(node, as, at, by);
      case Fate.Dropped(Instant at, String by) -> node.put("at", at.toString()).put("by", by);
      case Fate.Expired(Instant at) -> node.put("at", at.toString());
    }
    return node;
  }

  private static void queued(ObjectNode node, QueueId as, Instant at, String by) {
    node.put("at", at.toString()).put("by", by).put("as", as.text());
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// @return empty where the file does not hold a whole message
  static Optional<KeptMessage> read(byte[] octets) {
    try {
      JsonNode root = JSON.readTree(octets);
      if (root.path("version").asInt(0) != VERSION) {
        return Optional.empty();
      }
      var facts = new ArrayList<Fact>();
      root.path("facts")
          .forEach(fact -> facts.add(new Fact(text(fact, "what"), text(fact, "detail"))));
      var recipients = new ArrayList<KeptRecipient>();
      root.path("recipients").forEach(one -> recipients.add(recipient(one)));
      return recipients.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new KeptMessage(
                  new QueueId(text(root, "id")),
                  at(root, "received"),
                  root.path("inbound").asBoolean(false),
                  root.has("reverse-path")
                      ? new ReversePath.Of(address(root.path("reverse-path")))
                      : ReversePath.Null.NULL,
                  traits(root.path("traits")),
                  new Handling.Quarantine(
                      word(Handling.Cause.class, root, "cause"), text(root, "reason")),
                  text(root, "origin"),
                  facts,
                  root.path("header").asInt(0),
                  root.path("size").asLong(0),
                  new KeptMessage.Glance(
                      text(root, "from"), text(root, "subject"), text(root, "message-id")),
                  recipients));
    } catch (JacksonException | DateTimeException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static MailAddress address(JsonNode node) {
    return new MailAddress(text(node, "local-part"), text(node, "domain"));
  }

  private static MessageTraits traits(JsonNode node) {
    return new MessageTraits(
        word(MessageTraits.Body.class, node, "body"),
        node.path("smtputf8").asBoolean(false),
        node.path("requiretls").asBoolean(false),
        node.has("ret")
            ? Optional.of(word(MessageTraits.Returned.class, node, "ret"))
            : Optional.empty(),
        node.has("envid") ? Optional.of(text(node, "envid")) : Optional.empty(),
        word(MessageTraits.Priority.class, node, "priority"));
  }

  private static KeptRecipient recipient(JsonNode node) {
    Optional<Set<Notify>> wishes = Optional.empty();
    if (node.has("notify")) {
      var set = EnumSet.noneOf(Notify.class);
      node.path("notify").forEach(wish -> set.add(word(Notify.class, wish.asString(""))));
      wishes = Optional.of(set);
    }
    return new KeptRecipient(
        new ForwardPath(
            address(node),
            wishes,
            node.has("orcpt") ? Optional.of(text(node, "orcpt")) : Optional.empty()),
        fate(node));
  }

  private static Fate fate(JsonNode node) {
    String by = text(node, "by");
    return switch (text(node, "state")) {
      case "kept" -> Fate.Kept.KEPT;
      case "wished" -> new Fate.Wished(at(node, "at"), by, node.path("ham").asBoolean(false));
      case "releasing" -> new Fate.Releasing(new QueueId(text(node, "as")), at(node, "at"), by);
      case "released" -> new Fate.Released(new QueueId(text(node, "as")), at(node, "at"), by);
      case "dropped" -> new Fate.Dropped(at(node, "at"), by);
      case "expired" -> new Fate.Expired(at(node, "at"));
      default -> throw new IllegalArgumentException("no state of a recipient");
    };
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  private static Instant at(JsonNode node, String name) {
    return Instant.parse(text(node, name));
  }

  private static <E extends Enum<E>> E word(Class<E> type, JsonNode node, String name) {
    return word(type, text(node, name));
  }

  private static <E extends Enum<E>> E word(Class<E> type, String word) {
    for (E value : List.of(type.getEnumConstants())) {
      if (word(value).equals(word)) {
        return value;
      }
    }
    throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + word);
  }
}
