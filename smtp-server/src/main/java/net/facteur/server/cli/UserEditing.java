package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.ScramRecord;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.accounts.UsersProblem;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.away.AbsencesFile;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Settings;
import net.facteur.server.config.UnreadSettingException;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.lists.Lists;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.mailbox.UserHome;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.signin.SignInFiles;
import net.facteur.server.signin.SignInSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/// What the commands about users and addresses share: they let the running server make a change,
/// and make it themselves where none runs.
abstract class UserEditing implements Callable<Integer> {
  /// How often a change is made up anew where another was faster.
  private static final int ATTEMPTS = 20;

  final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();
  private @Nullable Path mailboxes;

  UserEditing(Workplace workplace) {
    this.workplace = workplace;
  }

  Settings settings() {
    return option.readRight(workplace, workplace.err());
  }

  /// Says what may be typed next.
  void tell(Text text) {
    workplace.out().println(option.typed(workplace, workplace.say(text)));
  }

  /// Says what is wrong, and what may be typed next.
  void warn(Text text) {
    workplace
        .err()
        .println(
            workplace.red(workplace.say(SAY.userDamaged()))
                + " "
                + option.typed(workplace, workplace.say(text)));
  }

  UsersFile file() {
    Path file = AccountsSettings.file(settings());
    Optional<ClosedPlace> closed = ClosedPlace.before(file, false);
    if (closed.isPresent()) {
      throw new ClosedPlaceException(SAY.userUnreadable(), closed.get());
    }
    return new UsersFile(file, workplace.random());
  }

  PasswordHash hash(String password) {
    return PasswordHash.of(
        password.getBytes(StandardCharsets.UTF_8), Argon2Cost.from(settings()), workplace.random());
  }

  static UserName name(String text) {
    return UserName.parse(text)
        .orElseThrow(
            () ->
                CommandFailedException.notUnderstood(
                    SAY.userMisnamed(text), SAY.userTypeWhole("alice@example.org")));
  }

  /// A name that nobody has yet.
  static UserName newName(String text) {
    UserName name = name(text);
    if (name.isMask()) {
      throw CommandFailedException.notUnderstood(
          SAY.userMask(name.text()), SAY.userTypeOther("alice@example.org"));
    }
    return name;
  }

  /// A list has its addresses before whoever comes later: his mail would go to the list.
  void notOfList(UserName name) {
    boolean taken =
        Lists.unlogged(Lists.directory(settings()))
            .find(new MailAddress(name.localPart(), name.domain().text()))
            .isPresent();
    if (taken) {
      throw new CommandFailedException(
          ListTexts.SAY.listHasAddress(name.text()), ListTexts.SAY.listSeeAll());
    }
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
    return new CommandFailedException(SAY.userNone(name.text()), SAY.userSeeThere());
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

  /// Lets the running server do it; where none runs, the file is changed here.
  UserChange.Outcome outcome(UserChange change) throws IOException {
    Optional<RunningServer> server = RunningServer.of(settings(), workplace.language());
    if (server.isPresent()) {
      return server.get().change(change);
    }
    UserChange.Outcome outcome = file().apply(change);
    boolean another = change instanceof UserChange.Add || change instanceof UserChange.Remove;
    if (another && outcome == UserChange.Outcome.DONE) {
      forgetProofs(change.name());
    }
    return outcome;
  }

  /// What is answered in place of a user ends with the user.
  void forgetAbsence(UserName name) throws IOException {
    var absences = AbsencesFile.beside(AccountsSettings.file(settings()));
    if (absences.read().find(name).isPresent()) {
      AbsencesFile.Outcome _ = absences.remove(name, Optional.empty());
      readAgain();
    }
  }

  /// Writes down what was done, and has a running server see it at once.
  void noted(Deed.Kind kind, String on) throws IOException {
    new CommandDeed(kind, on).write(settings(), workplace);
    readAgain();
  }

  /// Lets a running server see at once what was changed in a file.
  void readAgain() throws IOException {
    Optional<RunningServer> server = RunningServer.of(settings(), workplace.language());
    if (server.isPresent()) {
      server.get().readAgain();
    }
  }

  /// Whoever has a name after somebody else has nothing of theirs.
  private void forgetProofs(UserName name) throws IOException {
    SignInSettings its = SignInSettings.from(settings());
    if (Files.exists(its.directory())) {
      ClosedPlace.followNoLinkOfOthers(its.proofs());
      var _ = SignInFiles.of(its, workplace.clock()).forget(name);
    }
  }

  static void told(UserName name, UserChange.Outcome outcome) {
    switch (outcome) {
      case DONE -> {}
      case TAKEN -> throw exists(name);
      case UNKNOWN -> throw unknown(name);
      case OVERTAKEN ->
          throw new CommandFailedException(SAY.userOvertaken(name.text()), SAY.userTypeAgain());
    }
  }

  static CommandFailedException exists(UserName name) {
    return new CommandFailedException(SAY.userThere(name.text()), SAY.userToPasswd(name.text()));
  }

  void ok(Text what) {
    workplace
        .out()
        .println(workplace.green("ok") + ": " + option.typed(workplace, workplace.say(what)));
  }

  ScramRecord keys(String text) {
    return ScramRecord.of(text, ScramRecord.ITERATIONS, workplace.random());
  }

  /// Where all mailboxes are. A list asks for each user, so it is looked at once.
  private Path mailboxes() {
    Path known = mailboxes;
    if (known == null) {
      known = MailboxSettings.base(settings());
      Optional<ClosedPlace> closed = ClosedPlace.before(known, true);
      if (closed.isPresent()) {
        throw new ClosedPlaceException(SAY.userMailboxesClosed(), closed.get());
      }
      mailboxes = known;
    }
    return known;
  }

  /// What the user has on the disk.
  UserHome home(UserName name) {
    return UserHome.of(mailboxes(), name.text())
        .orElseThrow(
            () -> new CommandFailedException(SAY.userTooLong(name.text()), SAY.userShorter()));
  }

  /// The same, to be read whole, moved or removed.
  UserHome ownHome(UserName name) throws IOException {
    UserHome home = home(name);
    ClosedPlace.followNoLinkOfOthers(home.path());
    return home;
  }

  AddressesFile addresses() {
    return AddressesFile.beside(AccountsSettings.file(settings()));
  }

  AddressChange.Outcome apply(AddressChange change) throws IOException {
    Optional<RunningServer> server = RunningServer.of(settings(), workplace.language());
    return server.isPresent() ? server.get().change(change) : addresses().apply(change);
  }

  /// A question with a few answers, on the terminal; empty where there is none.
  Optional<String> ask(Text question) {
    return workplace.passwords().askOpenly(workplace.say(question) + " ").map(String::strip);
  }

  /// An address that mail can go to.
  static String target(String address) {
    if (!AddressEntry.isTarget(address)) {
      throw CommandFailedException.notUnderstood(
          SAY.userNoTarget(address), SAY.userTypeWhole("alice@example.org"));
    }
    return address;
  }

  /// A number of days from now, such as `90d`.
  Optional<Instant> end(@Nullable String duration) {
    if (duration == null) {
      return Optional.empty();
    }
    if (!duration.matches("[1-9][0-9]{0,3}d")) {
      throw CommandFailedException.notUnderstood(SAY.userNoDays(duration), SAY.userTypeDays());
    }
    long days = Long.parseLong(duration.substring(0, duration.length() - 1));
    return Optional.of(
        workplace.clock().instant().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(days)));
  }

  /// What the mailbox of a user may hold; empty where there is no limit.
  Optional<Long> limit(User user) {
    return MailboxSettings.limit(settings(), user.quota());
  }

  /// Says what still leads to a name that nobody has any more: its mail would come back.
  void tellOfLeading(UserName name) throws IOException {
    var from = new TreeSet<String>();
    try {
      RoutingSettings routing = RoutingSettings.from(settings());
      routing
          .postmaster()
          .filter(name.text()::equalsIgnoreCase)
          .ifPresent(_ -> from.add("postmaster"));
      routing.aliases().forEach((key, to) -> leads(to, name, key, from));
      routing.forwards().forEach((key, to) -> leads(to.to(), name, key, from));
      routing.catchAll().forEach((key, to) -> leads(List.of(to), name, "@" + key, from));
    } catch (UnreadSettingException _) {
      // The mistake in the settings is told already, and the user is gone.
    }
    for (AddressEntry entry : addresses().read().entries().values()) {
      switch (entry) {
        case AddressEntry.Alias(var _, List<String> to, var _) ->
            leads(to, name, entry.key(), from);
        case AddressEntry.Forward(var _, List<String> to, var _, var _) ->
            leads(to, name, entry.key(), from);
        case AddressEntry.Refused _, AddressEntry.Discarded _, AddressEntry.Domain _ -> {}
      }
    }
    from.remove(name.text());
    if (!from.isEmpty()) {
      tell(SAY.userStillLeading(name.text(), String.join(", ", from)));
    }
  }

  private static void leads(List<String> to, UserName name, String key, Set<String> from) {
    if (to.stream().anyMatch(name.text()::equalsIgnoreCase)) {
      from.add(key);
    }
  }
}
