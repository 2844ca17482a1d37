package net.facteur.server.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.Sights;
import net.facteur.server.counts.Tallies;
import net.facteur.server.limits.TheftSigns.Sign;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.smtp.SmtpReply;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// What every account sent lately, and what follows from it. It outlives a reload.
///
/// Counted are recipients: those whose mail left, those whose mail was taken, held or not, those to
/// whom the account wrote for the first time, and those whom their servers do not know. Only what
/// left counts towards a limit, so that a single mail that asks the postmaster does not silence its
/// sender.
public final class SendingLimits implements SendingGate {
  private static final Logger LOG = LogManager.getLogger(SendingLimits.class);

  static final Duration HOUR = Duration.ofHours(1);
  static final Duration DAY = Duration.ofDays(1);

  private static final Duration MONTH = Duration.ofDays(30);

  private static final String PART = "sending";
  private static final String STOPS = "sending.stops";
  private static final String INCIDENTS = "sending.incidents";
  private static final String COMPLAINTS_TOLD = "sending.complaints-told";
  private static final String BEGAN = "sending.began";
  private static final String ALL = "all";
  private static final Duration STEP = Duration.ofMinutes(5);
  private static final Duration KNOWN = Duration.ofDays(365);
  private static final Duration KNOWN_NETWORK = Duration.ofDays(30);

  /// Of how many recipients a share is told.
  private static final int LEAST = 20;

  private static final int LOCKS = 64;
  private static final int MAX_RECENT = 10_000;
  private static final SmtpReply TOO_MANY =
      SmtpReply.of(
          450, 4, 7, 1, "Too much mail for now; the postmaster has been told, please try later");

  private final CountStore store;
  private final Tallies counts;
  private final Tallies complaints;
  private final Sights written;
  private final Sights networks;
  private final LoginHistory logins;
  private final InstantSource clock;
  private final Executor workers;
  private final Cache<String, RecentSending> recent;
  private final Map<String, Stop> stops = new ConcurrentHashMap<>();

  /// When mail of an account was held last, while that is one event.
  private final Map<String, Instant> incidents = new ConcurrentHashMap<>();

  /// The day on which the postmaster was told of complaints about an account last.
  private final Map<String, String> complaintsTold = new ConcurrentHashMap<>();

  /// What is written of that; guarded by this.
  private final Map<String, Instant> writtenIncidents = new HashMap<>();

  private final Object[] locks = new Object[LOCKS];
  private volatile LimitsSettings settings = LimitsSettings.DEFAULTS;
  private volatile Incident.Alarm alarm = _ -> {};

  /// Accounts whose hold is not written yet.
  private final Set<String> unsaved = ConcurrentHashMap.newKeySet();

  /// When counting began; empty until that is read.
  private volatile Optional<Instant> began = Optional.empty();

  private boolean read;
  private String trouble = "";

  /// What is counted of an account.
  private enum Kind {
    LEFT,
    TAKEN,
    NEW,
    UNKNOWN,
    RETURNED,
    NETWORK;

    String of(String account) {
      return name() + " " + account;
    }

    /// The account of a key.
    static String account(String key) {
      return key.substring(key.indexOf(' ') + 1);
    }
  }

  /// All mail of an account is held.
  ///
  /// @param reason [Reason#THEFT] or [Reason#OPERATOR]
  /// @param why the signs, in words
  record Stop(Instant at, Reason reason, String why) {
    String text() {
      return at + " " + reason.name() + " " + why;
    }

    static Optional<Stop> parse(String text) {
      String[] words = text.split(" ", 3);
      try {
        return words.length == 3
            ? Optional.of(new Stop(Instant.parse(words[0]), Reason.valueOf(words[1]), words[2]))
            : Optional.empty();
      } catch (RuntimeException e) {
        LOG.warn("a held account cannot be read: {}", e.getMessage());
        return Optional.empty();
      }
    }
  }

  /// @param node this process, once
  /// @param logins how logins went
  /// @param workers may block
  public SendingLimits(
      CountStore store, String node, LoginHistory logins, InstantSource clock, Executor workers) {
    this.store = store;
    this.clock = clock;
    this.logins = logins;
    this.workers = workers;
    this.counts = new Tallies(store, PART, node, STEP, DAY.plus(HOUR), clock);
    this.complaints = new Tallies(store, PART + ".complaints", node, HOUR, MONTH.plus(DAY), clock);
    this.written = new Sights(store, PART + ".written", KNOWN, clock);
    this.networks = new Sights(store, PART + ".networks", KNOWN_NETWORK, clock);
    this.recent = Caffeine.newBuilder().maximumSize(MAX_RECENT).executor(Runnable::run).build();
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /// Puts other settings in force.
  ///
  /// @param mail to the postmaster and to users
  public void use(LimitsSettings limits, PostmasterMail mail) {
    use(limits, new IncidentNotices(mail, limits));
  }

  void use(LimitsSettings limits, Incident.Alarm teller) {
    settings = limits;
    alarm = teller;
  }

  public LimitsSettings settings() {
    return settings;
  }

  private Object lock(String key) {
    return locks[Math.floorMod(key.hashCode(), LOCKS)];
  }

  // ---- submission

  @Override
  public Verdict admit(Sending sending) {
    LimitsSettings limits = settings;
    SendingAccount account = SendingAccount.of(sending.client(), limits.trusted());
    synchronized (lock(account.key())) {
      return admit(sending, account, limits);
    }
  }

  private Verdict admit(Sending sending, SendingAccount account, LimitsSettings limits) {
    String key = account.key();
    int more = sending.outside().size();
    if (account.kind() == SendingAccount.Kind.USER) {
      from(key, sending.from());
    }
    Optional<Stop> stop = stop(account);
    if (more == 0 && stop.isEmpty() && sending.spam().isEmpty()) {
      return Verdict.Free.FREE;
    }
    recentOf(key).add(sending);
    Allowance allowance = limits.of(account);
    long strangers = sending.outside().stream().filter(to -> !written.has(key, to)).count();
    Optional<Reason> reason =
        stop.map(Stop::reason)
            .or(() -> beyond(limits, allowance, key, more, strangers))
            .or(() -> sending.spam().map(_ -> Reason.SPAM));
    if (reason.isPresent()
        && allowance.refuses(sum(Kind.TAKEN, key, HOUR), sum(Kind.TAKEN, key, DAY))) {
      LOG.info("refused user={} reason=\"far beyond what it may send\"", key);
      return new Verdict.Refused(TOO_MANY);
    }
    counts.add(Kind.TAKEN.of(key), more);
    if (reason.isPresent()) {
      begin(account, reason.get(), Set.of(), stop.isEmpty());
      return new Verdict.Held(why(account, reason.get(), allowance, stop, sending.spam()));
    }
    counts.add(Kind.LEFT.of(key), more);
    counts.add(Kind.NEW.of(key), learning(limits) ? 0 : strangers);
    sending.outside().forEach(to -> written.add(key, to));
    return look(account, limits)
        .<Verdict>map(
            found ->
                new Verdict.Held(
                    why(account, Reason.THEFT, allowance, Optional.of(found), Optional.empty())))
        .orElse(Verdict.Free.FREE);
  }

  private static String why(
      SendingAccount account,
      Reason reason,
      Allowance allowance,
      Optional<Stop> stop,
      Optional<String> spam) {
    return account.key()
        + ": "
        + reason.words()
        + switch (reason) {
          case HOUR -> " (" + allowance.hour() + ")";
          case DAY -> " (" + allowance.day() + ")";
          case NEW -> " (" + allowance.newInDay() + ")";
          case THEFT -> stop.map(s -> ": " + s.why()).orElse("");
          case SPAM -> spam.map(s -> ": " + s).orElse("");
          case UNKNOWN, OPERATOR -> "";
        };
  }

  private Optional<Reason> beyond(
      LimitsSettings limits, Allowance allowance, String key, int more, long strangers) {
    long inDay = sum(Kind.LEFT, key, DAY);
    if (Allowance.passes(allowance.hour(), sum(Kind.LEFT, key, HOUR), more)) {
      return Optional.of(Reason.HOUR);
    }
    if (Allowance.passes(allowance.day(), inDay, more)) {
      return Optional.of(Reason.DAY);
    }
    if (strangers > 0
        && !learning(limits)
        && Allowance.passes(allowance.newInDay(), sum(Kind.NEW, key, DAY), strangers)) {
      return Optional.of(Reason.NEW);
    }
    long unknown = sum(Kind.UNKNOWN, key, DAY);
    boolean many =
        limits.unknownPercent() != 0
            && inDay >= LEAST
            && unknown > 0
            && unknown * 100 >= inDay * limits.unknownPercent();
    return many ? Optional.of(Reason.UNKNOWN) : Optional.empty();
  }

  /// True while nobody can be a stranger, since it is not known yet who is none.
  private boolean learning(LimitsSettings limits) {
    return !limits.learning().isZero()
        && began.map(at -> clock.instant().isBefore(at.plus(limits.learning()))).orElse(true);
  }

  @Override
  public String account(Sending sending) {
    return SendingAccount.of(sending.client(), settings.trusted()).key();
  }

  @Override
  public void withdraw(Sending sending, Verdict verdict) {
    String key = SendingAccount.of(sending.client(), settings.trusted()).key();
    switch (verdict) {
      case Verdict.Free _ -> {
        counts.add(Kind.TAKEN.of(key), -sending.outside().size());
        counts.add(Kind.LEFT.of(key), -sending.outside().size());
      }
      case Verdict.Held _ -> counts.add(Kind.TAKEN.of(key), -sending.outside().size());
      case Verdict.Refused _ -> {}
    }
  }

  private long sum(Kind kind, String key, Duration span) {
    return counts.sum(kind.of(key), span);
  }

  private RecentSending recentOf(String key) {
    return recent.get(key, _ -> new RecentSending());
  }

  /// Notes where an account is used from.
  private void from(String key, InetAddress address) {
    String network = LoginHistory.network(address).toString();
    if (!networks.has(key, network)) {
      counts.add(Kind.NETWORK.of(key), 1);
    }
    networks.add(key, network);
  }

  private Optional<Stop> stop(SendingAccount account) {
    if (stops.isEmpty()) {
      return Optional.empty();
    }
    Stop its = stops.get(account.key());
    return Optional.ofNullable(its != null ? its : stops.get(account.owner()));
  }

  // ---- signs of theft

  /// Holds an account that shows two signs.
  private Optional<Stop> look(SendingAccount account, LimitsSettings limits) {
    if (!limits.signs() || account.kind() != SendingAccount.Kind.USER) {
      return Optional.empty();
    }
    String key = account.key();
    Set<Sign> signs =
        TheftSigns.of(
            new TheftSigns.Seen(
                networks.hasOld(key),
                sum(Kind.NETWORK, key, DAY),
                sum(Kind.NEW, key, HOUR),
                sum(Kind.LEFT, key, HOUR),
                sum(Kind.UNKNOWN, key, HOUR),
                sum(Kind.RETURNED, key, HOUR),
                complaints.sum(key, DAY),
                logins.guesses(account.owner())));
    if (!TheftSigns.theft(signs)) {
      return Optional.empty();
    }
    String why = signs.stream().map(Sign::words).collect(Collectors.joining("; "));
    var stop = new Stop(clock.instant().truncatedTo(ChronoUnit.SECONDS), Reason.THEFT, why);
    unsaved.add(key);
    if (stops.putIfAbsent(key, stop) == null) {
      LOG.warn("held user={} reason=\"{}\"", key, why);
      begin(account, Reason.THEFT, signs, true);
      later(() -> save(key));
    }
    return Optional.of(stop);
  }

  /// Writes that an account is held, unless it was let go meanwhile.
  private synchronized void save(String key) throws IOException {
    Stop stop = stops.get(key);
    if (stop != null) {
      store.put(STOPS, key, stop.text());
    }
    unsaved.remove(key);
  }

  /// The server of a recipient says that it does not know him.
  ///
  /// @param account as the queue has it
  void unknown(String account, int recipients) {
    counts.add(Kind.UNKNOWN.of(account), recipients);
    look(SendingAccount.parse(account), settings);
  }

  /// A report came back that something could not be delivered.
  void returned(String user) {
    counts.add(Kind.RETURNED.of(user), 1);
    look(SendingAccount.parse(user), settings);
  }

  /// A recipient complains of what an account wrote.
  ///
  /// @param account as the queue has it
  /// @param most that count within a day
  /// @return false where as many were counted already
  public boolean complained(String account, int most) {
    if (complaints.sum(account, DAY) >= most) {
      return false;
    }
    complaints.add(account, 1);
    look(SendingAccount.parse(account), settings);
    return true;
  }

  /// Complaints of recipients about one account.
  public record Complaints(String account, long inDay, long inMonth) {}

  /// Those of accounts of which there are new ones today, once a day for each. Blocks.
  public List<Complaints> newComplaints() {
    String today = clock.instant().truncatedTo(ChronoUnit.DAYS).toString();
    List<Complaints> fresh = new ArrayList<>();
    for (String account : complaints.keys()) {
      long day = complaints.sum(account, DAY);
      if (day > 0 && !today.equals(complaintsTold.get(account)) && firstToday(account, today)) {
        fresh.add(new Complaints(account, day, complaints.sum(account, MONTH)));
      }
    }
    return fresh;
  }

  /// True unless somebody told of it today.
  private boolean firstToday(String account, String today) {
    complaintsTold.put(account, today);
    try {
      boolean first = !store.text(COMPLAINTS_TOLD, account).filter(today::equals).isPresent();
      if (first) {
        store.put(COMPLAINTS_TOLD, account, today);
      }
      return first;
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
      return true;
    }
  }

  // ---- forwards

  /// True where an address may pass no more mail on for now.
  boolean usedUp(MailAddress forward) {
    int limit = settings.forwards();
    return limit != 0 && sum(Kind.LEFT, SendingAccount.forward(forward).key(), HOUR) >= limit;
  }

  void forwarded(MailAddress forward, int recipients) {
    counts.add(Kind.LEFT.of(SendingAccount.forward(forward).key()), recipients);
  }

  // ---- telling

  /// Tells of the first held message of an event, which lasts until none was held for an hour.
  ///
  /// @param tells whether whoever holds the account has not told of it already
  private void begin(SendingAccount account, Reason reason, Set<Sign> signs, boolean tells) {
    Instant now = clock.instant();
    String key = account.key();
    boolean theft = reason == Reason.THEFT && !signs.isEmpty();
    Instant before = incidents.put(key, now);
    if (!tells || (!theft && before != null && now.isBefore(before.plus(HOUR)))) {
      return;
    }
    var incident =
        new Incident(
            account,
            reason,
            signs,
            settings.of(account),
            now,
            sum(Kind.TAKEN, key, HOUR),
            recentOf(key).addresses(),
            recentOf(key).samples());
    LOG.warn("incident user={} reason=\"{}\"", key, reason.words());
    Incident.Alarm teller = alarm;
    later(
        () -> {
          if (theft || first(key, now)) {
            teller.raise(incident);
          }
        });
  }

  /// True unless another process that shares the counts has told of it.
  private boolean first(String key, Instant now) {
    try {
      if (store.putIfAbsent(INCIDENTS, key, now.toString())) {
        return true;
      }
      // A process that is gone may have left it.
      boolean over = isOver(store.texts(INCIDENTS).get(key), now);
      if (over) {
        store.put(INCIDENTS, key, now.toString());
      }
      return over;
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
      return true;
    }
  }

  /// @param text when mail was held last, as it was written some minutes after at most
  private boolean isOver(@Nullable String text, Instant now) {
    return text == null || now.isAfter(time(text).plus(HOUR).plus(STEP).plus(STEP));
  }

  private interface Task {
    void run() throws IOException;
  }

  private void later(Task task) {
    try {
      workers.execute(
          () -> {
            try {
              task.run();
            } catch (IOException | RuntimeException e) {
              LOG.error("sending limits", e);
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.warn("sending limits: stopping");
    }
  }

  // ---- the postmaster's hand

  /// How an account stands.
  ///
  /// @param stop why all its mail is held
  /// @param complaints of recipients, within 30 days
  public record Standing(
      String account,
      Optional<String> stop,
      Optional<Instant> stopped,
      Allowance allowance,
      long hour,
      long day,
      long newInDay,
      long unknown,
      long complaints,
      List<String> addresses) {
    public Standing {
      addresses = List.copyOf(addresses);
    }
  }

  /// How an account and its devices stand.
  public List<Standing> standing(String owner) {
    Set<String> keys = new LinkedHashSet<>(List.of(owner));
    Stream.concat(counts.keys().stream().map(Kind::account), complaints.keys().stream())
        .filter(key -> SendingAccount.within(key, owner))
        .sorted()
        .forEach(keys::add);
    List<Standing> all = new ArrayList<>();
    for (String key : keys) {
      Optional<Stop> stop = Optional.ofNullable(stops.get(key));
      RecentSending its = recent.getIfPresent(key);
      all.add(
          new Standing(
              key,
              stop.map(s -> s.reason() == Reason.THEFT ? s.why() : s.reason().words()),
              stop.map(Stop::at),
              settings.of(SendingAccount.parse(key)),
              sum(Kind.LEFT, key, HOUR),
              sum(Kind.LEFT, key, DAY),
              sum(Kind.NEW, key, DAY),
              sum(Kind.UNKNOWN, key, DAY),
              complaints.sum(key, MONTH),
              its == null ? List.of() : its.addresses()));
    }
    return all;
  }

  /// Holds all that an account sends from now on. Blocks.
  ///
  /// @throws IOException where that cannot be written; it is held all the same, and written later
  public synchronized void hold(String account) throws IOException {
    var stop = new Stop(clock.instant().truncatedTo(ChronoUnit.SECONDS), Reason.OPERATOR, "-");
    unsaved.add(account);
    stops.put(account, stop);
    LOG.info("held user={} reason=\"{}\"", account, Reason.OPERATOR.words());
    save(account);
  }

  /// Lets an account and its devices send again, and counts them anew. Blocks.
  ///
  /// @throws IOException where that cannot be written
  public synchronized void resume(String account) throws IOException {
    LOG.info("resumed user={}", account);
    for (String key : List.copyOf(stops.keySet())) {
      if (SendingAccount.within(key, account)) {
        stops.remove(key);
        store.remove(STOPS, key);
      }
    }
    forget(account);
    counts.keys().stream()
        .filter(key -> SendingAccount.within(Kind.account(key), account))
        .forEach(counts::clear);
  }

  /// Whatever is held next is another event. Blocks.
  void forget(String account) throws IOException {
    for (String key : List.copyOf(incidents.keySet())) {
      if (SendingAccount.within(key, account)) {
        incidents.remove(key);
        store.remove(INCIDENTS, key);
      }
    }
  }

  /// The postmaster says that the account may write to these.
  void learn(String account, Collection<String> addresses) {
    addresses.forEach(to -> written.add(account, to));
  }

  // ---- what is kept

  /// Writes what is new, and reads what others wrote. Blocks. What cannot be written now is written
  /// another time.
  public synchronized void exchange() {
    try {
      counts.exchange();
      complaints.exchange();
      written.exchange();
      networks.exchange();
      if (!read || store.shared()) {
        read();
      }
      end();
      trouble = "";
    } catch (IOException e) {
      if (!trouble.equals(e.getMessage())) {
        LOG.error("what accounts send is counted in memory only: {}", e.getMessage());
      }
      trouble = String.valueOf(e.getMessage());
    }
  }

  private void read() throws IOException {
    if (began.isEmpty()) {
      boolean _ = store.putIfAbsent(BEGAN, ALL, clock.instant().toString());
      began = Optional.of(time(store.texts(BEGAN).get(ALL)));
    }
    Set<String> before = Set.copyOf(stops.keySet());
    for (String key : List.copyOf(unsaved)) {
      save(key);
    }
    Map<String, String> texts = store.texts(STOPS);
    if (read) {
      // Another process let it go.
      before.stream().filter(key -> !texts.containsKey(key)).forEach(stops::remove);
    }
    texts.forEach((key, text) -> Stop.parse(text).ifPresent(stop -> stops.put(key, stop)));
    if (!read) {
      // An event goes on over a restart.
      store.texts(INCIDENTS).forEach((key, text) -> incidents.putIfAbsent(key, time(text)));
    }
    read = true;
  }

  /// A time that was written; now where it cannot be read.
  private Instant time(@Nullable String text) {
    try {
      return text == null ? clock.instant() : Instant.parse(text);
    } catch (DateTimeParseException e) {
      LOG.warn("a time among the counts cannot be read: {}", e.getMessage());
      return clock.instant();
    }
  }

  /// Lets other processes, and the next start, see which events go on, and ends those that are
  /// over.
  private void end() throws IOException {
    Instant now = clock.instant();
    for (Map.Entry<String, Instant> each : Map.copyOf(incidents).entrySet()) {
      Instant shown = writtenIncidents.getOrDefault(each.getKey(), Instant.MIN);
      if (!now.isBefore(each.getValue().plus(HOUR))) {
        store.remove(INCIDENTS, each.getKey());
        incidents.remove(each.getKey(), each.getValue());
        writtenIncidents.remove(each.getKey());
      } else if (each.getValue().isAfter(shown.plus(STEP))) {
        writtenIncidents.put(each.getKey(), each.getValue());
        store.put(INCIDENTS, each.getKey(), each.getValue().toString());
      }
    }
  }
}
