package net.facteur.server.feedback;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.counts.CountStore;
import net.facteur.server.routing.ForwardStanding;

/// Whether mail arrives at the addresses elsewhere that aliases and forwards lead to.
///
/// An address that refuses everything for days rests. After a time the next message is tried again,
/// with a copy for the mailbox: if it arrives, everything is as before. It is known by itself, so
/// that another address in its place begins anew. Safe for use by many threads; only [#exchange()]
/// blocks.
public final class ForwardMemory implements ForwardStanding {
  static final String PART = "forward-target";

  private static final int MOST = 20_000;
  private static final int FORWARDERS = 20;

  /// Refusals on as many days at least, so that one bad hour rests nobody.
  private static final int DAYS = 2;

  /// Refusals at least that say that nobody takes mail there.
  private static final int FAILURES = 3;

  /// How long something is known of a target that gets no mail.
  private static final Duration KEPT = Duration.ofDays(180);

  /// How exactly it is known when mail arrived last, so that not each message is written down.
  private static final Duration GRAIN = Duration.ofHours(1);

  private final Remembered<Entry> known;
  private final InstantSource clock;
  private volatile FeedbackSettings settings = FeedbackSettings.DEFAULTS;

  /// What is known of a target.
  ///
  /// @param arrived when something arrived last
  /// @param failing since when nothing does
  /// @param last the last refusal or delay
  /// @param failures how many there were since, at different times
  /// @param gone of them, those that say that nobody takes mail there, or that it is full
  /// @param days on which
  /// @param refused something was refused since, not only delayed
  /// @param resting since when, or since it was tried in vain
  /// @param told whether somebody was told of it
  /// @param by the addresses here that lead to it
  /// @param said what was answered last
  record Entry(
      Optional<Instant> arrived,
      Optional<Instant> failing,
      Instant last,
      int failures,
      int gone,
      int days,
      boolean refused,
      Optional<Instant> resting,
      Told told,
      List<String> by,
      String said) {
    Entry {
      by = List.copyOf(by);
    }

    private static String text(Optional<Instant> at) {
      return at.map(Instant::toString).orElse("-");
    }

    private static Optional<Instant> instant(String text) {
      return text.equals("-") ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    String text() {
      return String.join(
          " ",
          text(arrived),
          text(failing),
          last.toString(),
          String.valueOf(failures),
          String.valueOf(gone),
          String.valueOf(days),
          String.valueOf(refused),
          text(resting),
          told.name(),
          by.isEmpty() ? "-" : String.join(",", by),
          said);
    }

    static Optional<Entry> parse(String text) {
      String[] words = text.split(" ", 11);
      try {
        return words.length < 11
            ? Optional.empty()
            : Optional.of(
                new Entry(
                    instant(words[0]),
                    instant(words[1]),
                    Instant.parse(words[2]),
                    Integer.parseInt(words[3]),
                    Integer.parseInt(words[4]),
                    Integer.parseInt(words[5]),
                    Boolean.parseBoolean(words[6]),
                    instant(words[7]),
                    Told.valueOf(words[8]),
                    words[9].equals("-") ? List.of() : List.of(words[9].split(",")),
                    words[10]));
      } catch (IllegalArgumentException | DateTimeParseException _) {
        return Optional.empty(); // of another version
      }
    }

    Entry told(Told now) {
      return new Entry(
          arrived, failing, last, failures, gone, days, refused, resting, now, by, said);
    }
  }

  /// What somebody was told of a target.
  enum Told {
    NOTHING,
    FAILING,
    RESTING
  }

  /// How a target does, for people.
  ///
  /// @param state `arrives`, `deferred`, `refused` or `rests`
  /// @param since when that began; empty where that is not known
  public record Listed(
      String target, List<String> by, String state, Optional<Instant> since, String said) {
    public Listed {
      by = List.copyOf(by);
    }
  }

  ForwardMemory(CountStore store, InstantSource clock) {
    this.known = new Remembered<>(store, PART, MOST, Entry::text, Entry::parse);
    this.clock = clock;
  }

  void use(FeedbackSettings now) {
    settings = now;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String key(MailAddress address) {
    return Ascii.lower(address.text());
  }

  @Override
  public Standing of(MailAddress target) {
    return known.get(key(target)).map(this::standing).orElse(Standing.OPEN);
  }

  private Standing standing(Entry entry) {
    if (entry.resting().isEmpty()) {
      return Standing.OPEN;
    }
    return now().isBefore(entry.resting().get().plus(settings.tryAgain()))
        ? Standing.RESTS
        : Standing.TRIED;
  }

  /// Mail that an address here passed on was taken.
  ///
  /// @param certain by a host of the target's own, and not by one that carries it on
  void arrived(MailAddress by, MailAddress target, boolean certain) {
    Instant now = now();
    known.change(
        key(target),
        before -> {
          boolean news =
              before.isEmpty()
                  || !before.get().by().contains(key(by))
                  || before.get().arrived().map(at -> at.plus(GRAIN).isBefore(now)).orElse(true);
          boolean fails = before.flatMap(Entry::failing).isPresent();
          // A smarthost takes what comes back a moment later.
          if (fails && !certain && now.isBefore(before.get().last().plus(settings.restAfter()))) {
            return before;
          }
          return news || fails
              ? Optional.of(
                  new Entry(
                      Optional.of(now),
                      Optional.empty(),
                      now,
                      0,
                      0,
                      0,
                      false,
                      Optional.empty(),
                      Told.NOTHING,
                      with(before, by),
                      "-"))
              : before;
        });
  }

  /// Mail that an address here passed on was refused, or has to wait.
  ///
  /// @param by the address here; empty where only the target is known
  /// @param refused for good
  /// @param isGone nobody takes mail there, or there is no room; a refusal by policy tells nothing
  ///   of the next message
  void failed(
      Optional<MailAddress> by, MailAddress target, boolean refused, boolean isGone, String said) {
    Instant now = now();
    known.change(
        key(target),
        before -> {
          if (before.isEmpty() && by.isEmpty()) {
            return before; // nobody here passes mail on to it
          }
          Optional<Entry> going = before.filter(entry -> entry.failing().isPresent());
          Instant since = going.flatMap(Entry::failing).orElse(now);
          boolean sameDay =
              going
                  .map(e -> e.last().truncatedTo(ChronoUnit.DAYS))
                  .filter(now.truncatedTo(ChronoUnit.DAYS)::equals)
                  .isPresent();
          int days = going.map(Entry::days).orElse(0) + (sameDay ? 0 : 1);
          int failures = going.map(Entry::failures).orElse(0) + 1;
          int gone = going.map(Entry::gone).orElse(0) + (isGone ? 1 : 0);
          boolean any = refused || going.map(Entry::refused).orElse(false);
          Optional<Instant> rested = before.flatMap(Entry::resting);
          boolean tried =
              rested.isPresent() && !now.isBefore(rested.get().plus(settings.tryAgain()));
          boolean rests =
              gone >= FAILURES && days >= DAYS && !now.isBefore(since.plus(settings.restAfter()));
          return Optional.of(
              new Entry(
                  before.flatMap(Entry::arrived),
                  Optional.of(since),
                  now,
                  failures,
                  gone,
                  days,
                  any,
                  rested.isPresent()
                      ? (tried && isGone ? Optional.of(now) : rested)
                      : rests ? Optional.of(now) : Optional.empty(),
                  before.map(Entry::told).orElse(Told.NOTHING),
                  by.map(address -> with(before, address))
                      .orElseGet(() -> before.map(Entry::by).orElse(List.of())),
                  DeadAddresses.words(said)));
        });
  }

  private static List<String> with(Optional<Entry> before, MailAddress by) {
    var all = new ArrayList<String>(before.map(Entry::by).orElse(List.of()));
    String key = key(by);
    if (!key.contains(",") && !key.contains(" ") && !all.contains(key)) {
      all.addFirst(key);
    }
    return all.subList(0, Math.min(all.size(), FORWARDERS));
  }

  /// True where addresses here pass mail on to it, as far as is known.
  boolean leadsTo(MailAddress target) {
    return known.get(key(target)).isPresent();
  }

  /// Targets of which somebody has to be told something.
  List<String> untold() {
    Instant now = now();
    return known.all().entrySet().stream()
        .filter(entry -> !due(entry.getValue(), now).equals(entry.getValue().told()))
        .map(java.util.Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /// What somebody has to know by now.
  private Told due(Entry entry, Instant now) {
    if (entry.resting().isPresent()) {
      return Told.RESTING;
    }
    boolean overdue =
        entry.failing().map(at -> !now.isBefore(at.plus(settings.tellAfter()))).orElse(false)
            && entry.failures() > 1;
    return overdue || entry.told() == Told.FAILING ? Told.FAILING : Told.NOTHING;
  }

  /// What is to be told of a target now, which counts as told from then on.
  ///
  /// @param key as [#untold] has it
  Optional<Entry> tell(String key) {
    Instant now = now();
    Optional<Entry> entry = known.get(key);
    known.change(key, before -> before.map(its -> its.told(due(its, now))));
    return entry.map(its -> its.told(due(its, now)));
  }

  /// How all targets do, sorted.
  public List<Listed> list() {
    return known.all().entrySet().stream()
        .map(
            each -> {
              Entry entry = each.getValue();
              String state =
                  entry.resting().isPresent()
                      ? "rests"
                      : entry.failing().isEmpty()
                          ? "arrives"
                          : entry.refused() ? "refused" : "deferred";
              return new Listed(
                  each.getKey(),
                  entry.by(),
                  state,
                  entry.resting().or(entry::failing).or(entry::arrived),
                  entry.said());
            })
        .sorted(Comparator.comparing(Listed::target))
        .toList();
  }

  /// Tries everything again that an address here leads to, or a target.
  ///
  /// @return how many targets those are
  public int retry(String address) {
    String key = Ascii.lower(address);
    return known.forget(
        entry ->
            entry.getValue().failing().isPresent()
                && (entry.getKey().equals(key) || entry.getValue().by().contains(key)));
  }

  /// Writes what is new, and forgets what is old. Blocks.
  void exchange() throws IOException {
    known.exchange();
    Instant now = now();
    known.forget(entry -> !now.isBefore(entry.getValue().last().plus(KEPT)));
  }
}
