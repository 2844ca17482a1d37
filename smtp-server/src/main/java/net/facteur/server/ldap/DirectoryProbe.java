package net.facteur.server.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import net.facteur.server.accounts.AccountSource.Verdict;
import net.facteur.server.accounts.QuotaText;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;

/// Asks the directory as the server would, and tells each step. Methods block.
public final class DirectoryProbe {
  private static final LdapTexts SAY = LdapTexts.SAY;

  /// Users of the users file that are looked for in the directory.
  private static final int MAX_COMPARED = 1000;

  private final LdapSettings settings;
  private final LongSupplier nanoTime;

  /// @param nanoTime such as `System::nanoTime`
  public DirectoryProbe(LdapSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /// One step.
  public sealed interface Step {
    /// A server was asked whether it is there.
    ///
    /// @param trouble empty where it answers
    record Server(String url, Optional<Trouble> trouble) implements Step {}

    /// A search, and what it found.
    ///
    /// @param references to other servers, which nobody follows
    record Search(String base, String filter, List<Entry> entries, List<String> references)
        implements Step {
      public Search {
        entries = List.copyOf(entries);
        references = List.copyOf(references);
      }
    }

    /// Nobody answered a search.
    record Failed(List<Trouble> troubles) implements Step {
      public Failed {
        troubles = List.copyOf(troubles);
      }
    }
  }

  /// An entry that was found, with what is read of it.
  public record Entry(String dn, Map<String, List<String>> values) {
    public Entry {
      values = Map.copyOf(values);
    }
  }

  /// An account of the directory.
  ///
  /// @param dn of its entry, as the directory wrote it
  /// @param forwards where its mail goes in place of the mailbox
  public record Account(User user, String dn, List<String> forwards) {
    public Account {
      forwards = List.copyOf(forwards);
    }
  }

  /// What was found.
  ///
  /// @param name as asked
  /// @param answer empty where nobody can say
  /// @param password what became of the password; empty where none was tried
  public record Report(
      String name, List<Step> steps, Optional<DirectoryAnswer> answer, Optional<Verdict> password) {
    public Report {
      steps = List.copyOf(steps);
    }

    /// The account that the name means; empty where it means none, or nobody can say.
    public Optional<Account> account() {
      return answer.flatMap(
          found ->
              found instanceof DirectoryAnswer.Person person
                  ? Optional.of(new Account(person.user(), person.dn(), person.forwards()))
                  : Optional.empty());
    }

    /// True where a server of the directory said who has the name, or that nobody has it.
    public boolean answered() {
      return answer.filter(found -> !(found instanceof DirectoryAnswer.Unclear)).isPresent();
    }

    /// True where the name is somebody, and the password right if one was tried.
    public boolean well() {
      boolean somebody =
          answer
              .filter(
                  a -> a instanceof DirectoryAnswer.Person || a instanceof DirectoryAnswer.Group)
              .isPresent();
      return somebody && password.filter(verdict -> verdict != Verdict.RIGHT).isEmpty();
    }

    /// For people.
    public List<Text> lines() {
      var lines = new ArrayList<Text>();
      steps.forEach(step -> tell(step, lines));
      lines.add(conclusion());
      password.ifPresent(
          verdict ->
              lines.add(
                  switch (verdict) {
                    case RIGHT -> SAY.passwordRight();
                    case WRONG -> SAY.passwordWrong();
                    case UNAVAILABLE -> SAY.passwordUnknown();
                  }));
      return lines;
    }

    private Text conclusion() {
      String shown = StrangerText.of(name).onTerminal();
      if (answer.isEmpty()) {
        return SAY.unanswered(shown);
      }
      return switch (answer.get()) {
        case DirectoryAnswer.Person person -> ofPerson(shown, person);
        case DirectoryAnswer.Group(String dn, var _, List<String> members) ->
            SAY.isGroup(shown, shown(dn), String.join(", ", members));
        case DirectoryAnswer.Nobody _ -> SAY.isNobody(shown);
        case DirectoryAnswer.Unclear(String why) -> SAY.isUnclear(shown, why);
      };
    }

    private static Text ofPerson(String name, DirectoryAnswer.Person person) {
      User user = person.user();
      var lines = new ArrayList<Text>();
      lines.add(SAY.isAccount(name, user.name().text()));
      if (!user.sendAs().isEmpty()) {
        lines.add(SAY.further(String.join(", ", user.sendAs())));
      }
      if (!person.forwards().isEmpty()) {
        lines.add(SAY.forwards(String.join(", ", person.forwards())));
      }
      user.quota().ifPresent(octets -> lines.add(SAY.quota(QuotaText.of(octets))));
      if (user.locked()) {
        lines.add(SAY.locked());
      }
      return Text.lines(lines);
    }

    private static void tell(Step step, List<Text> lines) {
      switch (step) {
        case Step.Server(String url, Optional<Trouble> trouble) ->
            lines.add(trouble.map(Trouble::sentence).orElseGet(() -> SAY.answers(url)));
        case Step.Search(String base, String filter, List<Entry> entries, var references) -> {
          lines.add(SAY.search(shown(base), shown(filter)));
          if (entries.isEmpty()) {
            lines.add(SAY.nothing());
          }
          entries.forEach(entry -> tell(entry, lines));
          references.forEach(to -> lines.add(SAY.reference(shown(to))));
        }
        case Step.Failed(List<Trouble> troubles) -> {
          // Each server was looked at before, and may have failed of the same.
          List<String> said = lines.stream().map(line -> line.in(Language.ENGLISH)).toList();
          troubles.stream()
              .map(Trouble::sentence)
              .filter(sentence -> !said.contains(sentence.in(Language.ENGLISH)))
              .forEach(lines::add);
          if (troubles.isEmpty()) {
            lines.add(SAY.resting());
          }
        }
      }
    }

    private static void tell(Entry entry, List<Text> lines) {
      lines.add(Text.of("    " + shown(entry.dn())));
      entry.values().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(
              value ->
                  value
                      .getValue()
                      .forEach(
                          one ->
                              lines.add(Text.of("      " + value.getKey() + ": " + shown(one)))));
    }

    private static String shown(String text) {
      return StrangerText.of(text).onTerminal();
    }

    /// For JSON.
    public Map<String, Object> fields() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("name", name);
      all.put("steps", steps.stream().map(Report::fields).toList());
      all.put("answer", answer.map(Report::word).orElse("unavailable"));
      switch (answer.orElseGet(DirectoryAnswer.Nobody::new)) {
        case DirectoryAnswer.Person(User user, String dn, var _, List<String> forwards) -> {
          all.put("dn", dn);
          all.put("user", user.name().text());
          all.put("addresses", user.sendAs());
          all.put("forwards", forwards);
          user.quota().ifPresent(octets -> all.put("quota", octets));
          all.put("locked", user.locked());
        }
        case DirectoryAnswer.Group(String dn, var _, List<String> members) -> {
          all.put("dn", dn);
          all.put("members", members);
        }
        case DirectoryAnswer.Unclear(String why) -> all.put("why", why);
        case DirectoryAnswer.Nobody _ -> {}
      }
      password.ifPresent(
          verdict ->
              all.put(
                  "password",
                  switch (verdict) {
                    case RIGHT -> "right";
                    case WRONG -> "wrong";
                    case UNAVAILABLE -> "unavailable";
                  }));
      return all;
    }

    private static String word(DirectoryAnswer answer) {
      return switch (answer) {
        case DirectoryAnswer.Person _ -> "account";
        case DirectoryAnswer.Group _ -> "group";
        case DirectoryAnswer.Nobody _ -> "nobody";
        case DirectoryAnswer.Unclear _ -> "unclear";
      };
    }

    private static Map<String, Object> fields(Step step) {
      Map<String, Object> fields = new LinkedHashMap<>();
      switch (step) {
        case Step.Server(String url, Optional<Trouble> trouble) -> {
          fields.put("server", url);
          fields.put("answers", trouble.isEmpty());
          trouble.ifPresent(t -> fields.put("problem", problem(t)));
        }
        case Step.Search(String base, String filter, List<Entry> entries, var references) -> {
          fields.put("base", base);
          fields.put("filter", filter);
          fields.put(
              "entries",
              entries.stream()
                  .map(entry -> Map.of("dn", entry.dn(), "values", entry.values()))
                  .toList());
          fields.put("references", references);
        }
        case Step.Failed(List<Trouble> troubles) ->
            fields.put("problems", troubles.stream().map(Report::problem).toList());
      }
      return fields;
    }

    private static Map<String, String> problem(Trouble trouble) {
      return Map.of(
          "kind",
          trouble.kind().name().toLowerCase(Locale.ROOT),
          "server",
          trouble.server(),
          "detail",
          trouble.detail());
    }
  }

  /// Asks each server whether it is there, and the first that is, who has a name.
  ///
  /// @param name an address or a login
  /// @param password to be tried, UTF-8 octets; empty to try none
  /// @throws IOException where the server's own password or the authorities cannot be read
  public Report ask(String name, Optional<byte[]> password) throws IOException {
    var steps = new ArrayList<Step>();
    try (var servers = new DirectoryServers(settings.access(), nanoTime)) {
      for (ServerUrl url : settings.access().servers()) {
        steps.add(new Step.Server(url.text(), servers.look(url)));
      }
      var search =
          new DirectorySearch(
              settings,
              servers,
              (base, filter, entries, references) ->
                  steps.add(
                      new Step.Search(
                          base,
                          filter.toString(),
                          entries.stream().map(DirectoryProbe::entry).toList(),
                          references)));
      Optional<DirectoryAnswer> answer;
      try {
        answer = Optional.of(answer(search, name));
      } catch (UnavailableException e) {
        steps.add(new Step.Failed(e.troubles()));
        answer = Optional.empty();
      }
      Optional<Verdict> verdict =
          answer.isPresent() && answer.get() instanceof DirectoryAnswer.Person person
              ? password.map(octets -> servers.bind(person.dn(), octets))
              : Optional.empty();
      return new Report(name, steps, answer, verdict);
    }
  }

  private DirectoryAnswer answer(DirectorySearch search, String name) throws UnavailableException {
    Optional<UserName> address =
        UserName.parse(name).filter(a -> settings.domains().contains(a.domain()));
    if (address.isPresent()) {
      DirectoryAnswer answer =
          search
              .addresses(List.of(address.get()))
              .getOrDefault(address.get(), new DirectoryAnswer.Nobody());
      if (!(answer instanceof DirectoryAnswer.Nobody)) {
        return answer;
      }
    }
    return search.login(LdapDirectory.key(name));
  }

  private static Entry entry(SearchResultEntry found) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Attribute attribute : found.getAttributes()) {
      values.put(attribute.getName(), List.of(attribute.getValues()));
    }
    return new Entry(found.getDN(), values);
  }

  /// What was found of the directory as a whole.
  ///
  /// @param both users of the users file that the directory has, too
  public record Look(List<Step.Server> servers, List<UserName> both) {
    public Look {
      servers = List.copyOf(servers);
      both = List.copyOf(both);
    }
  }

  /// Asks each server whether it is there, and whether the directory has users of the users file.
  ///
  /// @param users of whom at most 1,000 are looked for
  /// @throws IOException where the server's own password or the authorities cannot be read
  public Look look(Collection<UserName> users) throws IOException {
    try (var servers = new DirectoryServers(settings.access(), nanoTime)) {
      var found = new ArrayList<Step.Server>();
      for (ServerUrl url : settings.access().servers()) {
        found.add(new Step.Server(url.text(), servers.look(url)));
      }
      boolean silent = found.stream().allMatch(server -> server.trouble().isPresent());
      return new Look(found, silent ? List.of() : both(servers, users));
    }
  }

  private List<UserName> both(DirectoryServers servers, Collection<UserName> users) {
    var search = new DirectorySearch(settings, servers, DirectorySearch.Watcher.NOBODY);
    List<UserName> asked = users.stream().sorted().limit(MAX_COMPARED).toList();
    try {
      Map<UserName, DirectoryAnswer> answers = search.addresses(asked);
      return asked.stream()
          .filter(name -> answers.get(name) instanceof DirectoryAnswer.Person)
          .toList();
    } catch (UnavailableException _) {
      return List.of(); // told of the servers themselves
    }
  }
}
