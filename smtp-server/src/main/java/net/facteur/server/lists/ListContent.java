package net.facteur.server.lists;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.queue.MailAddress;

/// A list and its members, as they were at one moment.
///
/// @param members by [Member#key], in the order of the alphabet
public record ListContent(MailingList list, NavigableMap<String, Member> members) {
  /// Members that one list may have.
  public static final int MOST_MEMBERS = 100_000;

  public ListContent {
    members = Collections.unmodifiableNavigableMap(new TreeMap<>(members));
  }

  /// A list without members.
  public static ListContent empty(MailingList list) {
    return new ListContent(list, new TreeMap<>());
  }

  public Optional<Member> member(MailAddress address) {
    return Optional.ofNullable(members.get(Member.key(address)));
  }

  public Collection<Member> all() {
    return members.values();
  }

  public ListContent with(MailingList other) {
    return new ListContent(other, members);
  }

  /// The same with a member, in place of one of the same address.
  public ListContent with(Member member) {
    var others = new TreeMap<>(members);
    others.put(member.key(), member);
    return new ListContent(list, others);
  }

  public ListContent without(MailAddress address) {
    var others = new TreeMap<>(members);
    others.remove(Member.key(address));
    return new ListContent(list, others);
  }
}
