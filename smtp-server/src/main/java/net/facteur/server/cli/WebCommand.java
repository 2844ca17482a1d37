package net.facteur.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.journal.Deed;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.signin.InvitationLink;
import net.facteur.server.signin.Invitations;
import net.facteur.server.signin.SignInFiles;
import net.facteur.server.signin.SignInSettings;
import net.facteur.server.signin.Token;
import net.facteur.server.signin.WebSession;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "web")
final class WebCommand {
  private static final WebTexts SAY = WebTexts.SAY;

  private WebCommand() {}

  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new WebCommand());
    group.addSubcommand(new Invite(workplace));
    group.addSubcommand(new Reset(workplace));
    group.addSubcommand(new Sessions(workplace));
    return group;
  }

  /// What these commands share: they work on the files, which a running server reads again.
  abstract static class OnFiles extends UserEditing {
    OnFiles(Workplace workplace) {
      super(workplace);
    }

    SignInSettings its() {
      return SignInSettings.from(settings());
    }

    SignInFiles files() throws IOException {
      SignInSettings its = its();
      Optional<ClosedPlace> closed = ClosedPlace.before(its.directory(), true);
      if (closed.isPresent()) {
        throw new ClosedPlaceException(SAY.webClosed(), closed.get());
      }
      ClosedPlace.followNoLinkOfOthers(its.proofs());
      ClosedPlace.followNoLinkOfOthers(its.sessions());
      ClosedPlace.followNoLinkOfOthers(its.invitations());
      return SignInFiles.of(its, workplace.clock());
    }

    void record(Deed.Kind kind, String on) throws IOException {
      new CommandDeed(kind, on).write(settings(), workplace);
    }

    /// A user there is, or may be in a directory.
    Optional<User> somebody(UserName name) throws IOException {
      Optional<User> found = file().read().find(name);
      if (found.isEmpty() && LdapSettings.from(settings()).isEmpty()) {
        throw unknown(name);
      }
      return found;
    }
  }

  @Command(name = "invite")
  static final class Invite extends OnFiles {
    @Parameters(paramLabel = "NAME@DOMAIN", arity = "0..1")
    private @Nullable String user;

    @Option(names = "--json")
    private boolean json;

    Invite(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = whom();
      var _ = somebody(name);
      Settings settings = settings();
      Token token = files().invitations().invite(name, workplace.random());
      record(Deed.Kind.INVITED, name.text());
      var link = InvitationLink.of(settings, name, token);
      if (json) {
        var line = new LinkedHashMap<String, Object>();
        line.put("user", name.text());
        line.put("link", link.url());
        line.put("until", workplace.clock().instant().plus(Invitations.LIFE).toString());
        workplace.out().println(new JsonMapper().writeValueAsString(line));
        return Facteur.OK;
      }
      link.wholly().forEach(this::tell);
      return Facteur.OK;
    }

    private UserName whom() {
      if (user != null) {
        return name(user);
      }
      var named = new TreeSet<>(its().administrators());
      if (named.isEmpty()) {
        throw new CommandFailedException(SAY.webNobody(), SAY.webNameSomebody());
      }
      if (named.size() > 1) {
        throw CommandFailedException.notUnderstood(
            SAY.webSeveral(named.stream().map(UserName::text).collect(Collectors.joining(", "))),
            SAY.webNameOne(named.first().text()));
      }
      return named.first();
    }
  }

  @Command(name = "reset")
  static final class Reset extends OnFiles {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    Reset(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      Optional<User> found = somebody(name);
      boolean any = found.isPresent() ? files().forget(found.get()) : files().forget(name);
      record(Deed.Kind.PROOFS_RESET, name.text());
      ok(any ? SAY.webReset(name.text()) : SAY.webNothingToReset(name.text()));
      return Facteur.OK;
    }
  }

  @Command(name = "sessions")
  static final class Sessions extends OnFiles {
    @Parameters(paramLabel = "NAME@DOMAIN", arity = "0..1")
    private @Nullable String user;

    @Option(names = "--end", paramLabel = "ID")
    private @Nullable String id;

    @Option(names = "--end-all")
    private boolean all;

    @Option(names = "--json")
    private boolean json;

    Sessions(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      Optional<UserName> name = Optional.ofNullable(user).map(UserEditing::name);
      if (id != null || all) {
        return end(name);
      }
      List<WebSession> sessions = files().sessions().list(name, its().life());
      var table = Table.of(workplace, SAY.webSessionColumns());
      for (WebSession session : sessions) {
        if (json) {
          workplace.out().println(json(session));
        } else {
          table.add(
              session.id(),
              session.user().text(),
              session.began().toString(),
              session.seen().toString(),
              StrangerText.of(session.address()).onTerminal(),
              session.browser());
        }
      }
      if (!json && sessions.isEmpty()) {
        workplace.out().println(workplace.say(SAY.webNoSessions()));
      } else if (!json) {
        table.print(workplace);
      }
      return Facteur.OK;
    }

    private static String json(WebSession session) {
      var line = new LinkedHashMap<String, Object>();
      line.put("id", session.id());
      line.put("user", session.user().text());
      line.put("began", session.began().toString());
      line.put("seen", session.seen().toString());
      line.put("address", session.address());
      line.put("program", session.program());
      return StrangerText.inJson(new JsonMapper().writeValueAsString(line));
    }

    private int end(Optional<UserName> name) throws IOException {
      Predicate<WebSession> which =
          one ->
              (name.isEmpty() || name.get().equals(one.user()))
                  && (id == null || id.equals(one.id()));
      var ended = new ArrayList<>(files().sessions().end(which));
      for (WebSession session : ended) {
        record(Deed.Kind.SESSION_ENDED, session.id() + " " + session.user().text());
        if (json) {
          workplace.out().println(json(session));
        } else {
          ok(SAY.webSessionEnded(session.id(), session.user().text()));
        }
      }
      if (ended.isEmpty() && id != null) {
        throw new CommandFailedException(SAY.webNoSuchSession(id), SAY.webSeeSessions());
      }
      return Facteur.OK;
    }
  }
}
