package net.facteur.server.lists;

import java.util.Optional;
import net.facteur.server.language.Language;

/// What a list does with posts beside sending them on.
///
/// @param subjectTag stands before the subject, such as `[staff]`; empty for none, so that messages
///   stay as their authors signed them
/// @param footer lines below the text of each post; empty for none
/// @param archive what is kept of posts
/// @param sizeLimit octets of the largest post
/// @param attachments true where posts may have any, false where they are refused with them
/// @param language of what the list writes itself
/// @param description one line on what it is for; empty for none
public record ListOptions(
    Optional<String> subjectTag,
    Optional<String> footer,
    Archive archive,
    long sizeLimit,
    boolean attachments,
    Language language,
    Optional<String> description) {
  public static final int MOST_TAG = 50;
  public static final int MOST_FOOTER = 4000;
  public static final int MOST_DESCRIPTION = 500;

  /// Octets of the largest post where nobody has said anything else.
  public static final long USUAL_SIZE = 10L << 20;

  /// Octets that nobody may set as a limit.
  public static final long MOST_SIZE = 1L << 30;

  public ListOptions {
    subjectTag = subjectTag.map(tag -> Member.line(tag, MOST_TAG)).filter(tag -> !tag.isEmpty());
    footer =
        footer
            .map(text -> text.replace("\r", "").strip())
            .filter(text -> !text.isEmpty() && text.length() <= MOST_FOOTER);
    description =
        description.map(d -> Member.line(d, MOST_DESCRIPTION)).filter(text -> !text.isEmpty());
    if (sizeLimit < 1 || sizeLimit > MOST_SIZE) {
      throw new IllegalArgumentException("a post has 1 to " + MOST_SIZE + " octets");
    }
  }

  /// Messages stay as they are, and nothing is kept.
  ///
  /// @param language of what the list writes itself
  public static ListOptions usual(Language language) {
    return new ListOptions(
        Optional.empty(),
        Optional.empty(),
        new Archive.None(),
        USUAL_SIZE,
        true,
        language,
        Optional.empty());
  }

  public ListOptions withSubjectTag(Optional<String> other) {
    return new ListOptions(other, footer, archive, sizeLimit, attachments, language, description);
  }

  public ListOptions withFooter(Optional<String> other) {
    return new ListOptions(
        subjectTag, other, archive, sizeLimit, attachments, language, description);
  }

  public ListOptions withArchive(Archive other) {
    return new ListOptions(
        subjectTag, footer, other, sizeLimit, attachments, language, description);
  }

  public ListOptions withSizeLimit(long octets) {
    return new ListOptions(subjectTag, footer, archive, octets, attachments, language, description);
  }

  public ListOptions withAttachments(boolean kept) {
    return new ListOptions(subjectTag, footer, archive, sizeLimit, kept, language, description);
  }

  public ListOptions withLanguage(Language other) {
    return new ListOptions(subjectTag, footer, archive, sizeLimit, attachments, other, description);
  }

  public ListOptions withDescription(Optional<String> other) {
    return new ListOptions(subjectTag, footer, archive, sizeLimit, attachments, language, other);
  }
}
