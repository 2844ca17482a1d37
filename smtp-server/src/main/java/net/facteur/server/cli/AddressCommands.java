package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressKind;
import net.facteur.server.addresses.AddressRow;
import net.facteur.server.addresses.AddressRules;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.feedback.FeedbackWish;
import net.facteur.server.language.Text;
import net.facteur.server.roles.Role;
import net.facteur.server.roles.RolesFile;
import net.facteur.server.routing.RoutingSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `facteur alias` and `facteur forward`: the addresses that commands keep, in a file beside the
/// users file.
final class AddressCommands {
  private AddressCommands() {}

  @Command(name = "alias")
  static final class Aliases {
    private Aliases() {}
  }

  @Command(name = "forward")
  static final class Forwards {
    private Forwards() {}
  }

  static CommandLine aliases(Workplace workplace) {
    var group = new CommandLine(new Aliases());
    group.addSubcommand(new AddAlias(workplace));
    group.addSubcommand(new Remove(workplace));
    group.addSubcommand(new ListThem(workplace, false));
    return group;
  }

  static CommandLine forwards(Workplace workplace) {
    var group = new CommandLine(new Forwards());
    group.addSubcommand(new AddForward(workplace));
    group.addSubcommand(new Remove(workplace));
    group.addSubcommand(new ListThem(workplace, true));
    group.addSubcommand(new Retry(workplace));
    return group;
  }

  /// What puts an entry there.
  abstract static class Putting extends UserEditing {
    @Option(names = "--replace")
    private boolean replace;

    Putting(Workplace workplace) {
      super(workplace);
    }

    void put(AddressRules.Wish wish) throws IOException {
      AddressEntry entry =
          switch (AddressRules.of(settings(), _ -> true).read(wish)) {
            case AddressRules.Read.Good(AddressEntry its) -> its;
            case AddressRules.Read.Wrong(AddressRules.Fault fault, String what) ->
                throw refused(fault, what);
          };
      Optional<UserName> address = UserName.parse(entry.key());
      address.ifPresent(this::notOfList);
      Optional<UserName> role =
          address.filter(
              RolesFile.beside(AccountsSettings.file(settings())).read().present().stream()
                      .map(Role::address)
                      .toList()
                  ::contains);
      if (role.isPresent()) {
        throw new CommandFailedException(
            RoleTexts.SAY.roleThere(entry.key()),
            RoleTexts.SAY.roleRemoveFirst("facteur role remove " + entry.key()));
      }
      switch (apply(new AddressChange.Put(entry, replace))) {
        case DONE, UNKNOWN -> ok(Text.of(entry.line()));
        case TAKEN ->
            throw new CommandFailedException(SAY.aliasThere(entry.key()), SAY.aliasReplace());
      }
    }

    private CommandFailedException refused(AddressRules.Fault fault, String what) {
      return switch (fault) {
        case MISNAMED ->
            CommandFailedException.notUnderstood(
                SAY.aliasMisnamed(what), SAY.userTypeWhole("info@example.org"));
        case FOREIGN -> UserAdd.foreign(DomainName.of(what), settings());
        case IN_SETTINGS ->
            new CommandFailedException(
                SAY.aliasInSettings(what, settings().file()), SAY.aliasChangeThere());
        case NO_USER -> unknown(name(what));
        case NO_TARGET ->
            CommandFailedException.notUnderstood(SAY.aliasOneOf(), SAY.aliasTypeOne());
        case WRONG_TARGET ->
            CommandFailedException.notUnderstood(
                SAY.userNoTarget(what), SAY.userTypeWhole("alice@example.org"));
        case TOO_MANY ->
            CommandFailedException.notUnderstood(
                SAY.aliasTooMany(AddressEntry.MAX_TARGETS), SAY.aliasTypeOne());
        case ITSELF ->
            what.contains("@")
                ? CommandFailedException.notUnderstood(SAY.forwardThere(what), SAY.forwardOther())
                : CommandFailedException.notUnderstood(
                    SAY.aliasItself(what), SAY.aliasOtherDomain());
        case ONE_DOMAIN ->
            CommandFailedException.notUnderstood(SAY.aliasOneDomain(), SAY.aliasTypeDomains());
      };
    }
  }

  @Command(name = "add")
  static final class AddAlias extends Putting {
    @Parameters(index = "0", paramLabel = "ADDRESS|@DOMAIN")
    private String address = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "TARGET")
    private List<String> targets = List.of();

    @Option(names = "--refuse")
    private boolean refuse;

    @Option(names = "--discard")
    private boolean discard;

    @Option(names = "--for", paramLabel = "DAYS")
    private @Nullable String duration;

    AddAlias(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      int wishes = (refuse ? 1 : 0) + (discard ? 1 : 0) + (targets.isEmpty() ? 0 : 1);
      if (wishes != 1 || ((refuse || discard) && duration != null)) {
        throw CommandFailedException.notUnderstood(SAY.aliasOneOf(), SAY.aliasTypeOne());
      }
      AddressKind kind =
          address.startsWith("@")
              ? AddressKind.DOMAIN
              : refuse ? AddressKind.REFUSED : discard ? AddressKind.DISCARDED : AddressKind.ALIAS;
      put(new AddressRules.Wish(kind, address, targets, false, end(duration)));
      return Facteur.OK;
    }
  }

  @Command(name = "add")
  static final class AddForward extends Putting {
    @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
    private String address = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "TARGET")
    private List<String> targets = List.of();

    @Option(names = "--keep")
    private boolean keep;

    @Option(names = "--for", paramLabel = "DAYS")
    private @Nullable String duration;

    AddForward(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(address);
      var wish =
          new AddressRules.Wish(AddressKind.FORWARD, name.text(), targets, keep, end(duration));
      if (settings().names("domains").contains(name.domain().text())) {
        known(name);
      }
      put(wish);
      return Facteur.OK;
    }
  }

  @Command(name = "remove")
  static final class Remove extends UserEditing {
    @Parameters(paramLabel = "ADDRESS|@DOMAIN")
    private String address = "";

    Remove(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      String key =
          address.startsWith("@")
              ? "@" + name("postmaster" + address).domain().text()
              : name(address).text();
      switch (apply(new AddressChange.Remove(key))) {
        case DONE, TAKEN -> ok(SAY.aliasRemoved(key));
        case UNKNOWN ->
            throw new CommandFailedException(SAY.aliasNone(key), SAY.aliasSee(settings().file()));
      }
      return Facteur.OK;
    }
  }

  @Command(name = "retry")
  static final class Retry extends UserEditing {
    @Parameters(paramLabel = "ADDRESS")
    private String address = "";

    Retry(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      if (!FeedbackWish.isAddress(address) || address.startsWith("@")) {
        throw CommandFailedException.notUnderstood(
            SAY.deadMisnamed(address), SAY.userTypeWhole("alice@example.org"));
      }
      int count =
          DeadAddressCommand.count(
              FeedbackReading.of(this).ask(new FeedbackWish(FeedbackWish.Verb.RETRY, address)));
      if (count == 0) {
        throw new CommandFailedException(SAY.forwardRetryNone(address), SAY.forwardRetrySee());
      }
      ok(SAY.forwardRetried(count));
      return Facteur.OK;
    }
  }

  @Command(name = "list")
  static final class ListThem extends UserEditing {
    private final boolean forwards;

    @Option(names = "--json")
    private boolean json;

    ListThem(Workplace workplace, boolean forwards) {
      super(workplace);
      this.forwards = forwards;
    }

    @Override
    public Integer call() throws IOException {
      AddressesFile.Content content = addresses().read();
      List<AddressRow> rows =
          AddressRow.all(RoutingSettings.from(settings()), content).stream()
              .filter(row -> forwards == (row.kind() == AddressKind.FORWARD))
              .toList();
      show(rows);
      List<Text> problems = content.problems(addresses().path());
      problems.forEach(this::warn);
      return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }

    private static Text what(AddressKind kind) {
      return switch (kind) {
        case FORWARD -> SAY.aliasWhatForward();
        case REFUSED -> SAY.aliasWhatRefused();
        case DISCARDED -> SAY.aliasWhatDiscarded();
        case DOMAIN -> SAY.aliasWhatDomain();
        case ALIAS -> SAY.aliasWhatAlias();
      };
    }

    /// How each target does that something is known of.
    private Map<String, JsonNode> states() {
      Map<String, JsonNode> states = new LinkedHashMap<>();
      FeedbackReading.of(this)
          .forwards()
          .forEach(line -> states.put(line.path("target").asString(""), line));
      return states;
    }

    private void show(List<AddressRow> rows) {
      Map<String, JsonNode> states = states();
      var table = Table.of(workplace, SAY.aliasColumns());
      for (AddressRow row : rows) {
        if (json) {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("address", row.address());
          fields.put("kind", row.kind().word());
          fields.put("to", row.to());
          if (row.kind() == AddressKind.FORWARD) {
            fields.put("keep", row.keep());
          }
          row.until().ifPresent(end -> fields.put("until", end.toString()));
          fields.put("stands_in", row.stored() ? "store" : "settings");
          if (row.overruled()) {
            fields.put("overruled", true);
          }
          List<JsonNode> known = known(states, row);
          if (!known.isEmpty()) {
            fields.put("arrival", known);
          }
          workplace.out().println(new JsonMapper().writeValueAsString(fields));
        }
        table.add(
            row.address(),
            workplace.say(
                row.keep() ? SAY.aliasWhatCopy(workplace.say(what(row.kind()))) : what(row.kind())),
            row.to().isEmpty() ? "-" : String.join(", ", row.to()),
            row.until().map(Instant::toString).orElse("-"),
            row.stored() ? addresses().path().toString() : settings().file().toString());
      }
      if (rows.isEmpty() && !json) {
        tell(forwards ? SAY.forwardListNone() : SAY.aliasListNone());
      } else if (!json) {
        table.print(workplace);
        trouble(rows, states);
        rows.stream()
            .filter(AddressRow::overruled)
            .forEach(row -> tell(SAY.aliasOverruled(row.address(), settings().file())));
      }
    }

    private static List<JsonNode> known(Map<String, JsonNode> states, AddressRow row) {
      return row.to().stream()
          .map(to -> states.get(Ascii.lower(to)))
          .filter(Objects::nonNull)
          .toList();
    }

    /// Below the table, since what a server answered may be long: those where nothing arrives, and
    /// for forwards, those where it does.
    private void trouble(List<AddressRow> rows, Map<String, JsonNode> states) {
      for (AddressRow row : rows) {
        for (JsonNode line : known(states, row)) {
          if (forwards || !line.path("state").asString("").equals("arrives")) {
            tell(
                SAY.forwardState(
                    row.address(),
                    ControlledCommand.shown(line.path("target")),
                    FeedbackReading.state(line)));
          }
        }
      }
    }
  }
}
