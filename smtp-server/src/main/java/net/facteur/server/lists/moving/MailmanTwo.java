package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.moving.MovedList.MovedSettings;
import net.facteur.server.lists.moving.MovedMember.Role;

/// What Mailman 2 writes of a list: `list_members` a line for each member, `config_list -o` its
/// settings.
///
/// @spec https://www.gnu.org/software/mailman/mailman-admin.pdf GNU Mailman, list administration
final class MailmanTwo {
  private static final int HOLD = 1;
  private static final int KIBI = 1024;

  private MailmanTwo() {}

  /// True where a text is one of `config_list`.
  static boolean isConfig(String text) {
    return text.lines()
        .limit(5_000)
        .anyMatch(
            line -> line.matches("(real_name|host_name|owner|description|subject_prefix) ?= ?.*"));
  }

  /// Reads the settings.
  ///
  /// @param name of the list, where its file says it: Mailman's own may be written otherwise
  /// @return where the file stops making sense, if it does
  static Parsed<MovedListBuilder> config(
      SourceFile file, Optional<String> name, MovedListBuilder into) {
    return PythonSettings.parse(file.text()).map(settings -> config(settings, name, into));
  }

  private static MovedListBuilder config(
      PythonSettings settings, Optional<String> name, MovedListBuilder into) {
    Optional<String> local = name.or(() -> settings.text("real_name"));
    into.address(
        local
            .flatMap(l -> settings.text("host_name").map(h -> l + "@" + h))
            .flatMap(Member::address));
    people(settings.texts("owner"), Role.OWNER, into);
    people(settings.texts("moderator"), Role.MODERATOR, into);
    ListKind posting = posting(settings);
    into.settings(
        new MovedSettings(
            settings.text("description"),
            Optional.of(posting),
            settings
                .text("subject_prefix")
                .map(tag -> tag.strip())
                .filter(tag -> !tag.isEmpty() && !tag.contains("%")),
            Optional.empty(),
            settings
                .number("max_message_size")
                .filter(n -> n > 0)
                .map(n -> OptionalLong.of(n * KIBI))
                .orElse(OptionalLong.empty()),
            settings.text("preferred_language").map(MailmanTwo::language),
            settings.number("archive").map(n -> n != 0)));
    notes(settings, posting, into);
    return into;
  }

  private static void people(List<String> addresses, Role role, MovedListBuilder into) {
    for (String address : addresses) {
      Optional<MovedAddress> found = MovedAddress.parse(address);
      if (found.isPresent()) {
        into.add(MovedMember.of(found.get().address(), found.get().name(), role));
      } else {
        into.unread("config_list", 0, address);
      }
    }
  }

  /// `default_member_moderation` holds, refuses or discards what members write;
  /// `generic_nonmember_action` is 0 to accept what others write, 1 to hold, 2 to refuse, 3 to
  /// discard it.
  private static ListKind posting(PythonSettings settings) {
    boolean watched = settings.on("default_member_moderation") || settings.on("emergency");
    long strangers = settings.number("generic_nonmember_action").orElse((long) HOLD);
    if (watched && settings.number("member_moderation_action").orElse(0L) > 0) {
      return ListKind.ANNOUNCEMENTS;
    }
    if (strangers == 0) {
      return watched ? ListKind.MODERATED : ListKind.OPEN;
    }
    if (watched) {
      return strangers == HOLD ? ListKind.MODERATED : ListKind.MEMBERS_MODERATED;
    }
    return ListKind.MEMBERS;
  }

  private static void notes(PythonSettings settings, ListKind posting, MovedListBuilder into) {
    if (posting == ListKind.MEMBERS
        && settings.number("generic_nonmember_action").orElse((long) HOLD) == HOLD) {
      into.note(SAY.strangersWereHeld());
    }
    if (settings.text("msg_header").isPresent() || settings.text("msg_footer").isPresent()) {
      into.note(SAY.footerLeft());
    }
    if (settings.number("reply_goes_to_list").orElse(0L) != 0) {
      into.note(SAY.replyToLeft());
    }
    if (!settings.texts("ban_list").isEmpty()) {
      into.note(SAY.bansLeft(settings.texts("ban_list").size()));
    }
    int allowed = settings.texts("accept_these_nonmembers").size();
    if (allowed > 0) {
      into.note(SAY.allowedLeft(allowed));
    }
    if (settings.on("anonymous_list")) {
      into.note(SAY.anonymousLeft());
    }
    if (settings.on("digestable")) {
      into.note(SAY.digestsLeft());
    }
  }

  /// `fr`, `pt_BR`: the language alone.
  static String language(String code) {
    return code.toLowerCase(Locale.ROOT).split("[-_]", 2)[0];
  }

  /// Reads `list_members`.
  static void members(SourceFile file, Role role, MovedListBuilder into) {
    List<String> lines = file.lines();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        into.addLine(file.name(), i + 1, line, role);
      }
    }
  }

  /// Reads `list_members --nomail`: these get no posts.
  static void paused(SourceFile file, Member.Why why, MovedListBuilder into) {
    for (String line : file.lines()) {
      Optional<MailAddress> address = MovedAddress.parse(line).map(MovedAddress::address);
      address.ifPresent(who -> into.pause(who, why));
    }
  }
}
