package net.facteur.server.accounts;

import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.files.FileStamp;
import net.facteur.server.language.Language;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The users as the file has them, in memory. Where the file cannot be read they stay as they were,
/// and of nobody else it is said that there is no such user. Where it is cut off, the same goes for
/// those whose lines are not there any more.
final class KnownUsers implements AccountSource {
  private static final Logger LOG = LogManager.getLogger(KnownUsers.class);
  private static final int PROBLEMS_SHOWN = 20;

  private final UsersFile file;
  private final Consumer<Revocation> revoked;
  private final Renewals renewals = new Renewals();
  private volatile Snapshot snapshot;

  /// @param trouble why the file could not be read; empty where it was
  /// @param bare who is meant by a name without a domain; nobody where two have it
  /// @param former names that users had before, to those that they have now
  record Snapshot(
      UsersFile.Content content,
      String version,
      Optional<String> trouble,
      Map<String, Optional<UserName>> bare,
      Map<UserName, UserName> former) {
    Snapshot(UsersFile.Content content, String version, Optional<String> trouble) {
      this(content, version, trouble, bare(content), former(content));
    }

    private static Map<UserName, UserName> former(UsersFile.Content content) {
      Map<UserName, UserName> former = new HashMap<>();
      content.users().values().stream()
          .filter(user -> !user.formerly().isEmpty())
          .forEach(user -> user.formerly().forEach(name -> former.put(name, user.name())));
      return former;
    }

    private static Map<String, Optional<UserName>> bare(UsersFile.Content content) {
      Map<String, Optional<UserName>> bare = new HashMap<>();
      Stream.concat(
              content.users().keySet().stream(),
              content.damaged().stream().flatMap(line -> line.name().stream()))
          .forEach(
              name ->
                  bare.merge(
                      name.localPart(),
                      Optional.of(name),
                      (one, other) -> one.equals(other) ? one : Optional.empty()));
      return bare;
    }

    /// True where somebody has keys for SCRAM.
    boolean scram() {
      return content.users().values().stream().anyMatch(user -> user.scram().isPresent());
    }
  }

  /// Reads the users.
  ///
  /// @param revoked gets the logins that count no longer
  KnownUsers(UsersFile file, Consumer<Revocation> revoked) {
    this.file = file;
    this.revoked = revoked;
    this.snapshot = new Snapshot(UsersFile.Content.NOTHING, "", Optional.empty());
    this.snapshot = next(snapshot);
    tell(snapshot);
  }

  Snapshot now() {
    return snapshot;
  }

  /// Changes the file.
  ///
  /// @throws IOException also where the file is gone and had users: a new one would make everybody
  ///   else unknown
  UserChange.Outcome change(UserChange change) throws IOException {
    if (FileStamp.isNone(version()) && !snapshot.content().users().isEmpty()) {
      throw gone();
    }
    return file.apply(change);
  }

  /// The user has the same password in a better hash from the next [#renew()] on.
  void renewLater(UserName name, PasswordHash from, PasswordHash to) {
    renewals.add(name, from, to);
  }

  /// Writes the better hashes, if there are some and the file is where it was.
  void renew() {
    if (!FileStamp.isNone(version())) {
      renewals.write(file);
    }
  }

  /// Reads the file again where it changed, or could not be read before.
  synchronized void refresh() {
    Snapshot before = snapshot;
    Snapshot after = next(before);
    if (after.equals(before)) {
      return;
    }
    snapshot = after;
    if (!problems(after).equals(problems(before))) {
      tell(after);
    }
    if (!after.content().equals(before.content())) {
      LOG.info("users read again: {}", after.content().users().size());
      before.content().users().values().stream()
          .flatMap(user -> revocation(user, after.content().find(user.name())).stream())
          .forEach(revoked);
    }
  }

  /// What opened sessions of a user and opens them no longer; empty where all of it still does.
  private Optional<Revocation> revocation(User before, Optional<User> after) {
    if (after.filter(user -> keepsOut(before, user)).isPresent() || after.isEmpty()) {
      return Optional.of(Revocation.ofAll(before.name()));
    }
    List<String> apps =
        before.appPasswords().stream()
            .filter(app -> !after.get().appPasswords().contains(app))
            .map(AppPassword::name)
            .toList();
    return apps.isEmpty() ? Optional.empty() : Optional.of(new Revocation(before.name(), apps));
  }

  /// True where the user was restricted, or the password is another one.
  private boolean keepsOut(User before, User after) {
    return !before.restrictions().containsAll(after.restrictions())
        || (!after.password().equals(before.password())
            && !renewals.made(after.name(), after.password()));
  }

  private Snapshot next(Snapshot before) {
    try {
      String version = version();
      if (FileStamp.isNone(version) && !before.content().users().isEmpty()) {
        throw gone();
      }
      if (version.equals(before.version()) && before.trouble().isEmpty()) {
        return before;
      }
      return new Snapshot(content(before.content()), version, Optional.empty());
    } catch (IOException e) {
      String trouble = String.valueOf(e.getMessage());
      return before.trouble().filter(trouble::equals).isPresent()
          ? before
          : new Snapshot(before.content(), before.version(), Optional.of(trouble));
    }
  }

  private IOException gone() {
    return new IOException(
        file.path() + " is gone; put back a copy, or restart the server if there are no users");
  }

  /// A file without a secret gets one, since strangers are to get the same salts after a restart.
  private UsersFile.Content content(UsersFile.Content before) throws IOException {
    UsersFile.Content read = file.read();
    if (read.cut().isPresent()) {
      read = read.completedBy(before);
    }
    if (read.stored() || read.users().isEmpty()) {
      return read;
    }
    try {
      file.edit(users -> users);
      return file.read();
    } catch (IOException e) {
      LOG.warn("the users file has no secret, and none can be written: {}", e.getMessage());
      byte[] secret = before.users().isEmpty() ? read.secret() : before.secret();
      return new UsersFile.Content(read.users(), read.damaged(), read.cut(), secret, false);
    }
  }

  private String version() {
    return FileStamp.of(file.path());
  }

  private void tell(Snapshot told) {
    problems(told).forEach(problem -> LOG.error("users: {}", problem));
  }

  /// What is wrong with the file, in words for an administrator; empty where nothing is.
  List<String> problems() {
    return problems(snapshot);
  }

  private List<String> problems(Snapshot told) {
    var problems = new ArrayList<String>();
    told.trouble()
        .ifPresent(
            trouble ->
                problems.add(
                    trouble
                        + ". The users stay as they were; mail for everybody else is put off"
                        + " (451)."));
    List<UsersProblem> found = told.content().problems();
    found.stream()
        .limit(PROBLEMS_SHOWN)
        .forEach(problem -> problems.add(problem.in(file.path()).in(Language.ENGLISH)));
    int more = found.size() - PROBLEMS_SHOWN;
    if (more > 0) {
      problems.add(file.path() + ": " + more + " more such lines.");
    }
    return problems;
  }

  /// True where `localPart@domain` is a user.
  boolean exists(String localPart, DomainName domain) {
    var name = new UserName(UserName.lower(localPart), domain);
    UsersFile.Content content = snapshot.content();
    return content.users().containsKey(name) || content.repeats(name);
  }

  /// True where nobody can say whether `localPart@domain` is a user.
  boolean uncertain(String localPart, DomainName domain) {
    return uncertain(snapshot, new UserName(UserName.lower(localPart), domain));
  }

  private static boolean uncertain(Snapshot in, UserName name) {
    return in.content().find(name).isEmpty()
        && (in.trouble().isPresent() || in.content().mayBeDamaged(name));
  }

  /// True where nobody can say whether somebody may log in under this name.
  static boolean uncertain(Snapshot in, String login) {
    if (find(in, login).isPresent()) {
      return false;
    }
    if (login.indexOf('@') >= 0) {
      return UserName.parse(login).filter(name -> uncertain(in, name)).isPresent();
    }
    String local = UserName.lower(normalised(login));
    return in.trouble().isPresent()
        || in.content().cut().isPresent()
        || in.content().damaged().stream()
            .anyMatch(line -> line.name().map(n -> n.localPart().equals(local)).orElse(true));
  }

  /// The user by address, or by the part before the `@` where only one user has it, also among the
  /// damaged lines.
  static Optional<User> find(Snapshot in, String login) {
    if (login.indexOf('@') >= 0) {
      return UserName.parse(login).flatMap(in.content()::find);
    }
    return in.bare()
        .getOrDefault(UserName.lower(normalised(login)), Optional.empty())
        .flatMap(in.content()::find);
  }

  private static String normalised(String login) {
    return Normalizer.normalize(login, Normalizer.Form.NFC);
  }

  // ---- as a source of accounts

  @Override
  public Answer find(UserName name) {
    Snapshot in = snapshot;
    return in.content()
        .find(name)
        .<Answer>map(Answer.Found::new)
        .orElseGet(() -> uncertain(in, name) ? new Answer.Unavailable() : new Answer.Unknown());
  }

  @Override
  public Answer findLogin(String login) {
    Snapshot in = snapshot;
    return find(in, login)
        .<Answer>map(Answer.Found::new)
        .orElseGet(() -> uncertain(in, login) ? new Answer.Unavailable() : new Answer.Unknown());
  }

  /// The user who had this name before, where nobody has it now.
  Optional<UserName> formerly(UserName name) {
    Snapshot in = snapshot;
    return in.content().find(name).isPresent()
        ? Optional.empty()
        : Optional.ofNullable(in.former().get(name));
  }
}
