package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.queue.MailAddress;
import net.facteur.server.files.ToldException;
import net.facteur.server.lists.Archive;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.Member.Why;
import net.facteur.server.lists.moving.MovedList.MovedSettings;
import net.facteur.server.lists.moving.MovedMember.Role;
import tools.jackson.databind.JsonNode;

/// The JSON that [ListExport] writes, on its way back.
final class ExportedLists {
  private ExportedLists() {}

  static void read(SourceFile file, MovedLists into) throws IOException {
    JsonNode all =
        MailmanThree.json(file)
            .map(node -> node.path("lists"))
            .filter(JsonNode::isArray)
            .orElseThrow(() -> new ToldException(SAY.notAnExport(file.name())));
    for (JsonNode node : all) {
      MailAddress address =
          Member.address(node.path("list").asString(""))
              .orElseThrow(() -> new ToldException(SAY.notAnExport(file.name())));
      MovedListBuilder list = into.list(file, Optional.of(address));
      list.settings(settings(node));
      people(file, node, "owners", Role.OWNER, list);
      people(file, node, "moderators", Role.MODERATOR, list);
      people(file, node, "posters", Role.POSTER, list);
      members(file, node, list);
      list.complete();
    }
  }

  private static MovedSettings settings(JsonNode node) {
    long octets = node.path("size_limit").asLong(0);
    return new MovedSettings(
        text(node, "name"),
        text(node, "description"),
        text(node, "kind").flatMap(ListKind::of),
        text(node, "subject_tag"),
        text(node, "footer"),
        octets > 0 && octets <= ListOptions.MOST_SIZE
            ? OptionalLong.of(octets)
            : OptionalLong.empty(),
        text(node, "language"),
        Optional.empty(),
        text(node, "archive").flatMap(Archive::parse),
        node.path("attachments").isBoolean()
            ? Optional.of(node.path("attachments").asBoolean())
            : Optional.empty());
  }

  private static Optional<String> text(JsonNode node, String name) {
    return Optional.of(node.path(name).asString("")).filter(text -> !text.isEmpty());
  }

  private static void people(
      SourceFile file, JsonNode node, String name, Role role, MovedListBuilder list) {
    for (JsonNode person : node.path(name)) {
      list.addLine(file.name(), 0, person.asString(""), role);
    }
  }

  private static void members(SourceFile file, JsonNode node, MovedListBuilder list) {
    for (JsonNode member : node.path("members")) {
      String written = member.path("address").asString("");
      Optional<MailAddress> address = Member.address(written);
      if (address.isEmpty()) {
        list.unread(file.name(), 0, written);
        continue;
      }
      String state = member.path("state").asString("");
      Optional<Why> why =
          state.equals("paused")
              ? Stream.of(Why.values())
                  .filter(each -> each.word().equals(member.path("why").asString("")))
                  .findFirst()
                  .or(() -> Optional.of(Why.OWNER))
              : Optional.empty();
      list.add(
          new MovedMember(
              address.get(), member.path("name").asString(""), Set.of(Role.MEMBER), why, false));
    }
  }
}
