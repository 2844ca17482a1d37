package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.ScramRecord;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.accounts.UsersProblem;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "user",
    description = {
      "Add, change, list and remove users.",
      "A running server sees the change within seconds."
    })
final class UserCommand {
  private static final int MIN_PASSWORD = 8;
  private static final int GENERATED_OCTETS = 15;

  /// How often a change is made up anew where another was faster.
  private static final int ATTEMPTS = 20;

  private UserCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new UserCommand());
    group.addSubcommand(new Add(workplace));
    group.addSubcommand(new Passwd(workplace));
    group.addSubcommand(new Scram(workplace));
    group.addSubcommand(new SendAs(workplace));
    group.addSubcommand("lock", new Lock(workplace, true));
    group.addSubcommand("unlock", new Lock(workplace, false));
    group.addSubcommand(new ListUsers(workplace));
    group.addSubcommand(new Remove(workplace));
    group
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (command.getCommand() instanceof Lock lock) {
                command.getCommandSpec().usageMessage().description(lock.description());
                command.getCommandSpec().name(name);
              }
            });
    return group;
  }

  /// What all of them share.
  abstract static class Editing implements Callable<Integer> {
    final Workplace workplace;
    @Mixin private final SettingsOption option = new SettingsOption();

    Editing(Workplace workplace) {
      this.workplace = workplace;
    }

    Settings settings() {
      return option.readRight(workplace, workplace.err());
    }

    /// Says what may be typed next.
    void tell(String text) {
      workplace.out().println(option.typed(workplace, text));
    }

    /// Says what is wrong, and what may be typed next.
    void warn(String text) {
      workplace.err().println(workplace.red("damaged: ") + option.typed(workplace, text));
    }

    UsersFile file() {
      Path file = AccountsSettings.file(settings());
      Optional<ClosedPlace> closed = ClosedPlace.before(file, false);
      if (closed.isPresent()) {
        throw new ClosedPlaceException(Text.of("The users cannot be read"), closed.get());
      }
      return new UsersFile(file, workplace.random());
    }

    PasswordHash hash(String password) {
      return PasswordHash.of(
          password.getBytes(StandardCharsets.UTF_8),
          Argon2Cost.from(settings()),
          workplace.random());
    }

    static UserName name(String text) {
      return UserName.parse(text)
          .orElseThrow(
              () ->
                  CommandFailedException.notUnderstood(
                      "`" + text + "` cannot be a user: a user is named by a mail address.",
                      "Type it whole, such as alice@example.org"));
    }

    /// The user, as the file has it.
    User known(UserName name) throws IOException {
      UsersFile.Content content = changeable();
      return content
          .find(name)
          .orElseThrow(
              () -> content.problemOf(name).map(this::refused).orElseGet(() -> unknown(name)));
    }

    /// The users, who can be changed.
    UsersFile.Content changeable() throws IOException {
      UsersFile.Content content = file().read();
      content
          .cut()
          .map(UsersProblem::cut)
          .ifPresent(
              problem -> {
                throw refused(problem);
              });
      return content;
    }

    CommandFailedException refused(UsersProblem problem) {
      return new CommandFailedException(
          ConfigTexts.SAY
                  .mistake(ConfigTexts.SAY.line(file().path(), problem.line()), problem.what())
                  .in(workplace.language())
              + ".",
          option.typed(workplace, problem.remedy(file().path()).in(workplace.language())));
    }

    static CommandFailedException unknown(UserName name) {
      return new CommandFailedException(
          "There is no user " + name + ".", "See who there is: facteur user list");
    }

    void change(UserName name, UnaryOperator<User> change) throws IOException {
      for (int i = 0; i < ATTEMPTS; i++) {
        User before = known(name);
        UserChange.Outcome outcome = outcome(new UserChange.Replace(before, change.apply(before)));
        if (outcome != UserChange.Outcome.OVERTAKEN) {
          told(name, outcome);
          return;
        }
      }
      told(name, UserChange.Outcome.OVERTAKEN);
    }

    /// Lets the running server do it; where none runs, the file is changed here.
    void apply(UserChange change) throws IOException {
      told(change.name(), outcome(change));
    }

    private UserChange.Outcome outcome(UserChange change) throws IOException {
      Optional<RunningServer> server = RunningServer.of(settings(), workplace.language());
      return server.isPresent() ? server.get().change(change) : file().apply(change);
    }

    private static void told(UserName name, UserChange.Outcome outcome) {
      switch (outcome) {
        case DONE -> {}
        case TAKEN -> throw exists(name);
        case UNKNOWN -> throw unknown(name);
        case OVERTAKEN ->
            throw new CommandFailedException(
                "Others change " + name + " all the time.", "Type the command again.");
      }
    }

    static CommandFailedException exists(UserName name) {
      return new CommandFailedException(
          "There is a user " + name + " already.",
          "To change the password: facteur user passwd " + name);
    }

    void ok(String what) {
      workplace.out().println(workplace.green("ok") + ": " + what);
    }
  }

  /// Where a new password comes from.
  static final class PasswordOption {
    @Option(names = "--password-stdin", description = "Read it from the first line of the input.")
    private boolean stdin;

    @Option(names = "--generate", description = "Make one up and show it.")
    private boolean generate;

    String read(Workplace workplace) throws IOException {
      String password =
          generate ? generated(workplace) : stdin ? line(workplace) : asked(workplace);
      if (password.codePointCount(0, password.length()) < MIN_PASSWORD) {
        throw new CommandFailedException(
            "The password is too short: at least " + MIN_PASSWORD + " characters.",
            "Use --generate to have one made up.");
      }
      if (password.getBytes(StandardCharsets.UTF_8).length > 1024
          || password.chars().anyMatch(c -> c < ' ')) {
        throw new CommandFailedException(
            "The password is too long or has control characters in it.",
            "Use --generate to have one made up.");
      }
      return password;
    }

    private static String generated(Workplace workplace) {
      byte[] octets = new byte[GENERATED_OCTETS];
      workplace.random().nextBytes(octets);
      String password = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
      workplace.out().println("password: " + password);
      return password;
    }

    private static String line(Workplace workplace) throws IOException {
      var in = new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8));
      @Nullable String line = in.readLine();
      return line == null ? "" : line;
    }

    private static String asked(Workplace workplace) {
      Optional<String> once = workplace.passwords().ask("New password: ");
      if (once.isEmpty()) {
        throw new CommandFailedException(
            "There is no terminal to ask for the password on.",
            "Use --password-stdin or --generate.");
      }
      if (!once.equals(workplace.passwords().ask("Once more: "))) {
        throw new CommandFailedException("The two passwords differ.", "Type the command again.");
      }
      return once.get();
    }
  }

  @Command(
      name = "add",
      description = {
        "Add a user with a mailbox.",
        "The name is the user's mail address and, later, the login."
      })
  static final class Add extends Editing {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Mixin private final PasswordOption password = new PasswordOption();

    @Option(names = "--scram", description = "Let the user log in with SCRAM-SHA-256 too.")
    private boolean scram;

    @Option(
        names = "--send-as",
        split = ",",
        paramLabel = "ADDRESS",
        description = "Further addresses to send as; *@DOMAIN for a whole domain.")
    private List<String> sendAs = List.of();

    Add(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      Settings settings = settings();
      if (!settings.names("domains").contains(name.domain().text())) {
        throw new CommandFailedException(
            name.domain() + " is not a domain of this server.",
            "Add it to " + settings.file() + ": domains { \"" + name.domain() + "\" {} }");
      }
      List<String> addresses = SendAs.checked(sendAs);
      UsersFile.Content content = changeable();
      if (content.find(name).isPresent()) {
        throw exists(name);
      }
      if (content.repeats(name)) {
        throw refused(content.problemOf(name).orElseThrow());
      }
      String text = password.read(workplace);
      User fresh =
          new User(
              name,
              Optional.of(hash(text)),
              scram ? Optional.of(keys(workplace, text)) : Optional.empty(),
              addresses);
      apply(new UserChange.Add(fresh));
      ok("user " + name + " added");
      return Facteur.OK;
    }
  }

  private static ScramRecord keys(Workplace workplace, String text) {
    return ScramRecord.of(text, ScramRecord.ITERATIONS, workplace.random());
  }

  @Command(name = "passwd", description = "Give a user another password.")
  static final class Passwd extends Editing {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Mixin private final PasswordOption password = new PasswordOption();

    Passwd(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      User before = known(name);
      String text = password.read(workplace);
      PasswordHash hash = hash(text);
      Optional<ScramRecord> keys = before.scram().map(_ -> keys(workplace, text));
      change(name, old -> old.withPassword(hash, keys));
      ok("the password of " + name + " is changed");
      if (before.locked()) {
        tell(name + " is locked. To let it log in: facteur user unlock " + name);
      }
      return Facteur.OK;
    }
  }

  @Command(
      name = "scram",
      description = {
        "Turn SCRAM-SHA-256 on or off for a user.",
        "Turning it on needs the password, since its keys cannot be made from the stored hash. They"
            + " are easier to guess against than Argon2id, should the users file be stolen."
      })
  static final class Scram extends Editing {
    /// The two positions of the switch.
    enum Position {
      on,
      off
    }

    @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Parameters(index = "1", paramLabel = "on|off")
    private Position position = Position.off;

    @Mixin private final PasswordOption password = new PasswordOption();

    Scram(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      User before = known(name);
      switch (position) {
        case off -> change(name, u -> u.withScram(Optional.empty()));
        case on -> {
          String text = password.read(workplace);
          byte[] octets = text.getBytes(StandardCharsets.UTF_8);
          if (before.password().filter(hash -> hash.matches(octets)).isEmpty()) {
            throw new CommandFailedException(
                "This is not the password of " + name + ".",
                "To set a new one: facteur user passwd " + name);
          }
          ScramRecord keys = keys(workplace, text);
          change(name, u -> u.withScram(Optional.of(keys)));
        }
      }
      ok("SCRAM-SHA-256 is " + position + " for " + name);
      return Facteur.OK;
    }
  }

  @Command(
      name = "send-as",
      description = {
        "Set the further addresses that a user may send as; without any, none.",
        "Sub-addresses and aliases that lead to the user need not be listed."
      })
  static final class SendAs extends Editing {
    @Parameters(index = "0", paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ADDRESS")
    private List<String> addresses = List.of();

    SendAs(Workplace workplace) {
      super(workplace);
    }

    static List<String> checked(List<String> addresses) {
      for (String address : addresses) {
        String plain = address.startsWith("*@") ? "a" + address.substring(1) : address;
        if (UserName.parse(plain).isEmpty() || address.indexOf(',') >= 0) {
          throw CommandFailedException.notUnderstood(
              "`" + address + "` is not an address to send as.",
              "Type an address such as info@example.org, or '*@example.org' for all of a domain.");
        }
      }
      return addresses;
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      List<String> checked = checked(addresses);
      known(name);
      change(name, u -> u.withSendAs(checked));
      ok(name + " may send as " + (checked.isEmpty() ? "itself" : String.join(", ", checked)));
      return Facteur.OK;
    }
  }

  @Command
  static final class Lock extends Editing {
    private final boolean lock;

    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    Lock(Workplace workplace, boolean lock) {
      super(workplace);
      this.lock = lock;
    }

    String[] description() {
      return lock
          ? new String[] {
            "Let a user log in no more, and end the sessions of the user.",
            "The password stays; mail to the address still arrives."
          }
          : new String[] {"Let a locked user log in again, with the password of before."};
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      known(name);
      change(name, u -> u.withLock(lock));
      ok("user " + name + " is " + (lock ? "locked" : "not locked"));
      return Facteur.OK;
    }
  }

  @Command(name = "list", description = "Show the users.")
  static final class ListUsers extends Editing {
    @Option(names = "--json", description = "Write JSON, an object for each user.")
    private boolean json;

    ListUsers(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UsersFile.Content content = file().read();
      var users = content.users().values();
      var table = new Table("USER", "PASSWORD", "SCRAM", "LOCKED", "ALSO SENDS AS");
      for (User user : users) {
        if (json) {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("user", user.name().text());
          fields.put("password", user.password().isPresent());
          fields.put("scram", user.scram().isPresent());
          fields.put("locked", user.locked());
          fields.put("send_as", user.sendAs());
          workplace.out().println(new JsonMapper().writeValueAsString(fields));
        } else {
          table.add(
              user.name().text(),
              user.password().isPresent() ? "set" : "none",
              user.scram().isPresent() ? "on" : "off",
              user.locked() ? "yes" : "no",
              String.join(", ", user.sendAs()));
        }
      }
      if (users.isEmpty() && file().gone()) {
        throw new CommandFailedException(
            "The users file is gone: " + file().path() + " was there, and is missing.",
            "Put back a copy before the server starts anew. If there are to be no users but new"
                + " ones: facteur user add NAME@DOMAIN");
      }
      List<UsersProblem> problems = content.problems();
      if (users.isEmpty() && problems.isEmpty() && !json) {
        tell("There are no users yet. Add one: facteur user add NAME@DOMAIN");
      } else if (!users.isEmpty() && !json) {
        table.print(workplace);
      }
      for (UsersProblem problem : problems) {
        warn(problem.in(file().path()).in(workplace.language()));
      }
      return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
  }

  @Command(
      name = "remove",
      description = {
        "Remove a user. The Maildir stays where it is; mail to the address is refused from now on."
      })
  static final class Remove extends Editing {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    Remove(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      apply(new UserChange.Remove(name));
      ok("user " + name + " removed");
      return Facteur.OK;
    }
  }
}
