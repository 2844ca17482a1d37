package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.SendingRights;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.away.AddressesInForce;
import net.facteur.server.routing.Separators;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "app-password")
final class AppPasswordCommand {
  private AppPasswordCommand() {}

  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new AppPasswordCommand());
    group.addSubcommand(new Add(workplace));
    group.addSubcommand(new ListThem(workplace));
    group.addSubcommand(new Revoke(workplace));
    return group;
  }

  private static String checked(String device) {
    if (!AppPassword.isName(device)) {
      throw CommandFailedException.notUnderstood(SAY.appMisnamed(device), SAY.appTypeName());
    }
    return device;
  }

  @Command(name = "add")
  static final class Add extends UserEditing {
    @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Parameters(index = "1", paramLabel = "DEVICE")
    private String device = "";

    @Option(names = "--send-only")
    private boolean sendOnly;

    @Option(names = "--only-as", paramLabel = "ADDRESS")
    private @Nullable String from;

    Add(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      checked(device);
      Optional<MailAddress> only =
          from == null
              ? Optional.empty()
              : Optional.of(name(from)).map(f -> new MailAddress(f.localPart(), f.domain().text()));
      User known = known(name);
      free(known);
      if (only.isPresent() && !rights().permits(known, only.get())) {
        throw foreign(known, only.get());
      }
      AppPassword.Made made =
          AppPassword.make(
              device,
              sendOnly ? AppPassword.Use.SUBMISSION : AppPassword.Use.MAIL,
              only,
              workplace.random());
      change(
          name,
          before -> {
            free(before);
            List<AppPassword> all = new ArrayList<>(before.appPasswords());
            all.add(made.kept());
            return before.withAppPasswords(all);
          });
      workplace.out().println(workplace.say(SAY.passwordMade(made.shown())));
      ok(SAY.appMade(name.text(), made.kept().name()));
      return Facteur.OK;
    }

    /// Who may send as whom, as the server sees it.
    private SendingRights rights() throws IOException {
      AccountsSettings its = AccountsSettings.from(settings());
      UsersFile.Content users = file().read();
      return new SendingRights(
          new Separators(its.separators()),
          its.names(),
          (local, domain) -> UserName.parse(local + "@" + domain).flatMap(users::find).isPresent(),
          AddressesInForce.sending(settings(), workplace.clock()));
    }

    private static CommandFailedException foreign(User known, MailAddress only) {
      String all =
          Stream.concat(known.sendAs().stream(), Stream.of(only.text()))
              .map(address -> address.startsWith("*") ? "'" + address + "'" : address)
              .collect(Collectors.joining(" "));
      return new CommandFailedException(
          SAY.appNotAs(known.name().text(), only.text()), SAY.appSendAs(known.name().text(), all));
    }

    private void free(User known) {
      if (known.appPassword(device).isPresent()) {
        throw new CommandFailedException(
            SAY.appThere(known.name().text(), device),
            SAY.appTakeOther(known.name().text(), device));
      }
      if (known.appPasswords().size() >= AppPassword.MAX) {
        throw new CommandFailedException(
            SAY.appFull(known.name().text(), AppPassword.MAX),
            SAY.appSeeUnused(known.name().text()));
      }
    }
  }

  @Command(name = "list")
  static final class ListThem extends UserEditing {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Option(names = "--json")
    private boolean json;

    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      User known = known(name(user));
      var facts = new UserFacts(this);
      var table = Table.of(workplace, SAY.appColumns());
      for (AppPassword app : known.appPasswords()) {
        if (json) {
          workplace.out().println(new JsonMapper().writeValueAsString(facts.of(known, app)));
        }
        var use = facts.login(known, Optional.of(app.name()));
        table.add(
            app.name(),
            workplace.say(UserShow.opens(app)),
            app.onlyAs().map(MailAddress::text).orElse("-"),
            use.map(u -> u.at().toString()).orElse(workplace.say(SAY.userNever())),
            use.map(u -> workplace.say(SAY.appFrom(u.address(), u.service()))).orElse("-"));
      }
      if (known.appPasswords().isEmpty() && !json) {
        tell(SAY.appListNone(known.name().text()));
      } else if (!json) {
        table.print(workplace);
      }
      return Facteur.OK;
    }
  }

  @Command(name = "revoke")
  static final class Revoke extends UserEditing {
    @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Parameters(index = "1", paramLabel = "DEVICE")
    private String device = "";

    Revoke(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      checked(device);
      change(
          name,
          before -> {
            if (before.appPassword(device).isEmpty()) {
              throw new CommandFailedException(
                  SAY.appNone(name.text(), device), SAY.appSee(name.text()));
            }
            return before.withAppPasswords(
                before.appPasswords().stream().filter(app -> !app.isCalled(device)).toList());
          });
      ok(SAY.appRevoked(name.text(), device));
      return Facteur.OK;
    }
  }
}
