package net.facteur.server.cli;

import static net.facteur.server.cli.RoleTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.host.HostSettings;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.roles.Role;
import net.facteur.server.roles.RoleChange;
import net.facteur.server.roles.RoleSettings;
import net.facteur.server.roles.RolesFile;
import net.facteur.server.roles.Term;
import net.facteur.server.routing.AddressTables;
import net.facteur.server.routing.RoutingSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `facteur role`: addresses that belong to a duty, and who holds them when.
@Command(name = "role")
final class RoleCommand {
  private RoleCommand() {}

  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new RoleCommand());
    group.addSubcommand(new SetHolder(workplace));
    group.addSubcommand(new Add(workplace));
    group.addSubcommand(new ListThem(workplace));
    group.addSubcommand(new Show(workplace));
    group.addSubcommand(new History(workplace));
    group.addSubcommand(new Remove(workplace));
    return group;
  }

  /// What these commands share: they change the file, and let a running server read it again.
  abstract static class OnRoles extends UserEditing {
    OnRoles(Workplace workplace) {
      super(workplace);
    }

    RolesFile roles() {
      Path file = AccountsSettings.file(settings());
      Optional<ClosedPlace> closed = ClosedPlace.before(file, false);
      if (closed.isPresent()) {
        throw new ClosedPlaceException(SAY.roleUnreadable(), closed.get());
      }
      return RolesFile.beside(file);
    }

    LocalDate today() {
      return LocalDate.ofInstant(workplace.clock().instant(), HostSettings.zone(settings()));
    }

    /// An address of a domain of ours that is nobody else's.
    UserName free(String address) throws IOException {
      UserName name = address(address);
      if (!settings().names("domains").contains(name.domain().text())) {
        throw UserAdd.foreign(name.domain(), settings());
      }
      if (new AddressTables(RoutingSettings.from(settings()).addresses())
          .names(name.localPart(), name.domain())) {
        throw new CommandFailedException(
            SAY.roleInSettings(name.text(), settings().file()), SAY.roleTakeOut());
      }
      if (addresses().read().entries().containsKey(name.text())) {
        throw new CommandFailedException(
            SAY.roleIsAlias(name.text()), SAY.roleRemoveAlias("facteur alias remove " + name));
      }
      if (file().read().find(name).isPresent()) {
        throw new CommandFailedException(SAY.roleIsUser(name.text()), SAY.roleOtherAddress());
      }
      notOfList(name);
      return name;
    }

    static UserName address(String text) {
      return UserName.parse(text)
          .orElseThrow(
              () ->
                  CommandFailedException.notUnderstood(
                      SAY.roleMisnamed(text),
                      UserTexts.SAY.userTypeWhole("president@example.org")));
    }

    static LocalDate date(String text) {
      try {
        return LocalDate.parse(text);
      } catch (DateTimeException _) {
        throw CommandFailedException.notUnderstood(SAY.roleNoDate(text), SAY.roleTypeDate());
      }
    }

    /// The first day on which it is over, of the last day.
    static Optional<LocalDate> end(@Nullable String until, LocalDate from) {
      Optional<LocalDate> end = Optional.ofNullable(until).map(OnRoles::date);
      if (end.filter(last -> last.isBefore(from)).isPresent()) {
        throw CommandFailedException.notUnderstood(
            SAY.roleEndsBefore(end.get(), from), SAY.roleTypeDate());
      }
      return end.map(last -> last.plusDays(1));
    }

    /// An address as a holder has it: in lower case where it is one of ours.
    String holder(String address) {
      String target = target(address);
      return UserName.parse(target)
          .filter(name -> settings().names("domains").contains(name.domain().text()))
          .map(UserName::text)
          .orElse(target);
    }

    /// Says so where the address is ours and nobody has it yet.
    void tellIfNobody(String holder) throws IOException {
      Optional<UserName> name =
          UserName.parse(holder)
              .filter(its -> settings().names("domains").contains(its.domain().text()));
      if (name.isPresent()
          && file().read().find(name.get()).isEmpty()
          && !addresses().read().entries().containsKey(name.get().text())) {
        tell(SAY.roleHolderUnknown(holder, "facteur user add " + holder));
      }
    }

    void apply(RoleChange change) throws IOException {
      RoleChange.Outcome outcome = roles().apply(change, today(), Optional.empty());
      UserName address = change.address();
      switch (outcome) {
        case DONE -> {}
        case UNKNOWN -> throw unknown(address);
        case OTHER_KIND ->
            throw new CommandFailedException(
                change instanceof RoleChange.HandOver
                    ? SAY.roleOfSeveral(address.text())
                    : SAY.roleOfOne(address.text()),
                SAY.roleSee("facteur role show " + address));
        case HELD ->
            throw new CommandFailedException(
                SAY.roleHeld(address.text()), SAY.roleSee("facteur role show " + address));
        case NO_HOLDER ->
            throw new CommandFailedException(
                SAY.roleNoHolder(address.text()), SAY.roleSee("facteur role show " + address));
        case NEEDS_NEXT ->
            throw new CommandFailedException(
                SAY.roleNeedsNext(address.text()),
                SAY.roleSetNext("facteur role set " + address + " --to NAME@DOMAIN"));
        case FULL ->
            throw new CommandFailedException(
                SAY.roleFull(address.text(), Role.MAX_TERMS), SAY.roleMakeAnother());
        case OVERTAKEN ->
            throw new CommandFailedException(
                UserTexts.SAY.userOvertaken(address.text()), UserTexts.SAY.userTypeAgain());
      }
      noted(Deed.Kind.ROLE_CHANGED, change.trail());
    }

    static CommandFailedException unknown(UserName address) {
      return new CommandFailedException(
          SAY.roleNone(address.text()), SAY.roleSee("facteur role list"));
    }

    void print(Map<String, Object> line) {
      workplace.out().println(new JsonMapper().writeValueAsString(line));
    }

    int problems(RolesFile.Content content) {
      List<Text> problems = content.problems(roles().path());
      problems.forEach(this::warn);
      return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
  }

  @Command(name = "set")
  static final class SetHolder extends OnRoles {
    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    @Option(names = "--to", required = true, paramLabel = "NAME@DOMAIN")
    private String to = "";

    @Option(names = "--from", paramLabel = "DATE")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "DATE")
    private @Nullable String until;

    @Option(names = "--overlap", paramLabel = "DAYS")
    private @Nullable String overlap;

    SetHolder(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = free(address);
      String holder = holder(to);
      LocalDate first = from == null ? today() : date(from);
      var term = new Term(holder, first, end(until, first), days());
      apply(new RoleChange.HandOver(name, term));
      ok(
          first.isAfter(today())
              ? SAY.roleWillBe(name.text(), holder, first)
              : SAY.roleIs(name.text(), holder, first));
      roles()
          .read()
          .find(name)
          .flatMap(role -> role.spells().stream().filter(s -> s.term().equals(term)).findFirst())
          .ifPresent(this::copies);
      tellIfNobody(holder);
      return Facteur.OK;
    }

    private void copies(Role.Spell spell) {
      spell
          .copiesEnd()
          .ifPresent(end -> tell(SAY.roleCopies(spell.before().orElse(""), end.minusDays(1))));
    }

    private int days() {
      if (overlap == null) {
        return RoleSettings.from(settings()).overlap();
      }
      if (!overlap.matches("[0-9]{1,3}d") || Integer.parseInt(number(overlap)) > Term.MAX_OVERLAP) {
        throw CommandFailedException.notUnderstood(
            SAY.roleNoOverlap(overlap, Term.MAX_OVERLAP), SAY.roleTypeOverlap());
      }
      return Integer.parseInt(number(overlap));
    }

    private static String number(String days) {
      return days.substring(0, days.length() - 1);
    }
  }

  @Command(name = "add")
  static final class Add extends OnRoles {
    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    @Option(names = "--to", required = true, split = ",", paramLabel = "NAME@DOMAIN")
    private List<String> to = List.of();

    @Option(names = "--from", paramLabel = "DATE")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "DATE")
    private @Nullable String until;

    Add(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = free(address);
      LocalDate first = from == null ? today() : date(from);
      Optional<LocalDate> end = end(until, first);
      List<String> holders = to.stream().map(this::holder).distinct().toList();
      apply(
          new RoleChange.Join(
              name, holders.stream().map(holder -> new Term(holder, first, end, 0)).toList()));
      ok(SAY.roleJoined(name.text(), String.join(", ", holders), first));
      for (String holder : holders) {
        tellIfNobody(holder);
      }
      return Facteur.OK;
    }
  }

  @Command(name = "remove")
  static final class Remove extends OnRoles {
    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    @Option(names = "--holder", paramLabel = "NAME@DOMAIN")
    private @Nullable String holder;

    @Option(names = "--until", paramLabel = "DATE")
    private @Nullable String until;

    Remove(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = address(address);
      if (holder == null) {
        if (until != null) {
          throw CommandFailedException.notUnderstood(
              SAY.roleUntilAlone(),
              SAY.roleSee(
                  "facteur role remove " + name + " --holder NAME@DOMAIN --until " + until));
        }
        apply(new RoleChange.Remove(name));
        ok(SAY.roleRemoved(name.text()));
        tell(SAY.roleNowRefused(name.text(), "facteur role history " + name));
        return Facteur.OK;
      }
      String who = holder(holder);
      LocalDate end = until == null ? today() : end(until, today()).orElse(today());
      apply(new RoleChange.Leave(name, who, end));
      ok(
          until == null
              ? SAY.roleLeft(name.text(), who)
              : SAY.roleLeaves(name.text(), who, end.minusDays(1)));
      return Facteur.OK;
    }
  }

  @Command(name = "list")
  static final class ListThem extends OnRoles {
    @Option(names = "--json")
    private boolean json;

    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      RolesFile.Content content = roles().read();
      LocalDate today = today();
      var table = Table.of(workplace, SAY.roleColumns());
      List<Role> present =
          content.present().stream().sorted(Comparator.comparing(Role::address)).toList();
      for (Role role : present) {
        if (json) {
          print(RoleWords.fields(role, today));
        } else {
          table.add(
              role.address().text(),
              shown(role.holders(today)),
              shown(
                  role.coming(today).stream()
                      .map(spell -> spell.term().from() + " " + spell.term().holder())
                      .toList()),
              shown(role.copied(today)));
        }
      }
      if (present.isEmpty() && !json) {
        tell(SAY.roleListNone());
      } else if (!json) {
        table.print(workplace);
      }
      return problems(content);
    }

    private static String shown(List<String> texts) {
      return texts.isEmpty() ? "-" : String.join(", ", texts);
    }
  }

  @Command(name = "show")
  static final class Show extends OnRoles {
    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    @Option(names = "--json")
    private boolean json;

    Show(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = address(address);
      RolesFile.Content content = roles().read();
      Role role = content.find(name).orElseThrow(() -> unknown(name));
      LocalDate today = today();
      if (json) {
        print(RoleWords.fields(role, today));
        return problems(content);
      }
      workplace.out().println(workplace.bold(name.text()));
      RoleWords.lines(role, today).forEach(line -> tell(Text.indented(line)));
      return problems(content);
    }
  }

  @Command(name = "history")
  static final class History extends OnRoles {
    @Parameters(paramLabel = "ADDRESS", arity = "0..1")
    private @Nullable String address;

    @Option(names = "--json")
    private boolean json;

    History(Workplace workplace) {
      super(workplace);
    }

    /// A term with whose it is.
    private record Row(Role role, Role.Spell spell) {}

    @Override
    public Integer call() throws IOException {
      RolesFile.Content content = roles().read();
      Optional<UserName> name = Optional.ofNullable(address).map(OnRoles::address);
      if (name.filter(its -> !content.roles().containsKey(its)).isPresent()) {
        throw unknown(name.get());
      }
      List<Row> rows =
          content.roles().values().stream()
              .filter(role -> name.map(role.address()::equals).orElse(true))
              .flatMap(role -> role.spells().stream().map(spell -> new Row(role, spell)))
              .sorted(
                  Comparator.comparing((Row row) -> row.role().address())
                      .thenComparing(row -> row.spell().term().from()))
              .toList();
      var table = Table.of(workplace, SAY.roleHistoryColumns());
      for (Row row : rows) {
        Role.Spell spell = row.spell();
        if (json) {
          Map<String, Object> line = new LinkedHashMap<>();
          line.put("role", row.role().address().text());
          line.putAll(RoleWords.fields(spell));
          print(line);
        } else {
          table.add(
              row.role().address().text(),
              spell.term().holder(),
              spell.term().from().toString(),
              spell.last().map(LocalDate::toString).orElse("-"));
        }
      }
      if (!json) {
        if (rows.isEmpty()) {
          tell(SAY.roleListNone());
        } else {
          table.print(workplace);
        }
      }
      return problems(content);
    }
  }
}
