package net.facteur.server.lists.answers;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.accounts.UserName;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Settled;
import net.facteur.server.lists.answers.Matter.Verdict;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A [Matter] as a line of the file: JSON, since names and reasons hold anything.
final class MatterText {
  private static final JsonMapper MAPPER = new JsonMapper();

  private MatterText() {}

  static String line(Matter matter) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("id", matter.id());
    all.put("list", matter.list().text());
    all.put("asked", matter.asked().toString());
    all.put("until", matter.until().toString());
    all.put("answerers", matter.answerers().stream().map(MatterText::plain).toList());
    switch (matter.about()) {
      case About.Confirmation(MailAddress who, String name) -> person(all, "confirm", who, name);
      case About.Admission(MailAddress who, String name) -> person(all, "admit", who, name);
      case About.Told(MailAddress who, String what) -> person(all, "told", who, what);
      case About.Post(
              QueueId post,
              Optional<MailAddress> author,
              boolean proven,
              String subject) -> {
        all.put("about", "post");
        all.put("post", post.toString());
        all.put("author", author.map(MatterText::plain).orElse(""));
        all.put("proven", proven);
        all.put("subject", subject);
      }
    }
    matter
        .settled()
        .ifPresent(
            end -> {
              all.put("verdict", end.verdict().name());
              all.put("by", end.by());
              all.put("at", end.at().toString());
              all.put("reason", end.reason());
            });
    return MAPPER.writeValueAsString(all);
  }

  private static void person(Map<String, Object> all, String about, MailAddress who, String name) {
    all.put("about", about);
    all.put("who", plain(who));
    all.put("name", name);
  }

  private static String plain(MailAddress address) {
    return address.localPart() + "@" + address.domain();
  }

  /// Reads a line; empty where it is none.
  static Optional<Matter> parse(String line) {
    try {
      return parse(MAPPER.readTree(line));
    } catch (JacksonException | DateTimeException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<Matter> parse(JsonNode node) {
    Optional<UserName> list = UserName.parse(text(node, "list"));
    Optional<About> about = about(node);
    if (list.isEmpty() || about.isEmpty() || text(node, "id").isEmpty()) {
      return Optional.empty();
    }
    List<MailAddress> answerers = new ArrayList<>();
    for (JsonNode each : node.path("answerers")) {
      Member.address(each.asString("")).ifPresent(answerers::add);
    }
    return Optional.of(
        new Matter(
            text(node, "id"),
            list.get(),
            about.get(),
            answerers,
            Instant.parse(text(node, "asked")),
            Instant.parse(text(node, "until")),
            node.has("verdict")
                ? Optional.of(
                    new Settled(
                        Verdict.valueOf(text(node, "verdict")),
                        text(node, "by"),
                        Instant.parse(text(node, "at")),
                        text(node, "reason")))
                : Optional.empty()));
  }

  private static Optional<About> about(JsonNode node) {
    Optional<MailAddress> who = Member.address(text(node, "who"));
    String name = text(node, "name");
    return switch (text(node, "about")) {
      case "confirm" -> who.map(address -> new About.Confirmation(address, name));
      case "admit" -> who.map(address -> new About.Admission(address, name));
      case "told" -> who.map(address -> new About.Told(address, name));
      case "post" ->
          QueueId.isQueueId(text(node, "post"))
              ? Optional.of(
                  new About.Post(
                      new QueueId(text(node, "post")),
                      Member.address(text(node, "author")),
                      node.path("proven").asBoolean(false),
                      text(node, "subject")))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
