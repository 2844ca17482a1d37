package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.accounts.UsersProblem;
import net.facteur.server.language.Text;
import net.facteur.server.ldap.LdapSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "list")
final class UserList extends UserEditing {
  private static final int NEAR = 80;

  @Option(names = "--json")
  private boolean json;

  @Option(names = "--near-full")
  private boolean nearFull;

  UserList(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UsersFile.Content content = file().read();
    if (content.users().isEmpty() && file().gone()) {
      throw new CommandFailedException(SAY.userFileGone(file().path()), SAY.userFileGoneRemedy());
    }
    var facts = new UserFacts(this);
    var table = Table.of(workplace, SAY.userColumns());
    int shown = 0;
    for (User user : content.users().values()) {
      Optional<Long> size = facts.size(user);
      Optional<Long> limit = limit(user);
      if (nearFull && !isNear(size, limit)) {
        continue;
      }
      shown++;
      if (json) {
        workplace.out().println(new JsonMapper().writeValueAsString(facts.of(user)));
      } else {
        table.add(
            user.name().text(),
            workplace.say(state(user)),
            facts.last(user).map(use -> use.at().toString()).orElse(workplace.say(SAY.userNever())),
            size.map(UserFacts::shown).orElse("-"),
            limit.map(UserFacts::shown).orElse(workplace.say(SAY.userNoLimit())),
            workplace.say(user.scram().isPresent() ? SAY.userOn() : SAY.userOff()),
            String.join(", ", user.sendAs()));
      }
    }
    Optional<LdapSettings> directory = LdapSettings.from(settings());
    if (directory.isPresent()) {
      for (User user : elsewhere(facts, directory.get(), content)) {
        Optional<Long> size = facts.size(user);
        if (nearFull && !isNear(size, limit(user))) {
          continue;
        }
        shown++;
        if (json) {
          var fields = facts.of(user);
          fields.put("source", "ldap");
          workplace.out().println(new JsonMapper().writeValueAsString(fields));
        } else {
          table.add(
              user.name().text(),
              workplace.say(SAY.userOfDirectory()),
              facts.last(user).map(use -> use.at().toString()).orElse("-"),
              size.map(UserFacts::shown).orElse("-"),
              "-",
              "-",
              "-");
        }
      }
    }
    List<UsersProblem> problems = content.problems();
    if (directory.isPresent() && shown == 0 && problems.isEmpty() && !nearFull) {
      // Said below: all of them are elsewhere.
    } else if (content.users().isEmpty() && problems.isEmpty() && shown == 0 && !json) {
      tell(SAY.userListNone());
    } else if (shown == 0 && nearFull && !json) {
      workplace.out().println(workplace.say(SAY.userNearNone(NEAR)));
    } else if (shown > 0 && !json) {
      table.print(workplace);
    }
    if (directory.isPresent() && !json) {
      tell(SAY.userDirectoryToo());
    }
    for (UsersProblem problem : problems) {
      warn(problem.in(file().path()));
    }
    return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
  }

  /// Users of the directory who have logged in. Nobody else of it is listed: it may have a million
  /// entries, and is asked for single ones.
  private static List<User> elsewhere(
      UserFacts facts, LdapSettings directory, UsersFile.Content content) {
    Set<DomainName> domains = Set.copyOf(directory.domains());
    Set<UserName> former =
        content.users().values().stream()
            .flatMap(user -> user.formerly().stream())
            .collect(Collectors.toSet());
    return facts
        .seen()
        .filter(name -> domains.contains(name.domain()))
        .filter(name -> content.find(name).isEmpty() && content.damagedOf(name).isEmpty())
        .filter(name -> !former.contains(name))
        .map(name -> new User(name, Optional.empty(), Optional.empty(), List.of()))
        .toList();
  }

  private static boolean isNear(Optional<Long> size, Optional<Long> limit) {
    return size.isPresent() && limit.isPresent() && size.get() >= limit.get() / 100.0 * NEAR;
  }

  static Text state(User user) {
    var words = new ArrayList<Text>();
    for (var restriction : net.facteur.server.accounts.Restriction.values()) {
      if (user.restrictions().contains(restriction)) {
        words.add(
            switch (restriction) {
              case LOCKED -> SAY.userLocked();
              case SUSPENDED -> SAY.userSuspended();
              case SEND_ONLY -> SAY.userSendOnly();
            });
      }
    }
    if (words.isEmpty()) {
      return user.password().isPresent() ? SAY.userActive() : SAY.userNoPassword();
    }
    return Text.joined(", ", words);
  }
}
