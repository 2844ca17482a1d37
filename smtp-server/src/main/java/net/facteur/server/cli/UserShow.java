package net.facteur.server.cli;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "show", description = "Show all that is known of a user.")
final class UserShow extends UserEditing {
  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Option(names = "--json", description = "Write JSON.")
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
    line("user", known.name().text());
    line("state", UserList.state(known));
    line("last login", facts.last(known).map(UserShow::shown).orElse("never"));
    line("mailbox", facts.size(known).map(UserFacts::shown).orElse("none yet"));
    line("limit", limit(known).map(UserFacts::shown).orElse("none"));
    line("scram", known.scram().isPresent() ? "on" : "off");
    if (!known.sendAs().isEmpty()) {
      line("also sends as", String.join(", ", known.sendAs()));
    }
    known.contact().ifPresent(to -> line("contact", to.text()));
    if (!known.formerly().isEmpty()) {
      line("formerly", String.join(", ", known.formerly().stream().map(UserName::text).toList()));
    }
    for (AppPassword app : known.appPasswords()) {
      line(
          "app password",
          app.name()
              + ", "
              + app.use().word()
              + app.onlyAs().map(only -> ", only as " + only.text()).orElse("")
              + ", used: "
              + facts.login(known, Optional.of(app.name())).map(UserShow::shown).orElse("never"));
    }
    return Facteur.OK;
  }

  static String shown(LastLogins.Use use) {
    return use.at() + " from " + use.address() + " by " + use.service();
  }

  private void line(String name, String value) {
    workplace.out().println(name + ": " + value);
  }
}
