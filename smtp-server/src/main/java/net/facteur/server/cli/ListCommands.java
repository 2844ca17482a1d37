package net.facteur.server.cli;

import static net.facteur.server.cli.ListTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.QuotaText;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.lists.Archive;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.roles.RolesFile;
import net.facteur.server.routing.RoutingSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `facteur list`: mailing lists. A command changes the file of the list; a running server is told
/// to read it again.
final class ListCommands {
  private ListCommands() {}

  @Command(name = "list")
  static final class Group {
    private Group() {}
  }

  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new Group());
    group.addSubcommand(new Add(workplace));
    group.addSubcommand(new Show(workplace));
    group.addSubcommand(new ListThem(workplace));
    group.addSubcommand(new Set(workplace));
    group.addSubcommand(new Remove(workplace));
    group.addSubcommand(ListMemberCommands.of(workplace));
    ListMovingCommands.of(workplace).forEach(group::addSubcommand);
    ListModerationCommands.of(workplace).forEach(group::addSubcommand);
    return group;
  }

  /// What all commands about lists share.
  abstract static class Listing extends UserEditing {
    Listing(Workplace workplace) {
      super(workplace);
    }

    /// The lists as their files are now.
    Lists lists() {
      Path directory = Lists.directory(settings());
      Optional<ClosedPlace> closed = ClosedPlace.before(directory, true);
      if (closed.isPresent()) {
        throw new ClosedPlaceException(SAY.listUnreadable(), closed.get());
      }
      return Lists.unlogged(directory);
    }

    static UserName listName(String typed) {
      return UserName.parse(typed).orElseThrow(() -> misnamed(typed));
    }

    static CommandFailedException misnamed(String typed) {
      return CommandFailedException.notUnderstood(
          SAY.listMisnamed(typed), SAY.listTypeName(MailingList.MOST_LOCAL));
    }

    ListContent known(Lists lists, UserName name) {
      return lists.list(name).orElseThrow(() -> none(name));
    }

    static CommandFailedException none(UserName name) {
      return new CommandFailedException(SAY.listNone(name.text()), SAY.listSeeAll());
    }

    static MailAddress person(String typed) {
      return Member.address(typed)
          .orElseThrow(
              () ->
                  CommandFailedException.notUnderstood(
                      UserTexts.SAY.userNoTarget(typed),
                      UserTexts.SAY.userTypeWhole("alice@example.org")));
    }

    /// A list has no address that somebody else has: his mail would go to the list.
    void notTaken(MailAddress address) throws IOException {
      Optional<UserName> name = UserName.parse(address.text());
      if (name.isEmpty()) {
        return;
      }
      AddressesFile.Content stored = addresses().read();
      boolean taken =
          file().read().find(name.get()).isPresent()
              || stored.entries().containsKey(name.get().text())
              || new net.facteur.server.routing.AddressTables(
                      RoutingSettings.from(settings()).addresses())
                  .names(name.get().localPart(), name.get().domain());
      if (taken) {
        throw new CommandFailedException(SAY.listTaken(address.text()), SAY.listTakeOther());
      }
      if (RolesFile.beside(AccountsSettings.file(settings())).read().find(name.get()).isPresent()) {
        throw new CommandFailedException(
            RoleTexts.SAY.roleThere(name.get().text()),
            RoleTexts.SAY.roleRemoveFirst("facteur role remove " + name.get()));
      }
    }

    void json(Object value) {
      workplace.out().println(new JsonMapper().writeValueAsString(value));
    }
  }

  /// What may be said of a list.
  static final class Sayings {
    @Option(names = "--name", paramLabel = "TEXT")
    private Optional<String> name = Optional.empty();

    @Option(names = "--kind", paramLabel = "KIND")
    private Optional<String> kind = Optional.empty();

    @Option(names = "--owner", paramLabel = "ADDRESS", split = ",")
    private @Nullable List<String> owners;

    @Option(names = "--moderator", paramLabel = "ADDRESS", split = ",")
    private @Nullable List<String> moderators;

    @Option(names = "--poster", paramLabel = "ADDRESS", split = ",")
    private @Nullable List<String> posters;

    @Option(names = "--subject-tag", paramLabel = "TEXT")
    private Optional<String> subjectTag = Optional.empty();

    @Option(names = "--footer", paramLabel = "TEXT")
    private Optional<String> footer = Optional.empty();

    @Option(names = "--archive", paramLabel = "none|maildir|DAYS")
    private Optional<String> archive = Optional.empty();

    @Option(names = "--size-limit", paramLabel = "SIZE")
    private Optional<String> sizeLimit = Optional.empty();

    @Option(names = "--attachments", paramLabel = "keep|refuse")
    private Optional<Attachments> attachments = Optional.empty();

    @Option(names = "--language", paramLabel = "LANGUAGE")
    private Optional<String> language = Optional.empty();

    @Option(names = "--description", paramLabel = "TEXT")
    private Optional<String> description = Optional.empty();

    /// As they are typed.
    @SuppressWarnings("NamingConvention")
    enum Attachments {
      keep,
      refuse
    }

    boolean none() {
      return List.of(
              name,
              kind,
              Optional.ofNullable(owners),
              Optional.ofNullable(moderators),
              Optional.ofNullable(posters),
              subjectTag,
              footer,
              archive,
              sizeLimit,
              attachments,
              language,
              description)
          .stream()
          .allMatch(Optional::isEmpty);
    }

    /// The list with what was typed.
    MailingList of(MailingList before) {
      MailingList list = before;
      if (name.isPresent()) {
        list = list.withName(shortEnough("--name", name.get(), MailingList.MOST_NAME));
      }
      if (kind.isPresent()) {
        list = list.withKind(kind(kind.get()));
      }
      list = list.withOwners(people("--owner", owners, list.owners()));
      list = list.withModerators(people("--moderator", moderators, list.moderators()));
      list = list.withPosters(people("--poster", posters, list.posters()));
      return list.withOptions(options(list.options()));
    }

    private ListOptions options(ListOptions before) {
      ListOptions options = before;
      if (subjectTag.isPresent()) {
        options =
            options.withSubjectTag(text("--subject-tag", subjectTag.get(), ListOptions.MOST_TAG));
      }
      if (footer.isPresent()) {
        options =
            options.withFooter(
                text("--footer", footer.get().replace("\\n", "\n"), ListOptions.MOST_FOOTER));
      }
      if (archive.isPresent()) {
        options = options.withArchive(archive(archive.get()));
      }
      if (sizeLimit.isPresent()) {
        options = options.withSizeLimit(size(sizeLimit.get()));
      }
      if (attachments.isPresent()) {
        options = options.withAttachments(attachments.get() == Attachments.keep);
      }
      if (language.isPresent()) {
        options =
            options.withLanguage(
                net.facteur.server.language.Language.of(language.get())
                    .orElseThrow(
                        () ->
                            CommandFailedException.notUnderstood(
                                SAY.listNoLanguage(language.get()),
                                SAY.listTypeLanguage(
                                    net.facteur.server.language.Language.codes()))));
      }
      if (description.isPresent()) {
        options =
            options.withDescription(
                text("--description", description.get(), ListOptions.MOST_DESCRIPTION));
      }
      return options;
    }

    /// Nothing typed takes it away.
    private static Optional<String> text(String option, String typed, int most) {
      return Optional.of(shortEnough(option, typed, most)).filter(text -> !text.isBlank());
    }

    private static String shortEnough(String option, String typed, int most) {
      if (typed.length() > most) {
        throw CommandFailedException.notUnderstood(
            SAY.listLongText(option, most), SAY.listTypeShorter());
      }
      return typed;
    }

    private static List<MailAddress> people(
        String option, @Nullable List<String> typed, List<MailAddress> before) {
      if (typed == null) {
        return before;
      }
      List<MailAddress> people =
          typed.stream().filter(text -> !text.isBlank()).map(Listing::person).distinct().toList();
      if (people.size() > MailingList.MOST_PEOPLE) {
        throw CommandFailedException.notUnderstood(
            SAY.listLongText(option, MailingList.MOST_PEOPLE), SAY.listTypeShorter());
      }
      return people;
    }

    private static ListKind kind(String typed) {
      return ListKind.of(typed)
          .orElseThrow(
              () ->
                  CommandFailedException.notUnderstood(
                      SAY.listNoKind(typed),
                      SAY.listTypeKind(
                          String.join(
                              ", ",
                              java.util.stream.Stream.of(ListKind.values())
                                  .map(ListKind::word)
                                  .toList()))));
    }

    private static Archive archive(String typed) {
      return Archive.parse(typed)
          .or(() -> Archive.days(typed).map(keep -> new Archive.Maildir(Optional.of(keep))))
          .orElseThrow(
              () ->
                  CommandFailedException.notUnderstood(
                      SAY.listNoArchive(typed), SAY.listTypeArchive()));
    }

    private static long size(String typed) {
      return QuotaText.parse(typed)
          .filter(octets -> octets > 0 && octets <= ListOptions.MOST_SIZE)
          .orElseThrow(
              () ->
                  CommandFailedException.notUnderstood(SAY.listNoSize(typed), SAY.listTypeSize()));
    }
  }

  @Command(name = "add")
  static final class Add extends Listing {
    @Parameters(paramLabel = "LIST@DOMAIN")
    private String list = "";

    @Mixin private final Sayings sayings = new Sayings();

    Add(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = listName(list);
      if (!MailingList.nameable(name)) {
        throw misnamed(list);
      }
      if (!settings().names("domains").contains(name.domain().text())) {
        throw UserAdd.foreign(name.domain(), settings());
      }
      MailingList fresh =
          sayings.of(MailingList.fresh(name, List.of(), ListOptions.usual(workplace.language())));
      for (ListPart part : ListPart.values()) {
        notTaken(fresh.at(part));
      }
      switch (lists().add(fresh)) {
        case DONE -> {
          noted(Deed.Kind.LIST_ADDED, name.text());
          ok(SAY.listAdded(name.text()));
          tell(SAY.listNext(name.text()));
        }
        case TAKEN, NO_LIST, NO_MEMBER ->
            throw new CommandFailedException(
                SAY.listThere(name.text()), SAY.listToSet(name.text()));
        case TOO_MANY ->
            throw new CommandFailedException(
                SAY.listTooMany(Lists.MOST_LISTS), SAY.listRemoveSome());
      }
      return Facteur.OK;
    }
  }

  @Command(name = "set")
  static final class Set extends Listing {
    @Parameters(paramLabel = "LIST@DOMAIN")
    private String list = "";

    @Mixin private final Sayings sayings = new Sayings();

    Set(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = listName(list);
      if (sayings.none()) {
        throw CommandFailedException.notUnderstood(SAY.listNothingToSet(), SAY.listSeeSettable());
      }
      Lists lists = lists();
      var _ = known(lists, name);
      if (lists.change(name, sayings::of) == Lists.Outcome.NO_LIST) {
        throw none(name);
      }
      noted(Deed.Kind.LIST_CHANGED, name.text());
      ok(SAY.listChanged(name.text()));
      return Facteur.OK;
    }
  }

  @Command(name = "remove")
  static final class Remove extends Listing {
    @Parameters(paramLabel = "LIST@DOMAIN")
    private String list = "";

    @Option(names = "--yes")
    private boolean yes;

    Remove(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = listName(list);
      Lists lists = lists();
      int members = known(lists, name).members().size();
      if (members > 0 && !yes) {
        throw new CommandFailedException(
            SAY.listHasMembers(name.text(), members), SAY.listRemoveYes(name.text()));
      }
      if (lists.remove(name) == Lists.Outcome.NO_LIST) {
        throw none(name);
      }
      noted(Deed.Kind.LIST_REMOVED, name.text());
      ok(SAY.listRemoved(name.text()));
      return Facteur.OK;
    }
  }

  @Command(name = "list")
  static final class ListThem extends Listing {
    @Option(names = "--json")
    private boolean json;

    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      Lists lists = lists();
      var table = Table.of(workplace, SAY.listColumns());
      for (ListContent each : lists.lists()) {
        MailingList list = each.list();
        if (json) {
          json(ListView.of(each));
        }
        table.add(
            list.address().text(),
            list.kind().word(),
            Integer.toString(each.members().size()),
            Long.toString(each.all().stream().filter(m -> !m.isActive()).count()),
            list.name());
      }
      if (lists.lists().isEmpty() && !json) {
        tell(SAY.listListNone());
      } else if (!json) {
        table.print(workplace);
      }
      List<Text> problems = lists.problems();
      problems.forEach(this::warn);
      return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
  }

  @Command(name = "show")
  static final class Show extends Listing {
    @Parameters(paramLabel = "LIST@DOMAIN")
    private String list = "";

    @Option(names = "--json")
    private boolean json;

    Show(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      Lists lists = lists();
      ListContent content = known(lists, listName(list));
      if (json) {
        json(ListView.of(content));
      } else {
        ListView.lines(content, lists.file(content.list().address())).forEach(this::tell);
      }
      return Facteur.OK;
    }
  }

  /// A list as commands show it.
  static final class ListView {
    private ListView() {}

    static Map<String, Object> of(ListContent content) {
      MailingList list = content.list();
      ListOptions options = list.options();
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("list", list.address().text());
      fields.put("name", list.name());
      options.description().ifPresent(text -> fields.put("description", text));
      fields.put("kind", list.kind().word());
      fields.put("members", content.members().size());
      fields.put("paused", content.all().stream().filter(m -> !m.isActive()).count());
      fields.put("owners", list.owners().stream().map(MailAddress::text).toList());
      fields.put("moderators", list.moderators().stream().map(MailAddress::text).toList());
      fields.put("posters", list.posters().stream().map(MailAddress::text).toList());
      options.subjectTag().ifPresent(text -> fields.put("subject_tag", text));
      options.footer().ifPresent(text -> fields.put("footer", text));
      fields.put("archive", options.archive().words());
      fields.put("size_limit", options.sizeLimit());
      fields.put("attachments", options.attachments() ? "keep" : "refuse");
      fields.put("language", options.language().code());
      return fields;
    }

    static List<Text> lines(ListContent content, Path file) {
      MailingList list = content.list();
      ListOptions options = list.options();
      var lines = new java.util.ArrayList<Text>();
      lines.add(SAY.listShowAddress(list.address().text()));
      lines.add(SAY.listShowName(list.name()));
      options.description().ifPresent(text -> lines.add(SAY.listShowDescription(text)));
      lines.add(SAY.listShowKind(list.kind().word(), kind(list.kind())));
      lines.add(
          SAY.listShowMembers(
              content.members().size(),
              (int) content.all().stream().filter(m -> !m.isActive()).count()));
      lines.add(SAY.listShowOwners(people(list.owners())));
      if (!list.moderators().isEmpty()) {
        lines.add(SAY.listShowModerators(people(list.moderators())));
      }
      if (!list.posters().isEmpty()) {
        lines.add(SAY.listShowPosters(people(list.posters())));
      }
      options.subjectTag().ifPresent(text -> lines.add(SAY.listShowTag(text)));
      options.footer().ifPresent(text -> lines.add(SAY.listShowFooter((int) text.lines().count())));
      lines.add(SAY.listShowArchive(archive(options.archive())));
      lines.add(SAY.listShowSize(QuotaText.of(options.sizeLimit())));
      lines.add(
          options.attachments() ? SAY.listShowAttachmentsKept() : SAY.listShowAttachmentsRefused());
      lines.add(SAY.listShowLanguage(options.language().ownName()));
      lines.add(SAY.listShowFile(file));
      return lines;
    }

    private static String people(List<MailAddress> people) {
      return people.isEmpty()
          ? "-"
          : String.join(", ", people.stream().map(MailAddress::text).toList());
    }

    static Text kind(ListKind kind) {
      return switch (kind) {
        case OPEN -> SAY.listKindOpen();
        case MODERATED -> SAY.listKindModerated();
        case MEMBERS -> SAY.listKindMembers();
        case MEMBERS_MODERATED -> SAY.listKindMembersModerated();
        case ANNOUNCEMENTS -> SAY.listKindAnnouncements();
      };
    }

    private static Text archive(Archive archive) {
      return switch (archive) {
        case Archive.None() -> SAY.listArchiveNone();
        case Archive.Maildir(var keep) ->
            keep.map(time -> SAY.listArchiveDays(time.toDays())).orElseGet(SAY::listArchiveEver);
      };
    }
  }
}
