package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.lists.Archive;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.moving.MovedList.MovedSettings;
import net.facteur.server.lists.moving.MovedMember.Role;

/// Brings lists of a source here: says what would become of each, and does it.
///
/// @param domains of this server
/// @param language of lists that say none
public record ListImport(Lists lists, Set<DomainName> domains, Language language) {
  public ListImport {
    domains = Set.copyOf(domains);
  }

  /// A list that can be imported.
  public interface Planned {
    /// What would be done now.
    ///
    /// @throws IOException where the list cannot be here
    ListDifference difference() throws IOException;

    /// Does it, with what is on disk at that moment.
    ///
    /// @return what was done
    ListDifference apply() throws IOException;
  }

  /// Reads a source.
  ///
  /// @throws IOException where it cannot be read, in words for whoever imports
  public List<Planned> plan(ListSource source, Path from, ImportHints hints, ImportChoices choices)
      throws IOException {
    return source.read(from, hints).stream().map(moved -> planned(moved, choices)).toList();
  }

  /// The same for a list whose members are known already.
  ///
  /// @param members all of them; what is no address is passed over
  public Planned plan(String list, List<String> members, ImportChoices choices) {
    var made = new MovedListBuilder().address(Member.address(list)).complete();
    for (int i = 0; i < members.size(); i++) {
      made.addLine(list, i + 1, members.get(i), Role.MEMBER);
    }
    return planned(made.build(), choices);
  }

  private Planned planned(MovedList moved, ImportChoices choices) {
    return new Planned() {
      @Override
      public ListDifference difference() throws IOException {
        return ListImport.this.difference(moved, choices);
      }

      @Override
      public ListDifference apply() throws IOException {
        return ListImport.this.apply(moved, choices);
      }
    };
  }

  /// What an import would do now.
  ///
  /// @throws ToldException where the list cannot be here
  ListDifference difference(MovedList moved, ImportChoices choices) throws IOException {
    UserName name = name(moved);
    return difference(moved, lists.list(name), name, choices);
  }

  private ListDifference difference(
      MovedList moved, Optional<ListContent> before, UserName name, ImportChoices choices) {
    var notes = new ArrayList<>(moved.notes());
    ListContent old =
        before.orElseGet(
            () ->
                ListContent.empty(MailingList.fresh(name, List.of(), ListOptions.usual(language))));
    MailingList list = settings(people(old.list(), moved, choices), moved, before, notes);
    ListContent after = members(old, moved, choices);
    List<Member> staying =
        after.all().stream().filter(m -> moved.complete() && !isMember(moved, m.key())).toList();
    return new ListDifference(before, after.with(list), staying, notes);
  }

  /// Makes what [#difference] says, with what is on disk at that moment.
  ///
  /// @return what was done
  /// @throws IOException where it cannot be written
  ListDifference apply(MovedList moved, ImportChoices choices) throws IOException {
    UserName name = name(moved);
    if (lists.list(name).isEmpty()) {
      ListDifference made = difference(moved, Optional.empty(), name, choices);
      Lists.Outcome outcome = lists.add(made.list());
      if (outcome == Lists.Outcome.TOO_MANY) {
        throw new ToldException(SAY.manyLists(Lists.MOST_LISTS));
      }
      if (outcome == Lists.Outcome.DONE) {
        told(lists.changeAll(name, _ -> made.after()), name);
        return made;
      }
    }
    var done = new ArrayList<ListDifference>();
    told(
        lists.changeAll(
            name,
            content -> {
              ListDifference difference = difference(moved, Optional.of(content), name, choices);
              done.add(difference);
              return difference.after();
            }),
        name);
    return done.getFirst();
  }

  private static void told(Lists.Outcome outcome, UserName name) throws IOException {
    switch (outcome) {
      case DONE -> {}
      case TOO_MANY ->
          throw new ToldException(SAY.manyMembers(name.text(), ListContent.MOST_MEMBERS));
      case NO_LIST, NO_MEMBER, TAKEN -> throw new ToldException(SAY.listGone(name.text()));
    }
  }

  private UserName name(MovedList moved) throws IOException {
    String text = moved.address().map(MailAddress::text).orElse("");
    UserName name =
        UserName.parse(text)
            .filter(MailingList::nameable)
            .orElseThrow(() -> new ToldException(SAY.notNameable(text, MailingList.MOST_LOCAL)));
    if (!domains.contains(name.domain()) && lists.list(name).isEmpty()) {
      throw new ToldException(SAY.foreignDomain(text, name.domain().text()));
    }
    return name;
  }

  private static boolean isMember(MovedList moved, String key) {
    MovedMember there = moved.members().get(key);
    return there != null && there.roles().contains(Role.MEMBER);
  }

  private static ListContent members(ListContent old, MovedList moved, ImportChoices choices) {
    var members = new LinkedHashMap<>(old.members());
    for (MovedMember each : moved.members().values()) {
      if (!each.roles().contains(Role.MEMBER)) {
        continue;
      }
      Member fresh = Member.active(each.address(), each.name());
      Member was = old.members().getOrDefault(each.key(), fresh);
      Member now = each.name().isEmpty() ? was : was.withName(each.name());
      // Who is paused here stays so: posts came back here, or somebody here wanted it.
      if (was.isActive() && each.pause().isPresent()) {
        now = now.withState(new Member.State.Paused(each.pause().get(), choices.at()));
      }
      members.put(each.key(), now);
    }
    if (choices.remove() && moved.complete()) {
      members.keySet().removeIf(key -> !isMember(moved, key));
    }
    return new ListContent(old.list(), new java.util.TreeMap<>(members));
  }

  private static MailingList people(MailingList list, MovedList moved, ImportChoices choices) {
    return list.withOwners(people(list.owners(), moved, Role.OWNER, choices))
        .withModerators(people(list.moderators(), moved, Role.MODERATOR, choices))
        .withPosters(people(list.posters(), moved, Role.POSTER, choices));
  }

  /// Those here and those of the source; those of the source alone where it names any and others
  /// are to go.
  private static List<MailAddress> people(
      List<MailAddress> here, MovedList moved, Role role, ImportChoices choices) {
    var all = new LinkedHashMap<String, MailAddress>();
    for (MovedMember each : moved.members().values()) {
      if (each.roles().contains(role)) {
        all.put(each.key(), each.address());
      }
    }
    if (all.isEmpty()) {
      return here;
    }
    if (!choices.remove()) {
      var both = new LinkedHashMap<String, MailAddress>();
      here.forEach(address -> both.put(Member.key(address), address));
      all.forEach(both::putIfAbsent);
      return both.values().stream().limit(MailingList.MOST_PEOPLE).toList();
    }
    return all.values().stream().limit(MailingList.MOST_PEOPLE).toList();
  }

  private static MailingList settings(
      MailingList list, MovedList moved, Optional<ListContent> before, List<Text> notes) {
    MovedSettings said = moved.settings();
    ListOptions options = list.options();
    if (said.description().isPresent()) {
      options = options.withDescription(said.description());
    }
    if (said.subjectTag().isPresent()) {
      options = options.withSubjectTag(said.subjectTag());
    }
    if (said.footer().isPresent()) {
      options = options.withFooter(said.footer());
    }
    if (said.maxOctets().isPresent()) {
      options =
          options.withSizeLimit(Math.min(said.maxOctets().getAsLong(), ListOptions.MOST_SIZE));
    }
    if (said.attachments().isPresent()) {
      options = options.withAttachments(said.attachments().get());
    }
    Optional<Language> language = said.language().flatMap(Language::of);
    if (language.isPresent()) {
      options = options.withLanguage(language.get());
    } else if (said.language().isPresent()) {
      notes.add(SAY.languageLeft(said.language().get()));
    }
    if (said.archive().isPresent()) {
      options = options.withArchive(said.archive().get());
    } else if (said.archived().orElse(false)
        && before.isEmpty()
        && options.archive() instanceof Archive.None) {
      notes.add(SAY.archiveLeft(list.address().text()));
    }
    MailingList named = said.name().map(list::withName).orElse(list);
    return said.kind().map(named::withKind).orElse(named).withOptions(options);
  }
}
