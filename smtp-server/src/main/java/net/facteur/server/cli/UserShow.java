package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.language.Text;
import net.facteur.server.ldap.DirectoryProbe;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "show")
final class UserShow extends UserEditing {
  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Option(names = "--json")
  private boolean json;

  UserShow(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    String account = UserSending.account(user);
    var sending = new SendingReading(this, account);
    if (!account.contains("@") || account.contains("/") || account.startsWith("forward:")) {
      List<JsonNode> lines = sending.read();
      if (json) {
        print(Map.of("account", account, "sending", lines));
      } else {
        line(SAY.userShowUser(account));
        sending.shown(lines).forEach(this::line);
      }
      return Facteur.OK;
    }
    UserName name = name(user);
    Optional<DirectoryProbe.Account> elsewhere = elsewhere(name);
    User known = elsewhere.isPresent() ? elsewhere.get().user() : known(name);
    var facts = new UserFacts(this);
    List<JsonNode> lines = sending.read();
    if (json) {
      Map<String, Object> fields = facts.of(known);
      elsewhere.ifPresent(its -> fields.putAll(fields(its)));
      fields.put("sending", lines);
      List<JsonNode> forwards =
          FeedbackReading.of(this).forwards().stream()
              .filter(line -> names(line, known.name().text()))
              .toList();
      if (!forwards.isEmpty()) {
        fields.put("arrival", forwards);
      }
      print(fields);
      return Facteur.OK;
    }
    facts(known, elsewhere, facts);
    FeedbackReading.of(this).ofUser(known.name().text()).forEach(this::line);
    sending.shown(lines).forEach(this::line);
    return Facteur.OK;
  }

  private void print(Map<String, Object> fields) {
    workplace.out().println(StrangerText.inJson(new JsonMapper().writeValueAsString(fields)));
  }

  private void facts(User known, Optional<DirectoryProbe.Account> elsewhere, UserFacts facts)
      throws IOException {
    line(SAY.userShowUser(known.name().text()));
    elsewhere.ifPresent(
        account -> {
          line(SAY.userShowDirectory(StrangerText.of(account.dn()).onTerminal()));
          if (!account.forwards().isEmpty()) {
            line(SAY.userShowForwards(String.join(", ", account.forwards())));
          }
        });
    line(
        SAY.userShowState(
            workplace.say(
                elsewhere.isPresent()
                    ? (known.locked() ? SAY.userLocked() : SAY.userActive())
                    : UserList.state(known))));
    line(SAY.userShowLastLogin(workplace.say(shown(facts.last(known)))));
    line(
        SAY.userShowMailbox(
            facts.size(known).map(UserFacts::shown).orElse(workplace.say(SAY.userNoneYet()))));
    line(
        SAY.userShowLimit(
            limit(known).map(UserFacts::shown).orElse(workplace.say(SAY.userNoLimit()))));
    if (elsewhere.isEmpty()) {
      line(
          SAY.userShowScram(
              workplace.say(known.scram().isPresent() ? SAY.userOn() : SAY.userOff())));
    }
    if (!known.sendAs().isEmpty()) {
      line(SAY.userShowSendsAs(String.join(", ", known.sendAs())));
    }
    known.contact().ifPresent(to -> line(SAY.userShowContact(to.text())));
    if (!known.formerly().isEmpty()) {
      line(
          SAY.userShowFormerly(
              String.join(", ", known.formerly().stream().map(UserName::text).toList())));
    }
    for (AppPassword app : known.appPasswords()) {
      line(
          SAY.userShowAppPassword(
              app.name()
                  + ", "
                  + workplace.say(opens(app))
                  + app.onlyAs()
                      .map(only -> ", " + workplace.say(SAY.userOnlyAs(only.text())))
                      .orElse("")
                  + ", "
                  + workplace.say(
                      SAY.userUsed(
                          workplace.say(shown(facts.login(known, Optional.of(app.name()))))))));
    }
  }

  /// The account of the directory, where the users file has no such user and the settings name a
  /// directory.
  private Optional<DirectoryProbe.Account> elsewhere(UserName name) throws IOException {
    UsersFile.Content here = file().read();
    Optional<LdapSettings> ldap = LdapSettings.from(settings());
    if (here.find(name).isPresent() || here.mayBeDamaged(name) || ldap.isEmpty()) {
      return Optional.empty();
    }
    DirectoryProbe.Report report =
        new DirectoryProbe(ldap.get(), System::nanoTime).ask(name.text(), Optional.empty());
    if (!report.answered()) {
      throw new CommandFailedException(
          SAY.userDirectorySilent(name.text()), SAY.userTryDirectory(name.text()));
    }
    return report.account();
  }

  private static Map<String, Object> fields(DirectoryProbe.Account account) {
    return Map.of(
        "source", "ldap", "dn", account.dn(), "forwards", account.forwards(), "password", true);
  }

  private static Text shown(Optional<LastLogins.Use> use) {
    return use.map(u -> SAY.userUse(u.at().toString(), u.address(), u.service()))
        .orElseGet(SAY::userNever);
  }

  static Text opens(AppPassword app) {
    return switch (app.use()) {
      case SUBMISSION -> SAY.appSending();
      case MAIL -> SAY.appMail();
    };
  }

  private static boolean names(JsonNode line, String user) {
    for (JsonNode by : line.path("by")) {
      if (by.asString("").equals(user)) {
        return true;
      }
    }
    return false;
  }

  private void line(Text text) {
    tell(text);
  }
}
