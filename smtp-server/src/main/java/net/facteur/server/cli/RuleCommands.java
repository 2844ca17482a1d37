package net.facteur.server.cli;

import static net.facteur.server.cli.RulesTexts.SAY;

import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.filter.rules.RulesFile;
import net.facteur.server.filter.rules.SenderRule;
import net.facteur.server.language.Text;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `facteur rules`, and `facteur user block`, `welcome`, `unblock` and `rules`: senders who are
/// blocked or welcome. They change the file; the server reads it again by itself.
final class RuleCommands {
  private RuleCommands() {}

  @Command(name = "rules")
  static final class Rules {
    private Rules() {}
  }

  static CommandLine ofServer(Workplace workplace) {
    var group = new CommandLine(new Rules());
    add(group, "block", new Put(workplace, SenderRule.Effect.BLOCK));
    add(group, "welcome", new Put(workplace, SenderRule.Effect.WELCOME));
    add(group, "remove", new Remove(workplace));
    add(group, "list", new ListThem(workplace));
    return group;
  }

  static void addToUsers(CommandLine group, Workplace workplace) {
    add(group, "block", new UserPut(workplace, SenderRule.Effect.BLOCK));
    add(group, "welcome", new UserPut(workplace, SenderRule.Effect.WELCOME));
    add(group, "unblock", new UserRemove(workplace));
    add(group, "rules", new UserRules(workplace));
  }

  private static void add(CommandLine group, String name, Object command) {
    var line = new CommandLine(command);
    line.getCommandSpec().name(name);
    group.addSubcommand(name, line);
  }

  /// What all of them do.
  abstract static class Ruling extends UserEditing {
    Ruling(Workplace workplace) {
      super(workplace);
    }

    RulesFile rules() {
      return RulesFile.beside(AccountsSettings.file(settings()));
    }

    static String sender(String typed) {
      return SenderRule.sender(typed)
          .orElseThrow(
              () ->
                  CommandFailedException.notUnderstood(
                      SAY.rulesNoSender(typed), SAY.rulesTypeSender()));
    }

    void put(SenderRule.Effect effect, String typed, Optional<UserName> user) throws IOException {
      String sender = sender(typed);
      rules().apply(new RulesFile.Change.Put(new SenderRule(effect, sender, user)));
      String whose = user.map(UserName::text).orElse("");
      ok(
          switch (effect) {
            case BLOCK ->
                whose.isEmpty() ? SAY.rulesBlocked(sender) : SAY.rulesBlockedFor(sender, whose);
            case WELCOME ->
                whose.isEmpty() ? SAY.rulesWelcomed(sender) : SAY.rulesWelcomedFor(sender, whose);
          });
    }

    void remove(String typed, Optional<UserName> user) throws IOException {
      String sender = sender(typed);
      if (!rules().apply(new RulesFile.Change.Remove(new SenderRule.Key(sender, user)))) {
        throw new CommandFailedException(SAY.rulesNone(sender), SAY.rulesSee());
      }
      ok(SAY.rulesGone(sender));
    }

    int show(Optional<UserName> user, boolean json) throws IOException {
      RulesFile.Content content = rules().read();
      List<SenderRule> shown =
          content.rules().values().stream()
              .filter(rule -> user.isEmpty() || rule.user().equals(user))
              .sorted(
                  Comparator.comparing(
                          (SenderRule rule) -> rule.user().map(UserName::text).orElse(""))
                      .thenComparing(SenderRule::sender))
              .toList();
      var table = Table.of(workplace, SAY.rulesColumns());
      for (SenderRule rule : shown) {
        if (json) {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("effect", rule.effect().word());
          fields.put("sender", rule.sender());
          rule.user().ifPresent(name -> fields.put("user", name.text()));
          workplace.out().println(new JsonMapper().writeValueAsString(fields));
        }
        table.add(
            workplace.say(
                switch (rule.effect()) {
                  case BLOCK -> SAY.rulesBlock();
                  case WELCOME -> SAY.rulesWelcome();
                }),
            rule.sender(),
            rule.user().map(UserName::text).orElseGet(() -> workplace.say(SAY.rulesEverybody())));
      }
      if (!json && shown.isEmpty()) {
        tell(SAY.rulesListNone());
      } else if (!json) {
        table.print(workplace);
      }
      content.problems().forEach((Text problem) -> warn(problem));
      return content.problems().isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
  }

  @Command
  static final class Put extends Ruling {
    private final SenderRule.Effect effect;

    @Parameters(paramLabel = "SENDER")
    private String sender = "";

    Put(Workplace workplace, SenderRule.Effect effect) {
      super(workplace);
      this.effect = effect;
    }

    @Override
    public Integer call() throws IOException {
      put(effect, sender, Optional.empty());
      return Facteur.OK;
    }
  }

  @Command
  static final class Remove extends Ruling {
    @Parameters(paramLabel = "SENDER")
    private String sender = "";

    Remove(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      remove(sender, Optional.empty());
      return Facteur.OK;
    }
  }

  @Command
  static final class ListThem extends Ruling {
    @Option(names = "--json")
    private boolean json;

    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      return show(Optional.empty(), json);
    }
  }

  @Command
  static final class UserPut extends Ruling {
    private final SenderRule.Effect effect;

    @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Parameters(index = "1", paramLabel = "SENDER")
    private String sender = "";

    UserPut(Workplace workplace, SenderRule.Effect effect) {
      super(workplace);
      this.effect = effect;
    }

    @Override
    public Integer call() throws IOException {
      put(effect, sender, Optional.of(known(name(user)).name()));
      return Facteur.OK;
    }
  }

  @Command
  static final class UserRemove extends Ruling {
    @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Parameters(index = "1", paramLabel = "SENDER")
    private String sender = "";

    UserRemove(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      remove(sender, Optional.of(name(user)));
      return Facteur.OK;
    }
  }

  @Command
  static final class UserRules extends Ruling {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Option(names = "--json")
    private boolean json;

    UserRules(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      return show(Optional.of(name(user)), json);
    }
  }
}
