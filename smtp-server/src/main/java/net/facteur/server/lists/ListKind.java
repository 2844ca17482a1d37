package net.facteur.server.lists;

import java.util.Optional;
import java.util.stream.Stream;

/// Who may post to a list, and whether somebody looks at each post first.
///
/// A post counts as written by its author only if that is proven: by DMARC, by an aligned SPF or
/// DKIM result, or because a user of this server handed it in. A post that is not proven is
/// moderated where its author could have posted, and refused where he could not.
public enum ListKind {
  /// Everybody may post.
  OPEN("open", Authors.ANYBODY, false),
  /// Everybody may post, and moderators look at each post but their own.
  MODERATED("moderated", Authors.ANYBODY, true),
  /// Members may post.
  MEMBERS("members", Authors.MEMBERS, false),
  /// Members may post, and moderators look at each post but their own.
  MEMBERS_MODERATED("members-moderated", Authors.MEMBERS, true),
  /// Few may post, and all read.
  ANNOUNCEMENTS("announcements", Authors.POSTERS, false);

  /// Whose posts are taken; mail of others is refused while its sender is still connected.
  public enum Authors {
    ANYBODY,
    /// Members, and those of [#POSTERS].
    MEMBERS,
    /// Owners, moderators, and those named as posters.
    POSTERS
  }

  private final String word;
  private final Authors authors;
  private final boolean moderated;

  ListKind(String word, Authors authors, boolean moderated) {
    this.word = word;
    this.authors = authors;
    this.moderated = moderated;
  }

  /// How people write it.
  public String word() {
    return word;
  }

  public Authors authors() {
    return authors;
  }

  /// True where posts wait for a moderator, unless an owner or a moderator wrote them.
  public boolean moderated() {
    return moderated;
  }

  /// Reads what [#word] writes.
  public static Optional<ListKind> of(String word) {
    return Stream.of(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }
}
