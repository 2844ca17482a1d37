package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.facteur.queue.MailAddress;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.Member.Why;
import net.facteur.server.lists.moving.MovedList.MovedSettings;
import net.facteur.server.lists.moving.MovedMember.Role;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Mailman 3 says of a list over its REST interface, in JSON: the members of
/// `/lists/ID/roster/ROLE` or `/members`, and the settings of `/lists/ID` and `/lists/ID/config`.
/// What `mailman members` prints is read as that of Mailman 2.
///
/// @spec https://docs.mailman3.org/projects/mailman/en/latest/src/mailman/rest/docs/membership.html
///   Mailman, REST: membership
final class MailmanThree {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int KIBI = 1024;

  private MailmanThree() {}

  /// The JSON of a file; empty where it is none.
  static Optional<JsonNode> json(SourceFile file) {
    try {
      JsonNode node = MAPPER.readTree(file.text());
      return node.isObject() || node.isArray() ? Optional.of(node) : Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  /// Reads members or settings, each into its list.
  ///
  /// @return false where it is neither
  static boolean read(SourceFile file, JsonNode node, MovedLists into) {
    JsonNode entries = node.isArray() ? node : node.path("entries");
    if (entries.isArray()) {
      for (JsonNode entry : entries) {
        read(file, entry, into);
      }
      return true;
    }
    if (node.has("role")) {
      member(file, node, into);
      return true;
    }
    if (node.has("fqdn_listname")
        || node.has("posting_address")
        || node.has("default_nonmember_action")) {
      settings(node, into.list(file, listAddress(node)));
      return true;
    }
    // A roster of nobody has no entries.
    return node.has("total_size");
  }

  private static void member(SourceFile file, JsonNode node, MovedLists into) {
    MovedListBuilder list = into.list(file, listId(text(node, "list_id")));
    add(
        new Row(
            text(node, "email"),
            text(node, "display_name"),
            text(node, "role"),
            text(node, "delivery_mode"),
            text(node, "delivery_status")),
        file,
        0,
        list);
  }

  /// One membership, as JSON or a table has it.
  record Row(String email, String name, String role, String mode, String status) {}

  /// Adds a membership to its list.
  ///
  /// @param line 0 where there are no lines
  static void add(Row row, SourceFile file, int line, MovedListBuilder list) {
    Optional<MailAddress> address = Member.address(row.email());
    if (address.isEmpty()) {
      list.unread(file.name(), line, row.email());
      return;
    }
    Optional<Role> role =
        switch (row.role()) {
          case "owner" -> Optional.of(Role.OWNER);
          case "moderator" -> Optional.of(Role.MODERATOR);
          case "", "member" -> Optional.of(Role.MEMBER);
          // Those whom Mailman met and does not count among its members.
          default -> Optional.empty();
        };
    role.ifPresent(
        its -> {
          list.add(
              new MovedMember(
                  address.get(),
                  MovedAddress.name(row.name()),
                  Set.of(its),
                  its == Role.MEMBER ? pause(row.status()) : Optional.empty(),
                  row.mode().endsWith("digests")));
          if (its == Role.MEMBER) {
            list.complete();
          }
        });
  }

  private static Optional<Why> pause(String status) {
    return switch (status) {
      case "by_user" -> Optional.of(Why.MEMBER);
      case "by_bounces" -> Optional.of(Why.BOUNCES);
      case "by_moderator", "unknown" -> Optional.of(Why.OWNER);
      default -> Optional.empty();
    };
  }

  private static Optional<MailAddress> listAddress(JsonNode node) {
    String whole = text(node, "fqdn_listname");
    whole = whole.isEmpty() ? text(node, "posting_address") : whole;
    return whole.isEmpty() ? listId(text(node, "list_id")) : Member.address(whole);
  }

  /// `asso.lists.example.org` is the list `asso@lists.example.org`. A name with a dot in it cannot
  /// be told from its domain; the settings of the list tell.
  static Optional<MailAddress> listId(String id) {
    int dot = id.indexOf('.');
    return id.contains("@") || dot < 1
        ? Member.address(id)
        : Member.address(id.substring(0, dot) + "@" + id.substring(dot + 1));
  }

  private static void settings(JsonNode node, MovedListBuilder into) {
    String members = text(node, "default_member_action");
    String others = text(node, "default_nonmember_action");
    boolean watched = members.equals("hold") || node.path("emergency").asBoolean(false);
    boolean open = others.equals("accept") || others.equals("defer");
    Optional<ListKind> posting = Optional.empty();
    if (members.equals("reject") || members.equals("discard")) {
      posting = Optional.of(ListKind.ANNOUNCEMENTS);
    } else if (!others.isEmpty()) {
      posting =
          Optional.of(
              open
                  ? watched ? ListKind.MODERATED : ListKind.OPEN
                  : watched
                      ? others.equals("hold") ? ListKind.MODERATED : ListKind.MEMBERS_MODERATED
                      : ListKind.MEMBERS);
    }
    long kibi = node.path("max_message_size").asLong(0);
    into.settings(
        new MovedSettings(
            some(text(node, "description")),
            posting,
            some(text(node, "subject_prefix").strip()),
            Optional.empty(),
            kibi > 0 ? OptionalLong.of(kibi * KIBI) : OptionalLong.empty(),
            some(text(node, "preferred_language")).map(MailmanTwo::language),
            some(text(node, "archive_policy")).map(policy -> !policy.equals("never"))));
    if (posting.filter(p -> p == ListKind.MEMBERS).isPresent() && others.equals("hold")) {
      into.note(SAY.strangersWereHeld());
    }
    if (!text(node, "reply_goes_to_list").isEmpty()
        && !text(node, "reply_goes_to_list").equals("no_munging")) {
      into.note(SAY.replyToLeft());
    }
    if (node.path("anonymous_list").asBoolean(false)) {
      into.note(SAY.anonymousLeft());
    }
    int allowed = node.path("accept_these_nonmembers").size();
    if (allowed > 0) {
      into.note(SAY.allowedLeft(allowed));
    }
  }

  private static Optional<String> some(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).isString() ? node.path(name).asString() : "";
  }
}
