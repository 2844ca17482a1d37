package net.facteur.server.lists.moving;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.lists.Archive;
import net.facteur.server.lists.ListKind;

/// A list as its source has it. What a source does not say is empty, and stays as it is here.
///
/// @param address its own; empty where the source does not say it
/// @param settings what it does with posts
/// @param members everybody who has a role, by [MovedMember#key], in the order of the source
/// @param complete the source names all members: who is not among them is none
/// @param notes what could not be taken over, and why: one sentence each, without a full stop
record MovedList(
    Optional<MailAddress> address,
    MovedSettings settings,
    Map<String, MovedMember> members,
    boolean complete,
    List<Text> notes) {
  MovedList {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    notes = List.copyOf(notes);
  }

  /// What two places say of one list; where both say something, the first counts.
  MovedList and(MovedList other) {
    var all = new LinkedHashMap<>(members);
    other.members.forEach((who, member) -> all.merge(who, member, MovedMember::and));
    var said = new ArrayList<>(notes);
    said.addAll(other.notes);
    return new MovedList(
        address.or(other::address),
        settings.and(other.settings),
        all,
        complete || other.complete,
        said);
  }

  /// @param name what people call it
  /// @param kind who may post
  /// @param subjectTag what stands before subjects, without a space behind it
  /// @param maxOctets the largest post; empty also where there is no limit
  /// @param language such as `fr`
  /// @param archived posts are kept there
  /// @param archive how they are to be kept here
  /// @param attachments posts may have some
  record MovedSettings(
      Optional<String> name,
      Optional<String> description,
      Optional<ListKind> kind,
      Optional<String> subjectTag,
      Optional<String> footer,
      OptionalLong maxOctets,
      Optional<String> language,
      Optional<Boolean> archived,
      Optional<Archive> archive,
      Optional<Boolean> attachments) {
    /// What other programs say.
    MovedSettings(
        Optional<String> description,
        Optional<ListKind> kind,
        Optional<String> subjectTag,
        Optional<String> footer,
        OptionalLong maxOctets,
        Optional<String> language,
        Optional<Boolean> archived) {
      this(
          Optional.empty(),
          description,
          kind,
          subjectTag,
          footer,
          maxOctets,
          language,
          archived,
          Optional.empty(),
          Optional.empty());
    }

    /// Nothing is said.
    static final MovedSettings NONE =
        new MovedSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());

    MovedSettings and(MovedSettings other) {
      return new MovedSettings(
          name.or(other::name),
          description.or(other::description),
          kind.or(other::kind),
          subjectTag.or(other::subjectTag),
          footer.or(other::footer),
          maxOctets.isPresent() ? maxOctets : other.maxOctets,
          language.or(other::language),
          archived.or(other::archived),
          archive.or(other::archive),
          attachments.or(other::attachments));
    }
  }
}
