package net.facteur.server.lists;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import net.facteur.server.accounts.UserName;

/// The tags by which members are known in addresses and links, without their addresses in them.
/// Kept for each list until it changes. Safe for use by many threads.
public final class MemberTags {
  private static final String BOUNCES = "bounces";
  private static final String UNSUBSCRIBE = "unsubscribe";

  private final ListSecret secret;
  private final Map<UserName, OfList> known = new ConcurrentHashMap<>();

  public MemberTags(ListSecret secret) {
    this.secret = secret;
  }

  /// Those of one list.
  ///
  /// @param byReturn members by the tag of their reverse-path, in the order of the tags
  private record OfList(
      ListContent content, NavigableMap<String, Member> byReturn, Map<String, Member> byLeave) {}

  private OfList of(ListContent content) {
    UserName list = content.list().address();
    OfList there = known.get(list);
    if (there != null && there.content().equals(content)) {
      return there;
    }
    var byReturn = new TreeMap<String, Member>();
    var byLeave = new HashMap<String, Member>();
    for (Member member : content.all()) {
      byReturn.put(returnTag(list, member), member);
      byLeave.put(leaveTag(list, member), member);
    }
    var fresh =
        new OfList(content, Collections.unmodifiableNavigableMap(byReturn), Map.copyOf(byLeave));
    known.put(list, fresh);
    return fresh;
  }

  /// Members by the tag of their reverse-path, in the order of the tags, which no change of other
  /// members changes.
  public NavigableMap<String, Member> byReturn(ListContent content) {
    return of(content).byReturn();
  }

  /// Whose reverse-path has this tag.
  public Optional<Member> returned(ListContent content, String tag) {
    return Optional.ofNullable(of(content).byReturn().get(tag));
  }

  /// Who may leave by this tag.
  public Optional<Member> leaving(ListContent content, String tag) {
    return Optional.ofNullable(of(content).byLeave().get(tag));
  }

  /// The tag of a member's reverse-path.
  public String returnTag(UserName list, Member member) {
    return secret.tag(BOUNCES, list.text(), member.key());
  }

  /// The tag by which a member leaves.
  public String leaveTag(UserName list, Member member) {
    return secret.tag(UNSUBSCRIBE, list.text(), member.key());
  }
}
