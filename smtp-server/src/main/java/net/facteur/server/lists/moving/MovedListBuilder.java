package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.Member.Why;
import net.facteur.server.lists.moving.MovedList.MovedSettings;
import net.facteur.server.lists.moving.MovedMember.Role;
import net.facteur.server.text.StrangerText;

/// Collects a list while its files are read.
final class MovedListBuilder {
  /// Notes on single lines; what is beyond is counted.
  private static final int MAX_LINES_NOTED = 20;

  private final Map<String, MovedMember> members = new LinkedHashMap<>();
  private final List<Text> notes = new ArrayList<>();
  private Optional<MailAddress> address = Optional.empty();
  private MovedSettings settings = MovedSettings.NONE;
  private boolean complete;
  private int unread;

  MovedListBuilder address(Optional<MailAddress> its) {
    address = address.or(() -> its);
    return this;
  }

  MovedListBuilder settings(MovedSettings its) {
    settings = its;
    return this;
  }

  /// The members are all there.
  MovedListBuilder complete() {
    complete = true;
    return this;
  }

  MovedListBuilder note(Text what) {
    notes.add(what);
    return this;
  }

  /// Adds somebody, or to what is known of him.
  void add(MovedMember member) {
    members.merge(member.key(), member, MovedMember::and);
  }

  /// Says of somebody known why he gets no posts; others are unknown.
  void pause(MailAddress who, Why why) {
    members.computeIfPresent(Member.key(who), (_, member) -> member.paused(why));
  }

  /// Adds whoever stands on a line.
  ///
  /// @param source what is read, for a note on a line that has no address
  void addLine(String source, int number, String line, Role role) {
    Optional<MovedAddress> found = MovedAddress.parse(line);
    if (found.isPresent()) {
      add(MovedMember.of(found.get().address(), found.get().name(), role));
    } else {
      unread(source, number, line);
    }
  }

  /// Notes a line that says nothing.
  void unread(String source, int number, String line) {
    if (++unread <= MAX_LINES_NOTED) {
      notes.add(SAY.noAddress(source, number, StrangerText.of(line.strip()).onTerminal()));
    }
  }

  boolean isEmpty() {
    return members.isEmpty() && settings.equals(MovedSettings.NONE);
  }

  MovedList build() {
    var all = new ArrayList<>(notes);
    if (unread > MAX_LINES_NOTED) {
      all.add(SAY.moreUnread(unread - MAX_LINES_NOTED));
    }
    return new MovedList(address, settings, members, complete, all);
  }
}
