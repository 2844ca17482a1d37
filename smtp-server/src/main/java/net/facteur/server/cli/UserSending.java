package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Text;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.limits.SendingWishes.Verb;
import net.facteur.server.limits.SendingWishes.Wish;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Commands that say what becomes of the mail of an account. Where no server runs, it does what was
/// typed when it starts, before anything is sent.
@Command
final class UserSending extends UserEditing {
  private final Verb verb;

  @Parameters(paramLabel = "NAME")
  private String account = "";

  @Option(names = "--json")
  private boolean json;

  UserSending(Workplace workplace, Verb verb) {
    super(workplace);
    this.verb = verb;
  }

  @Override
  public Integer call() throws IOException {
    String name = account(account);
    Optional<RunningServer> server = RunningServer.of(settings(), workplace.language());
    if (server.isEmpty()) {
      wishes().add(new Wish(verb, name));
      if (json) {
        print(Map.of("account", name, "later", true));
      } else {
        ok(SAY.sendingLater(name));
      }
      return Facteur.OK;
    }
    server.get().act(new Wish(verb, name), line -> told(name, line));
    return Facteur.OK;
  }

  private SendingWishes wishes() {
    Path file = HostSettings.from(settings()).inData(Path.of(SendingWishes.FILE_NAME));
    Optional<ClosedPlace> closed = ClosedPlace.before(file, false);
    if (closed.isPresent()) {
      throw new ClosedPlaceException(SAY.sendingClosed(), closed.get());
    }
    return new SendingWishes(file);
  }

  /// The name of a user in its comparable form; any other as it was typed.
  static String account(String typed) {
    if (!SendingWishes.isAccount(typed)) {
      throw CommandFailedException.notUnderstood(
          SAY.userMisnamed(typed), SAY.userTypeWhole("alice@example.org"));
    }
    int at = typed.indexOf('@');
    int slash = at < 0 ? -1 : typed.indexOf('/', at);
    String device = slash < 0 ? "" : typed.substring(slash);
    return at < 0
        ? typed
        : UserName.parse(slash < 0 ? typed : typed.substring(0, slash))
            .map(name -> name.text() + device)
            .orElse(typed);
  }

  private void told(String name, JsonNode line) {
    if (json) {
      workplace.out().println(line);
      return;
    }
    int messages = line.path("messages").asInt(0);
    int recipients = line.path("recipients").asInt(0);
    Text said =
        switch (verb) {
          case HOLD -> SAY.sendingHeld(name);
          case RELEASE ->
              messages == 0
                  ? SAY.sendingFree(name)
                  : SAY.sendingReleased(
                      name, messages, recipients, line.path("last").asString("-"));
          case DROP -> SAY.sendingDropped(name, messages, recipients);
        };
    ok(said);
    if (verb == Verb.HOLD) {
      tell(SAY.sendingHeldNext(name));
    }
  }

  private void print(Map<String, Object> line) {
    workplace.out().println(new JsonMapper().writeValueAsString(line));
  }
}
