package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.accounts.UsersProblem;
import net.facteur.server.language.Text;
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
    List<UsersProblem> problems = content.problems();
    if (content.users().isEmpty() && problems.isEmpty() && !json) {
      tell(SAY.userListNone());
    } else if (shown == 0 && nearFull && !json) {
      workplace.out().println(workplace.say(SAY.userNearNone(NEAR)));
    } else if (shown > 0 && !json) {
      table.print(workplace);
    }
    for (UsersProblem problem : problems) {
      warn(problem.in(file().path()));
    }
    return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
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
