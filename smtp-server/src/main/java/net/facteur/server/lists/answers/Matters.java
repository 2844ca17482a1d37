package net.facteur.server.lists.answers;

import static net.facteur.server.lists.answers.AnswersTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.EntryFile;
import net.facteur.server.files.FileStamp;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Settled;
import net.facteur.server.lists.answers.Matter.Verdict;

/// All that waits for an answer, in one file; and what was answered, for a while. A change is on
/// disk when its method returns. Safe for many threads and processes.
public final class Matters {
  /// The most that may be kept. Each address has one question at a time.
  static final int MOST = 20_000;

  /// How many people of one domain are asked within a day: a stranger who owns a domain has as many
  /// addresses as he likes.
  static final int MOST_OF_DOMAIN = 500;

  /// How long it is known how something ended.
  static final Duration REMEMBERED = Duration.ofDays(60);

  private static final Duration DAY = Duration.ofDays(1);
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int ID = 6;

  private final EntryFile file;
  private final InstantSource clock;
  private final RandomGenerator random;
  private String stamp = "";
  private List<Matter> known = List.of();

  /// @param directory of the lists
  public Matters(Path directory, InstantSource clock, RandomGenerator random) {
    this.file =
        new EntryFile(directory.resolve(".answers"), "# What lists wait for, down to #end.");
    this.clock = clock;
    this.random = random;
  }

  /// Where they are kept.
  public Path path() {
    return file.path();
  }

  /// Everything.
  ///
  /// @throws IOException where the file cannot be read
  public synchronized List<Matter> all() throws IOException {
    String now = FileStamp.of(file.path());
    if (!now.equals(stamp)) {
      known = parse(file.read().all());
      stamp = now;
    }
    return known;
  }

  public Optional<Matter> find(String id) throws IOException {
    return all().stream().filter(each -> each.id().equals(id)).findFirst();
  }

  private static List<Matter> parse(List<String> lines) {
    return lines.stream()
        .filter(line -> !EntryFile.Lines.isComment(line))
        .flatMap(line -> MatterText.parse(line).stream())
        .toList();
  }

  /// What becomes of a question.
  public sealed interface Asking {
    /// It is on disk: whoever may answer is to be told.
    record Asked(Matter matter) implements Asking {}

    /// The same was asked within a day, and nobody is told again.
    record AskedBefore(Matter matter) implements Asking {}

    /// There are too many questions, of all or of one domain.
    record TooMany() implements Asking {}
  }

  /// Asks a question, unless the same was asked within a day: then nothing is done.
  ///
  /// @param life how long it waits
  public Asking ask(UserName list, About about, List<MailAddress> answerers, Duration life)
      throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return changed(
        all -> {
          Optional<Matter> same =
              all.stream()
                  .filter(each -> each.list().equals(list) && same(each.about(), about))
                  .filter(each -> recent(each, now))
                  .findFirst();
          if (same.isPresent()) {
            return EntryFile.Changed.not(new Asking.AskedBefore(same.get()));
          }
          if (all.size() >= MOST || tooMany(all, about, now)) {
            return EntryFile.Changed.not(new Asking.TooMany());
          }
          var matter =
              new Matter(id(all), list, about, answerers, now, now.plus(life), Optional.empty());
          all.add(matter);
          return new EntryFile.Changed<>(Optional.of(lines(all)), new Asking.Asked(matter));
        });
  }

  /// A post is one question for as long as it waits; people are asked anew after a day.
  private static boolean recent(Matter matter, Instant now) {
    return matter.about() instanceof About.Post
        ? matter.open()
        : matter.asked().plus(DAY).isAfter(now)
            || (matter.open()
                && matter.about() instanceof About.Admission
                && matter.until().isAfter(now));
  }

  private static boolean same(About one, About other) {
    return switch (one) {
      case About.Confirmation(MailAddress who, String _) ->
          other instanceof About.Confirmation(MailAddress its, String _) && same(who, its);
      case About.Admission(MailAddress who, String _) ->
          other instanceof About.Admission(MailAddress its, String _) && same(who, its);
      case About.Told(MailAddress who, String what) ->
          other instanceof About.Told(MailAddress its, String same)
              && same(who, its)
              && what.equals(same);
      case About.Post post -> other instanceof About.Post its && post.post().equals(its.post());
    };
  }

  private static boolean same(MailAddress one, MailAddress other) {
    return Member.key(one).equals(Member.key(other));
  }

  private static Optional<String> domain(About about) {
    return switch (about) {
      case About.Confirmation(MailAddress who, String _) -> Optional.of(domain(who));
      case About.Admission(MailAddress who, String _) -> Optional.of(domain(who));
      case About.Told(MailAddress who, String _) -> Optional.of(domain(who));
      case About.Post _ -> Optional.empty();
    };
  }

  private static String domain(MailAddress who) {
    String key = Member.key(who);
    return key.substring(key.lastIndexOf('@') + 1);
  }

  private static boolean tooMany(List<Matter> all, About about, Instant now) {
    Optional<String> domain = domain(about);
    return domain.isPresent()
        && all.stream()
                .filter(each -> each.asked().plus(DAY).isAfter(now))
                .filter(each -> domain(each.about()).equals(domain))
                .count()
            >= MOST_OF_DOMAIN;
  }

  /// What becomes of an answer.
  public sealed interface Answering {
    /// It counts: it is on disk.
    record Counts(Matter matter) implements Answering {}

    /// Another counted before.
    record Settled(Matter matter) implements Answering {}

    /// Nothing waits under this name.
    record Unknown() implements Answering {}
  }

  /// Answers a question, once.
  ///
  /// @param by an address, or a user of this machine
  public Answering settle(String id, Verdict verdict, String by, String reason) throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return changed(
        all -> {
          for (int i = 0; i < all.size(); i++) {
            Matter matter = all.get(i);
            if (matter.id().equals(id)) {
              if (!matter.open()) {
                return EntryFile.Changed.not(new Answering.Settled(matter));
              }
              Matter after = matter.with(new Settled(verdict, by, now, reason));
              all.set(i, after);
              return new EntryFile.Changed<>(Optional.of(lines(all)), new Answering.Counts(after));
            }
          }
          return EntryFile.Changed.not(new Answering.Unknown());
        });
  }

  /// Lets a question wait again whose answer could not be carried out.
  public void reopen(String id) throws IOException {
    Optional<Matter> found = find(id);
    if (found.isPresent()) {
      var _ =
          changed(
              all -> {
                all.replaceAll(
                    each ->
                        each.id().equals(id)
                            ? new Matter(
                                each.id(),
                                each.list(),
                                each.about(),
                                each.answerers(),
                                each.asked(),
                                each.until(),
                                Optional.empty())
                            : each);
                return new EntryFile.Changed<>(Optional.of(lines(all)), true);
              });
    }
  }

  /// True where it waits still, and its time is over.
  public boolean over(Matter matter) {
    return matter.open() && !clock.instant().isBefore(matter.until());
  }

  /// Those that wait and whose time is over.
  public List<Matter> overdue(Predicate<Matter> some) throws IOException {
    return all().stream().filter(each -> over(each) && some.test(each)).toList();
  }

  /// Forgets what ended long ago, and confirmations that nobody gave.
  public void tidy() throws IOException {
    if (all().stream().noneMatch(this::old)) {
      return;
    }
    var _ =
        changed(
            all -> {
              all.removeIf(this::old);
              return new EntryFile.Changed<>(Optional.of(lines(all)), true);
            });
  }

  private boolean old(Matter matter) {
    Instant now = clock.instant();
    boolean passing =
        matter.about() instanceof About.Told || matter.about() instanceof About.Confirmation;
    return matter.settled().isPresent()
        ? matter.settled().get().at().plus(REMEMBERED).isBefore(now)
        : passing && matter.until().isBefore(now) && matter.asked().plus(DAY).isBefore(now);
  }

  private interface Change<R> {
    EntryFile.Changed<R> of(List<Matter> all);
  }

  private synchronized <R> R changed(Change<R> change) throws IOException {
    Path directory = file.path().resolveSibling("");
    DurableDirectory.secret(directory).make();
    R done =
        file.change(SAY.cutOff(file.path()), lines -> change.of(new ArrayList<>(parse(lines))));
    stamp = "";
    return done;
  }

  private static List<String> lines(List<Matter> all) {
    var lines = new ArrayList<String>();
    lines.add("# What lists wait for, down to #end.");
    all.forEach(each -> lines.add(MatterText.line(each)));
    return lines;
  }

  private String id(List<Matter> all) {
    while (true) {
      var id = new StringBuilder();
      for (int i = 0; i < ID; i++) {
        id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      if (all.stream().noneMatch(each -> each.id().contentEquals(id))) {
        return id.toString();
      }
    }
  }
}
