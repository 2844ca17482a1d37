package net.facteur.server.lists;

import static net.facteur.server.lists.ListsTexts.SAY;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileStamp;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.files.ToldException;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// All lists: the one door for whoever reads or changes them. Answers come from memory; a change is
/// on disk, and known here, when its method returns. What others change in the files is known after
/// [#refresh].
///
/// Where a file cannot be read, its list stays as it was, and [#uncertain] says so. Safe for use by
/// many threads.
public final class Lists {
  /// Lists that one server may have.
  public static final int MOST_LISTS = 1000;

  private static final Logger LOG = LogManager.getLogger(Lists.class);

  private final Path directory;
  private final boolean logs;
  private final Map<UserName, ListFile> files = new ConcurrentHashMap<>();
  private volatile Map<UserName, Known> known = Map.of();
  private volatile List<Text> trouble = List.of();

  /// A file as it was read last.
  ///
  /// @param content empty where no list could be made of it so far
  private record Known(String stamp, Optional<ListContent> content, List<Text> problems) {}

  private Lists(Path directory, boolean logs) {
    this.directory = directory;
    this.logs = logs;
    refresh();
  }

  /// Those of a directory, which need not be there. The log is told what is wrong.
  public Lists(Path directory) {
    this(directory, true);
  }

  /// The same for somebody who tells what is wrong in another way.
  public static Lists unlogged(Path directory) {
    return new Lists(directory, false);
  }

  /// Where they lie.
  public static Path directory(Settings settings) {
    return DataDirectory.from(settings).resolve(Path.of("lists"));
  }

  public Path directory() {
    return directory;
  }

  /// The file of a list.
  public Path file(UserName list) {
    return directory.resolve(list.text());
  }

  /// What becomes of a change.
  public enum Outcome {
    /// It is on disk.
    DONE,
    /// It is there already; nothing was changed.
    TAKEN,
    /// There is no such list; nothing was changed.
    NO_LIST,
    /// There is no such member; nothing was changed.
    NO_MEMBER,
    /// There would be too many; nothing was changed.
    TOO_MANY
  }

  /// All lists with their members, in the order of their addresses.
  public Collection<ListContent> lists() {
    return known.values().stream().flatMap(each -> each.content().stream()).toList();
  }

  /// True where there is not a single one.
  public boolean none() {
    return known.isEmpty();
  }

  /// A list with its members.
  public Optional<ListContent> list(UserName address) {
    Known found = known.get(address);
    return found == null ? Optional.empty() : found.content();
  }

  /// What an address is to a list; empty for the address of no list.
  public Optional<ListAddress> find(MailAddress address) {
    return known.isEmpty() ? Optional.empty() : ListAddress.of(address, known::containsKey);
  }

  /// True where the file of a list has mistakes, so that mail for the list must wait.
  public boolean uncertain(UserName list) {
    Known found = known.get(list);
    return found != null && !found.problems().isEmpty();
  }

  /// What is wrong with the files, in words for an administrator.
  public List<Text> problems() {
    var problems = new ArrayList<>(trouble);
    known.values().forEach(each -> problems.addAll(each.problems()));
    return List.copyOf(problems);
  }

  /// Makes a list, without members.
  ///
  /// @throws IOException where the file cannot be read or written
  public Outcome add(MailingList list) throws IOException {
    if (known.size() >= MOST_LISTS) {
      return Outcome.TOO_MANY;
    }
    return changed(
        list.address(),
        (before, told) -> {
          told.outcome = before.isPresent() ? Outcome.TAKEN : Outcome.DONE;
          return before.or(() -> Optional.of(ListContent.empty(list)));
        });
  }

  /// Removes a list and all that is known of its members.
  public Outcome remove(UserName list) throws IOException {
    return changed(
        list,
        (before, told) -> {
          told.outcome = before.isPresent() ? Outcome.DONE : Outcome.NO_LIST;
          return Optional.empty();
        });
  }

  /// Changes what is said of a list. Its address stays.
  public Outcome change(UserName list, UnaryOperator<MailingList> change) throws IOException {
    return changeAll(list, content -> content.with(change.apply(content.list())));
  }

  /// Changes a list and its members together, such as for an import.
  ///
  /// @param change gets what is on disk at that moment; asked once, while others wait
  public Outcome changeAll(UserName list, UnaryOperator<ListContent> change) throws IOException {
    return changed(
        list,
        (before, told) -> {
          if (before.isEmpty()) {
            told.outcome = Outcome.NO_LIST;
            return before;
          }
          ListContent after = change.apply(before.get());
          if (!after.list().address().equals(list)) {
            throw new IllegalArgumentException("a list keeps its address");
          }
          if (after.members().size() > ListContent.MOST_MEMBERS) {
            told.outcome = Outcome.TOO_MANY;
            return before;
          }
          return Optional.of(after);
        });
  }

  /// Puts somebody on a list who is not there yet.
  public Outcome addMember(UserName list, Member member) throws IOException {
    return changed(
        list,
        (before, told) -> {
          if (before.isEmpty()) {
            told.outcome = Outcome.NO_LIST;
          } else if (before.get().member(member.address()).isPresent()) {
            told.outcome = Outcome.TAKEN;
          } else if (before.get().members().size() >= ListContent.MOST_MEMBERS) {
            told.outcome = Outcome.TOO_MANY;
          } else {
            return before.map(content -> content.with(member));
          }
          return before;
        });
  }

  /// Changes what is said of a member, such as his state. His address stays.
  public Outcome changeMember(UserName list, MailAddress member, UnaryOperator<Member> change)
      throws IOException {
    return changed(
        list,
        (before, told) -> {
          Optional<Member> there = before.flatMap(content -> content.member(member));
          if (there.isEmpty()) {
            told.outcome = before.isEmpty() ? Outcome.NO_LIST : Outcome.NO_MEMBER;
            return before;
          }
          Member after = change.apply(there.get());
          return before.map(content -> content.without(member).with(after));
        });
  }

  public Outcome removeMember(UserName list, MailAddress member) throws IOException {
    return changed(
        list,
        (before, told) -> {
          if (before.flatMap(content -> content.member(member)).isEmpty()) {
            told.outcome = before.isEmpty() ? Outcome.NO_LIST : Outcome.NO_MEMBER;
            return before;
          }
          return before.map(content -> content.without(member));
        });
  }

  /// A change that says what became of it.
  private interface Telling {
    Optional<ListContent> of(Optional<ListContent> before, Told told) throws IOException;
  }

  private static final class Told {
    private Outcome outcome = Outcome.DONE;
  }

  private Outcome changed(UserName list, Telling change) throws IOException {
    var told = new Told();
    var _ =
        files
            .computeIfAbsent(list, name -> new ListFile(directory, name))
            .change(before -> change.of(before, told));
    refresh();
    return told.outcome;
  }

  /// Reads the files again that changed, or could not be read before.
  public synchronized void refresh() {
    Map<UserName, Known> before = known;
    Map<UserName, Known> after = new TreeMap<>();
    var wrong = new ArrayList<Text>();
    try {
      for (UserName name : names(wrong)) {
        after.put(name, look(name, Optional.ofNullable(before.get(name))));
      }
      if (after.isEmpty() && before.size() > 1 && !Files.isDirectory(directory)) {
        throw new ToldException(SAY.gone(directory));
      }
    } catch (IOException e) {
      wrong.add(FileTrouble.text(e));
      after = before;
    }
    List<Text> troubled = problems();
    known = java.util.Collections.unmodifiableMap(after);
    trouble = List.copyOf(wrong);
    if (logs && !problems().equals(troubled)) {
      problems().forEach(problem -> LOG.error("lists: {}", problem.in(Language.ENGLISH)));
    }
    if (logs && !after.keySet().equals(before.keySet())) {
      LOG.info("lists read: {}", after.size());
    }
  }

  private Known look(UserName name, Optional<Known> before) {
    ListFile file = files.computeIfAbsent(name, address -> new ListFile(directory, address));
    String stamp = FileStamp.of(file.path());
    if (before.isPresent() && before.get().stamp().equals(stamp)) {
      return before.get();
    }
    Optional<ListContent> kept = before.flatMap(Known::content);
    try {
      Optional<ListText.Read> read = file.read();
      if (read.isEmpty()) {
        return new Known("", kept, List.of(SAY.gone(file.path())));
      }
      List<Text> problems = file.problems(read.get());
      return new Known(
          stamp,
          problems.isEmpty() ? read.get().content() : kept.or(read.get()::content),
          problems);
    } catch (IOException e) {
      return new Known("", kept, List.of(FileTrouble.text(e)));
    }
  }

  /// The lists that there are files of; lock files and what editors leave are none.
  private List<UserName> names(List<Text> wrong) throws IOException {
    var names = new ArrayList<UserName>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      for (Path each : found) {
        String file = String.valueOf(each.getFileName());
        Optional<UserName> name = UserName.parse(file).filter(n -> n.text().equals(file));
        if (name.isPresent()
            && MailingList.nameable(name.get())
            && !file.endsWith(".lock")
            && !file.endsWith("~")
            && Files.isRegularFile(each)) {
          names.add(name.get());
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    }
    names.sort(null);
    if (names.size() > MOST_LISTS) {
      wrong.add(SAY.manyLists(MOST_LISTS));
      return names.subList(0, MOST_LISTS);
    }
    return names;
  }
}
