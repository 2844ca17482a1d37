package net.facteur.server.accounts;

import static net.facteur.server.accounts.AccountsTexts.SAY;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTurn;
import net.facteur.server.files.ToldException;
import net.facteur.server.files.WriterTurn;
import net.facteur.server.language.Text;

/// The file in which users are kept: a line each, mode 0600 unless it has another, replaced whole
/// so that a reader or a crash never meets half of it. Writers, also of other processes, take turns
/// by a lock file beside it. One object per file and process.
public final class UsersFile {
  /// Some 200,000 users.
  private static final long MAX_OCTETS = 64L << 20;

  private final Path file;
  private final SecureRandom random;
  private final WriterTurn turn;

  public UsersFile(Path file, SecureRandom random) {
    this.file = file;
    this.turn = new WriterTurn(file);
    this.random = random;
  }

  public Path path() {
    return file;
  }

  /// What the file says.
  ///
  /// @param users those who have one line, which can be read
  /// @param damaged the other lines: whoever's they are, nobody can say of that user that there is
  ///   none
  /// @param cut the last line, where the file ends before its end: nobody can say who followed
  /// @param secret 32 octets that are the same for the life of the installation; fresh where the
  ///   file has none yet
  /// @param stored the secret stands in the file
  public record Content(
      Map<UserName, User> users,
      List<DamagedLine> damaged,
      Optional<Integer> cut,
      byte[] secret,
      boolean stored) {
    static final Content NOTHING =
        new Content(
            Map.of(), List.of(), Optional.empty(), new byte[UsersText.SECRET_OCTETS], false);

    public Content {
      users = java.util.Collections.unmodifiableMap(new TreeMap<>(users));
      damaged = List.copyOf(damaged);
    }

    public Optional<User> find(UserName name) {
      return Optional.ofNullable(users.get(name));
    }

    /// True where a damaged line is this user's, or may be.
    public boolean mayBeDamaged(UserName name) {
      return cut.isPresent()
          || damaged.stream().anyMatch(line -> line.name().map(name::equals).orElse(true));
    }

    /// The damaged lines that name this user.
    public List<DamagedLine> damagedOf(UserName name) {
      return damaged.stream().filter(line -> line.name().filter(name::equals).isPresent()).toList();
    }

    /// True where several lines name this user. There is such a user then, and nobody can say which
    /// password holds.
    public boolean repeats(UserName name) {
      return damagedOf(name).size() > 1;
    }

    /// The same, and those that were known before and have no line here.
    Content completedBy(Content before) {
      var all = new TreeMap<>(before.users());
      damaged.forEach(line -> line.name().ifPresent(all::remove));
      all.putAll(users);
      return new Content(all, damaged, cut, secret, stored);
    }

    /// What is wrong with the lines of this user, where they are damaged.
    public Optional<UsersProblem> problemOf(UserName name) {
      List<DamagedLine> lines = damagedOf(name);
      return lines.isEmpty() ? Optional.empty() : Optional.of(UsersProblem.of(name, lines));
    }

    /// What is wrong, in the order of the lines.
    public List<UsersProblem> problems() {
      var problems = new ArrayList<UsersProblem>();
      var told = new HashSet<UserName>();
      for (DamagedLine line : damaged) {
        if (line.name().isEmpty()) {
          problems.add(UsersProblem.nobodys(line.number()));
        } else if (told.add(line.name().get())) {
          problemOf(line.name().get()).ifPresent(problems::add);
        }
      }
      cut.ifPresent(last -> problems.add(UsersProblem.cut(last)));
      return problems;
    }
  }

  /// A line of the file that cannot be read, or is not the only one of its user.
  ///
  /// @param number the first line is 1
  /// @param name whose line it is, where it begins with a name
  /// @param why it cannot be read, where more can be said than that
  public record DamagedLine(int number, Optional<UserName> name, Optional<Text> why) {}

  /// True where it was there before: whoever writes it leaves a lock beside it.
  public boolean gone() {
    return Files.notExists(file) && Files.exists(FileTurn.of(file).path());
  }

  /// Reads the file; no file means no users.
  ///
  /// @throws IOException where it cannot be read, in words for an administrator
  public Content read() throws IOException {
    return content(lines(Files::readAllBytes));
  }

  private Content content(UsersText.Lines lines) {
    byte[] secret = lines.secret().orElseGet(() -> new byte[UsersText.SECRET_OCTETS]);
    if (lines.secret().isEmpty()) {
      random.nextBytes(secret);
    }
    return new Content(
        lines.users(),
        lines.damaged().stream().map(d -> new DamagedLine(d.number(), d.name(), d.why())).toList(),
        lines.cut(),
        secret,
        lines.secret().isPresent());
  }

  /// What reads a file.
  @FunctionalInterface
  private interface Reader {
    byte[] read(Path file) throws IOException;
  }

  private UsersText.Lines lines(Reader reader) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return UsersText.parse(new byte[0]);
    } catch (AccessDeniedException e) {
      throw notAllowed(e);
    }
    if (!attributes.isRegularFile()) {
      throw new ToldException(SAY.noUsersFile(file));
    }
    if (attributes.size() > MAX_OCTETS) {
      throw new ToldException(SAY.largeUsersFile(file, MAX_OCTETS >> 20));
    }
    try {
      byte[] text = reader.read(file);
      if (text.length == 0) {
        // Never written so: something cut it off, and nobody must be called unknown for that.
        throw new ToldException(SAY.emptyUsersFile(file));
      }
      return UsersText.parse(text);
    } catch (AccessDeniedException e) {
      throw notAllowed(e);
    }
  }

  private IOException notAllowed(AccessDeniedException e) {
    String me = System.getProperty("user.name", "?");
    String owner = owner();
    var told =
        new ToldException(
            owner.equals(me)
                ? SAY.usersFileNotMine(file, me)
                : SAY.usersFileOfServer(file, me, owner));
    told.initCause(e);
    return told;
  }

  /// Who owns the directory of the users, and so runs the server.
  private String owner() {
    Path directory = file.toAbsolutePath().getParent();
    try {
      return directory == null ? "root" : Files.getOwner(directory).getName();
    } catch (IOException | UnsupportedOperationException _) {
      return "root";
    }
  }

  /// Changes the users. On return the change is on disk. Damaged lines stay as they are, but for
  /// those of users who are put in anew.
  ///
  /// @param change gets the users as they are now and gives them as they shall be
  /// @throws IOException also where the file is cut off: written again, it would look whole
  public void edit(UnaryOperator<Map<UserName, User>> change) throws IOException {
    rewrite(
        lines -> {
          Map<UserName, User> after = change.apply(new TreeMap<>(lines.users()));
          return changed(lines, after, after::containsKey);
        });
  }

  /// @param settled those whose damaged lines are no longer wanted
  private static UsersText.Lines changed(
      UsersText.Lines lines, Map<UserName, User> users, Predicate<UserName> settled) {
    var left =
        lines.damaged().stream().filter(line -> line.name().filter(settled).isEmpty()).toList();
    return new UsersText.Lines(users, left, lines.cut(), lines.secret(), lines.comments());
  }

  private void rewrite(UnaryOperator<UsersText.Lines> change) throws IOException {
    var _ = turn.exclusively(() -> rewritten(change));
  }

  /// Makes one change. On return it is on disk. The damaged lines of the user go.
  public UserChange.Outcome apply(UserChange change) throws IOException {
    var outcome = new AtomicReference<>(UserChange.Outcome.DONE);
    rewrite(
        lines -> {
          UserName name = change.name();
          var users = new TreeMap<>(lines.users());
          long damaged = lines.damaged().stream().filter(line -> line.isOf(name)).count();
          boolean readable = users.containsKey(name);
          outcome.set(
              switch (change) {
                case UserChange.Add _ when readable || damaged > 1 -> UserChange.Outcome.TAKEN;
                case UserChange.Replace _ when !readable -> UserChange.Outcome.UNKNOWN;
                case UserChange.Replace(User before, User _)
                    when !before.equals(lines.users().get(name)) ->
                    UserChange.Outcome.OVERTAKEN;
                case UserChange.Rename _ when !readable -> UserChange.Outcome.UNKNOWN;
                case UserChange.Rename(UserName _, UserName to) when lines.names(to) ->
                    UserChange.Outcome.TAKEN;
                case UserChange.Remove _ when !readable && damaged == 0 ->
                    UserChange.Outcome.UNKNOWN;
                case UserChange.Add _,
                    UserChange.Replace _,
                    UserChange.Rename _,
                    UserChange.Remove _ ->
                    UserChange.Outcome.DONE;
              });
          if (outcome.get() != UserChange.Outcome.DONE) {
            return lines;
          }
          switch (change) {
            case UserChange.Add(User user) -> take(users, user);
            case UserChange.Replace(User _, User user) -> users.put(name, user);
            case UserChange.Rename(UserName _, UserName to) -> {
              User user = users.remove(name);
              take(users, java.util.Objects.requireNonNull(user).renamed(to));
            }
            case UserChange.Remove _ -> users.remove(name);
          }
          return changed(lines, users, name::equals);
        });
    return outcome.get();
  }

  /// Puts a user there whose name may have been another's before.
  private static void take(Map<UserName, User> users, User user) {
    users.replaceAll((_, other) -> other.withoutFormer(user.name()));
    users.put(user.name(), user);
  }

  private UsersText.Lines rewritten(UnaryOperator<UsersText.Lines> change) throws IOException {
    UsersText.Lines before = lines(path -> DurableFile.secret(path).octets());
    if (before.cut().isPresent()) {
      throw new ToldException(UsersProblem.cut(before.cut().get()).in(file));
    }
    UsersText.Lines after = change.apply(before);
    if (!after.equals(before) || before.secret().isEmpty() || !Files.exists(file)) {
      DurableFile.secret(file)
          .replace(
              UsersText.format(
                  content(before).secret(),
                  after.users().values(),
                  after.damaged(),
                  after.comments()));
    }
    return after;
  }
}
