package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.config.Settings;
import net.facteur.server.feedback.FeedbackWish;
import net.facteur.server.language.Text;
import net.facteur.server.routing.AddressTables;
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

    /// An address of a domain of ours.
    UserName ours(String address) {
      UserName name =
          UserName.parse(address)
              .orElseThrow(
                  () ->
                      CommandFailedException.notUnderstood(
                          SAY.aliasMisnamed(address), SAY.userTypeWhole("info@example.org")));
      if (!settings().names("domains").contains(name.domain().text())) {
        throw UserAdd.foreign(name, settings());
      }
      return name;
    }

    void put(AddressEntry entry, boolean named) throws IOException {
      if (named) {
        throw new CommandFailedException(
            SAY.aliasInSettings(entry.key(), settings().file()), SAY.aliasChangeThere());
      }
      switch (apply(new AddressChange.Put(entry, replace))) {
        case DONE, UNKNOWN -> ok(Text.of(entry.line()));
        case TAKEN ->
            throw new CommandFailedException(SAY.aliasThere(entry.key()), SAY.aliasReplace());
      }
    }

    boolean named(UserName name) {
      return tables(settings()).names(name.localPart(), name.domain());
    }

    static AddressTables tables(Settings settings) {
      return new AddressTables(RoutingSettings.from(settings).addresses());
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
      if (address.startsWith("@")) {
        domain();
        return Facteur.OK;
      }
      UserName name = ours(address);
      Optional<Instant> end = end(duration);
      AddressEntry entry =
          refuse
              ? new AddressEntry.Refused(name)
              : discard
                  ? new AddressEntry.Discarded(name)
                  : new AddressEntry.Alias(
                      name, targets.stream().map(UserEditing::target).toList(), end);
      put(entry, named(name));
      return Facteur.OK;
    }

    private void domain() throws IOException {
      if (targets.size() != 1 || !targets.getFirst().startsWith("@") || duration != null) {
        throw CommandFailedException.notUnderstood(SAY.aliasOneDomain(), SAY.aliasTypeDomains());
      }
      DomainName from = ours("postmaster" + address).domain();
      DomainName to = ours("postmaster" + targets.getFirst()).domain();
      if (from.equals(to)) {
        throw CommandFailedException.notUnderstood(
            SAY.aliasItself(from.text()), SAY.aliasOtherDomain());
      }
      put(new AddressEntry.Domain(from, to), tables(settings()).aliasOf(from).isPresent());
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
      UserName name = ours(address);
      known(name);
      var away =
          targets.stream()
              .map(UserEditing::target)
              .filter(to -> !to.equalsIgnoreCase(name.text()))
              .toList();
      if (away.isEmpty()) {
        throw CommandFailedException.notUnderstood(
            SAY.forwardThere(name.text()), SAY.forwardOther());
      }
      boolean copy = keep || away.size() < targets.size();
      put(new AddressEntry.Forward(name, away, copy, end(duration)), named(name));
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
      List<Row> rows = new ArrayList<>();
      RoutingSettings routing = RoutingSettings.from(settings());
      if (forwards) {
        routing
            .forwards()
            .forEach(
                (key, to) -> rows.add(new Row(key, "forward", to.to(), to.keep(), "", "settings")));
      } else {
        routing
            .aliases()
            .forEach((key, to) -> rows.add(new Row(key, "alias", to, false, "", "settings")));
        routing
            .special()
            .refused()
            .forEach(key -> rows.add(new Row(key, "refused", List.of(), false, "", "settings")));
        routing
            .special()
            .discarded()
            .forEach(key -> rows.add(new Row(key, "discarded", List.of(), false, "", "settings")));
        routing
            .special()
            .domains()
            .forEach(
                (from, to) ->
                    rows.add(
                        new Row("@" + from, "domain", List.of("@" + to), false, "", "settings")));
      }
      AddressesFile.Content content = addresses().read();
      for (AddressEntry entry : content.entries().values()) {
        row(entry).filter(row -> forwards == row.kind().equals("forward")).ifPresent(rows::add);
      }
      rows.sort(java.util.Comparator.comparing(Row::address));
      show(rows);
      List<Text> problems = content.problems(addresses().path());
      problems.forEach(this::warn);
      return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }

    private record Row(
        String address, String kind, List<String> to, boolean keep, String until, String where) {}

    private static Optional<Row> row(AddressEntry entry) {
      String key = entry.key();
      String until = entry.until().map(Instant::toString).orElse("");
      return Optional.of(
          switch (entry) {
            case AddressEntry.Alias(var _, List<String> to, var _) ->
                new Row(key, "alias", to, false, until, "store");
            case AddressEntry.Forward(var _, List<String> to, boolean keep, var _) ->
                new Row(key, "forward", to, keep, until, "store");
            case AddressEntry.Refused _ ->
                new Row(key, "refused", List.of(), false, until, "store");
            case AddressEntry.Discarded _ ->
                new Row(key, "discarded", List.of(), false, until, "store");
            case AddressEntry.Domain(var _, DomainName of) ->
                new Row(key, "domain", List.of("@" + of), false, until, "store");
          });
    }

    private static Text what(String kind) {
      return switch (kind) {
        case "forward" -> SAY.aliasWhatForward();
        case "refused" -> SAY.aliasWhatRefused();
        case "discarded" -> SAY.aliasWhatDiscarded();
        case "domain" -> SAY.aliasWhatDomain();
        default -> SAY.aliasWhatAlias();
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

    private void show(List<Row> rows) {
      Map<String, JsonNode> states = states();
      var table = Table.of(workplace, SAY.aliasColumns());
      for (Row row : rows) {
        if (json) {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("address", row.address());
          fields.put("kind", row.kind());
          fields.put("to", row.to());
          if (row.kind().equals("forward")) {
            fields.put("keep", row.keep());
          }
          if (!row.until().isEmpty()) {
            fields.put("until", row.until());
          }
          fields.put("stands_in", row.where());
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
            row.until().isEmpty() ? "-" : row.until(),
            row.where().equals("settings")
                ? settings().file().toString()
                : addresses().path().toString());
      }
      if (rows.isEmpty() && !json) {
        tell(forwards ? SAY.forwardListNone() : SAY.aliasListNone());
      } else if (!json) {
        table.print(workplace);
        trouble(rows, states);
      }
    }

    private static List<JsonNode> known(Map<String, JsonNode> states, Row row) {
      return row.to().stream()
          .map(to -> states.get(Ascii.lower(to)))
          .filter(Objects::nonNull)
          .toList();
    }

    /// Below the table, since what a server answered may be long: those where nothing arrives, and
    /// for forwards, those where it does.
    private void trouble(List<Row> rows, Map<String, JsonNode> states) {
      for (Row row : rows) {
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
