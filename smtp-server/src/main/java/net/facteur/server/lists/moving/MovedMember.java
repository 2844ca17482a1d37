package net.facteur.server.lists.moving;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.MailAddress;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.Member.Why;

/// Somebody on a list, as its source has it.
///
/// @param address as the source writes it; compared as [Member#key] does
/// @param name what people call him; empty where nobody says
/// @param roles at least one
/// @param pause why he gets no posts; empty where he gets them
/// @param digest he gets them gathered
record MovedMember(
    MailAddress address, String name, Set<Role> roles, Optional<Why> pause, boolean digest) {
  /// What somebody is on a list.
  enum Role {
    MEMBER,
    MODERATOR,
    OWNER,
    /// One who may post whatever the kind, and need not be a member.
    POSTER
  }

  MovedMember {
    roles = Set.copyOf(roles);
  }

  /// One who gets posts.
  static MovedMember of(MailAddress address, String name, Role role) {
    return new MovedMember(address, name, Set.of(role), Optional.empty(), false);
  }

  /// What tells people apart.
  String key() {
    return Member.key(address);
  }

  /// What two places say of the same person.
  MovedMember and(MovedMember other) {
    var all = EnumSet.copyOf(roles);
    all.addAll(other.roles);
    return new MovedMember(
        address,
        name.isEmpty() ? other.name : name,
        all,
        pause.or(other::pause),
        digest || other.digest);
  }

  /// The same with a pause.
  MovedMember paused(Why why) {
    return new MovedMember(address, name, roles, Optional.of(why), digest);
  }
}
