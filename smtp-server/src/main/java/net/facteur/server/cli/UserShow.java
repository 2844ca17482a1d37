package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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
    User known = known(name(user));
    var facts = new UserFacts(this);
    if (json) {
      workplace.out().println(new JsonMapper().writeValueAsString(facts.of(known)));
      return Facteur.OK;
    }
    line(SAY.userShowUser(known.name().text()));
    line(SAY.userShowState(workplace.say(UserList.state(known))));
    line(SAY.userShowLastLogin(workplace.say(shown(facts.last(known)))));
    line(
        SAY.userShowMailbox(
            facts.size(known).map(UserFacts::shown).orElse(workplace.say(SAY.userNoneYet()))));
    line(
        SAY.userShowLimit(
            limit(known).map(UserFacts::shown).orElse(workplace.say(SAY.userNoLimit()))));
    line(
        SAY.userShowScram(workplace.say(known.scram().isPresent() ? SAY.userOn() : SAY.userOff())));
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
    return Facteur.OK;
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

  private void line(Text text) {
    workplace.out().println(workplace.say(text));
  }
}
