package net.facteur.server.report.dmarc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dmarc.ReportDestination;
import net.facteur.auth.dmarc.ReportUri;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.report.Postbox;
import net.facteur.server.report.ReportAddress;
import net.facteur.server.report.ReportAttempts;
import net.facteur.server.report.ReportMail;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.dmarc.DmarcCountStore.Rest;
import net.facteur.server.report.dmarc.DmarcCountStore.Sent;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Sends the reports on the days that are over, to the domains of which mail passed DMARC that day,
/// or which the settings list.
///
/// A report counts as handed over when it is in our queue. What cannot be told yet, such as whether
/// an address elsewhere wants it, is tried again after an hour, two, four and so on, for a day.
public final class DmarcReportSender {
  private static final Logger LOG = LogManager.getLogger(DmarcReportSender.class);

  /// RFC 9990, 3.5: up to the receiver's limits on supported URIs.
  private static final int MAX_URIS = 5;

  /// Time after the end of a day in which the last counts reach the database.
  private static final Duration SETTLED = Duration.ofMinutes(10);

  /// Days after which nobody wants to know any more.
  private static final int MAX_AGE = 4;

  /// How long it is known what was sent.
  private static final int REMEMBERED = 35;

  /// A process that took a report for itself and did not send it within this time was killed.
  private static final Duration CLAIM = Duration.ofHours(1);

  /// Octets of a report that are mailed at all.
  private static final int MAX_OCTETS = 20 * 1024 * 1024;

  /// Reports that are sent with one commit.
  private static final int BATCH = 50;

  /// Octets of mails that may wait for that commit.
  private static final int MAX_WAITING = 4 * 1024 * 1024;

  /// Reports that are forgotten with one commit.
  private static final int DROPPED = 100;

  /// A report of this name and a day says how many were left out.
  private static final String LEFT_OUT = "left-out-";

  private final DmarcCountStore store;
  private final Supplier<Resolver> resolver;
  private final Postbox postbox;
  private final ReportReturns returns;
  private final Supplier<Plan> plan;
  private final String generator;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final ReportAttempts<Long> attempts;

  /// What is in force.
  ///
  /// @param author empty where nothing is to be sent, and all is forgotten
  public record Plan(DmarcReportSettings rules, Optional<ReportSettings> author) {}

  /// @param generator our name and version, for reports
  public DmarcReportSender(
      DmarcCountStore store,
      Supplier<Resolver> resolver,
      Postbox postbox,
      ReportReturns returns,
      Supplier<Plan> plan,
      String generator,
      InstantSource clock,
      RandomGenerator random) {
    this.store = store;
    this.resolver = resolver;
    this.postbox = postbox;
    this.returns = returns;
    this.plan = plan;
    this.generator = generator;
    this.clock = clock;
    this.random = random;
    this.attempts = new ReportAttempts<>(clock, random.nextDouble());
  }

  /// Sends what is due, one report after the other; blocks until all have been tried. Called every
  /// few minutes.
  public void run() {
    var _ = run(false);
  }

  /// Sends what is there of the days that are over, without waiting for the hour.
  ///
  /// @return how many mails are in the queue
  public int runNow() {
    return run(true);
  }

  private synchronized int run(boolean atOnce) {
    Plan now = plan.get();
    int mails = 0;
    try {
      Map<LocalDate, List<PendingReport>> days = new HashMap<>();
      List<PendingReport> old = new ArrayList<>();
      for (PendingReport pending : store.before(today())) {
        if (now.author().isEmpty() || pending.day().isBefore(today().minusDays(MAX_AGE))) {
          old.add(pending);
        } else {
          days.computeIfAbsent(pending.day(), _ -> new ArrayList<>()).add(pending);
        }
      }
      drop(old);
      for (var day : days.entrySet()) {
        mails +=
            send(day.getKey(), day.getValue(), now.rules(), now.author().orElseThrow(), atOnce);
      }
      store.forgetSent(today().minusDays(REMEMBERED), clock.instant());
    } catch (IOException e) {
      LOG.error("dmarc-report reports cannot be sent now: {}", e.toString());
    }
    return mails;
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant().minus(SETTLED), ZoneOffset.UTC);
  }

  /// Few at a time, so that counting need not wait long.
  private void drop(List<PendingReport> all) throws IOException {
    for (int at = 0; at < all.size(); at += DROPPED) {
      List<PendingReport> some = all.subList(at, Math.min(at + DROPPED, all.size()));
      some.forEach(pending -> attempts.done(pending.id()));
      store.forget(some);
    }
  }

  /// @param reports those with most messages first
  private int send(
      LocalDate day,
      List<PendingReport> reports,
      DmarcReportSettings rules,
      ReportSettings author,
      boolean atOnce)
      throws IOException {
    List<Sent> mailed =
        store.sent(day).stream()
            .filter(sent -> sent.day().equals(day) && !sent.tag().isEmpty())
            .toList();
    // Of several policies of a domain, some may have been told of already.
    Set<String> passed =
        Stream.concat(
                mailed.stream().map(Sent::domain),
                reports.stream().filter(report -> report.passed() > 0).map(PendingReport::domain))
            .collect(Collectors.toSet());
    List<PendingReport> unwanted = new ArrayList<>();
    List<PendingReport> due = new ArrayList<>();
    for (PendingReport pending : reports) {
      boolean wanted =
          (passed.contains(pending.domain()) || rules.lists(pending.domain()))
              && !rules.excludes(pending.domain());
      if (!wanted) {
        unwanted.add(pending);
      } else if (atOnce || attempts.isTime(pending.id(), day, author)) {
        due.add(pending);
      }
    }
    drop(unwanted);
    int mails = 0;
    int most = rules.most() - mailed.size();
    List<PendingReport> leftOut = new ArrayList<>();
    for (int at = 0; at < due.size(); ) {
      int room = most - mails;
      if (room <= 0) {
        leftOut.addAll(due.subList(at, due.size()));
        break;
      }
      int end = Math.min(due.size(), at + Math.min(room, BATCH));
      var batch = new Batch(rules, room);
      batch.send(due.subList(at, end), author);
      mails += batch.mails;
      leftOut.addAll(batch.leftOut);
      at = end;
    }
    drop(leftOut);
    if (!leftOut.isEmpty()) {
      tellLeftOut(day, leftOut.size(), rules.most());
    }
    return mails;
  }

  private void tellLeftOut(LocalDate day, int reports, int most) throws IOException {
    LOG.warn(
        "dmarc-report day={} reports={} result=left-out reason=\"reports.dmarc-most is {}\"",
        day,
        reports,
        most);
    store.put(
        List.of(
            new Sent(
                LEFT_OUT + day,
                "",
                day,
                "",
                reports,
                0,
                clock.instant(),
                "",
                Sent.Outcome.LEFT_OUT,
                "reports.dmarc-most = " + most)));
  }

  /// Some reports that are sent with few commits: all are claimed in one, all that is to be mailed
  /// is written down in one, before the first is mailed, and all that is done is forgotten in one.
  /// If the process is killed meanwhile, some of them do not leave; none leaves twice.
  private final class Batch {
    private final DmarcReportSettings rules;
    private final int room;
    private final Map<String, Rest> resting = new HashMap<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<PendingReport> leftOut = new ArrayList<>();
    private final List<Sent> notes = new ArrayList<>();
    private final List<Ready> ready = new ArrayList<>();
    private long octets;
    private int mails;

    /// @param room mails that may leave
    Batch(DmarcReportSettings rules, int room) {
      this.rules = rules;
      this.room = room;
    }

    private int room() {
      return room - mails - ready.size();
    }

    void send(List<PendingReport> reports, ReportSettings author) throws IOException {
      Instant now = clock.instant();
      store.resting(now).forEach(rest -> resting.put(rest.address(), rest));
      for (PendingReport pending : store.claim(reports, now, now.plus(CLAIM))) {
        if (room() <= 0) {
          leftOut.add(pending);
        } else {
          var delivery = new Delivery(this, new DmarcReport(pending, author, generator));
          deliveries.add(delivery);
          delivery.attempt();
        }
      }
      post();
      finish();
    }

    private void note(Sent sent) {
      notes.add(sent);
    }

    private void add(Ready mail) throws IOException {
      ready.add(mail);
      octets += mail.header().length + (long) mail.body().length;
      if (octets > MAX_WAITING) {
        post();
      }
    }

    /// Mails what is ready.
    private void post() throws IOException {
      // Before it is in the queue, so that it is known when it comes back, and is not sent twice.
      store.put(Stream.concat(notes.stream(), ready.stream().map(Ready::sent)).toList());
      notes.forEach(DmarcReportSender::tell);
      List<Sent> failed = new ArrayList<>();
      for (Ready mail : ready) {
        if (postbox.post(mail.from(), mail.to(), mail.header(), mail.body())) {
          mails++;
          tell(mail.sent());
        } else {
          failed.add(mail.sent());
          mail.delivery().again(mail.sent().address());
        }
      }
      store.forgetSent(failed);
      notes.clear();
      ready.clear();
      octets = 0;
    }

    private void finish() throws IOException {
      List<PendingReport> done = new ArrayList<>();
      List<PendingReport> later = new ArrayList<>();
      for (Delivery delivery : deliveries) {
        if (delivery.open.isEmpty()) {
          done.add(delivery.pending);
        } else if (attempts.again(delivery.pending.id())) {
          later.add(delivery.pending);
        } else {
          delivery.giveUp();
          done.add(delivery.pending);
        }
      }
      post();
      drop(done);
      store.unclaim(later);
    }
  }

  /// A mail that waits for being written down.
  ///
  /// @param sent what is written down of it
  private record Ready(
      Delivery delivery, Sent sent, MailAddress from, MailAddress to, byte[] header, byte[] body) {}

  /// One report on its way to all who want it.
  private final class Delivery {
    private final Batch batch;
    private final DmarcReport report;
    private final PendingReport pending;
    private final String id;
    private final Set<String> done;
    private final Set<String> open = new LinkedHashSet<>();
    private Optional<byte[]> gzip = Optional.empty();

    /// @param report claimed, so that no other process writes down now what became of it
    Delivery(Batch batch, DmarcReport report) throws IOException {
      this.batch = batch;
      this.report = report;
      this.pending = report.counted();
      this.id = report.id();
      this.done = store.sent(id).stream().map(Sent::address).collect(Collectors.toSet());
    }

    void attempt() throws IOException {
      Optional<DomainName> domain = DomainName.parse(pending.domain()).toOptional();
      if (domain.isEmpty()) {
        return;
      }
      // RFC 9990, 3.5: MUST evaluate the URIs in the order given
      for (ReportUri uri : pending.uris().stream().limit(MAX_URIS).toList()) {
        switch (new ReportDestination(resolver.get())
            .check(domain.get(), uri, ReportDestination.Kind.AGGREGATE)) {
          case ReportDestination.Verdict.Allowed(List<ReportUri> uris) -> {
            for (ReportUri allowed : uris.stream().limit(MAX_URIS).toList()) {
              mail(allowed);
            }
          }
          case ReportDestination.Verdict.Refused(String reason) ->
              note(name(uri), 0, Sent.Outcome.NOT_ALLOWED, reason);
          case ReportDestination.Verdict.Undetermined(String reason) -> {
            LOG.info("dmarc-report domain={} to={} result=later {}", domain.get(), uri, reason);
            open.add(name(uri));
          }
        }
      }
      gzip = Optional.empty();
    }

    private static String name(ReportUri uri) {
      return ReportAddress.of(uri).map(to -> Ascii.lower(to.text())).orElse(uri.uri());
    }

    private void mail(ReportUri uri) throws IOException {
      Optional<MailAddress> to = ReportAddress.of(uri);
      String name = name(uri);
      if (done.contains(name)) {
        return;
      }
      if (to.isEmpty()) {
        note(name, 0, Sent.Outcome.NOT_ALLOWED, "no mailto: URI with one ASCII address");
        return;
      }
      if (batch.rules.excludes(to.get())) {
        note(name, 0, Sent.Outcome.EXCLUDED, "reports.dmarc-exclude-addresses");
        return;
      }
      Optional<Rest> rest = Optional.ofNullable(batch.resting.get(name));
      if (rest.isPresent()) {
        note(name, 0, Sent.Outcome.RESTING, rest.get().reason());
        return;
      }
      if (batch.room() <= 0) {
        note(name, 0, Sent.Outcome.LEFT_OUT, "reports.dmarc-most = " + batch.rules.most());
        return;
      }
      mail(uri, to.get(), name);
    }

    private void mail(ReportUri uri, MailAddress to, String name) throws IOException {
      byte[] octets = gzip();
      ReportMail mail = report.mail(boundary());
      byte[] header = mail.header(to, clock.instant());
      byte[] body = mail.body(octets);
      OptionalLong most = uri.sizeLimitOctets();
      long size = header.length + (long) body.length;
      if (size > MAX_OCTETS || (most.isPresent() && size > most.getAsLong())) {
        note(name, size, Sent.Outcome.TOO_LARGE, uri.print());
        return;
      }
      String tag = returns.tag();
      MailAddress from = ReportReturns.path(tag, batch.rules.returning(report.author().contact()));
      done.add(name);
      batch.add(
          new Ready(this, sent(name, size, tag, Sent.Outcome.SENT, ""), from, to, header, body));
    }

    /// A mail that our queue did not take.
    void again(String name) {
      done.remove(name);
      open.add(name);
    }

    private byte[] gzip() throws IOException {
      if (gzip.isEmpty()) {
        var out = new ByteArrayOutputStream();
        report.write(store, out, true);
        gzip = Optional.of(out.toByteArray());
      }
      return gzip.get();
    }

    private String boundary() {
      var octets = new byte[15];
      random.nextBytes(octets);
      return "report_" + HexFormat.of().formatHex(octets);
    }

    void giveUp() {
      for (String name : open) {
        note(name, 0, Sent.Outcome.GIVEN_UP, "");
      }
    }

    private void note(String name, long octets, Sent.Outcome outcome, String detail) {
      if (done.add(name)) {
        batch.note(sent(name, octets, "", outcome, detail));
      }
    }

    private Sent sent(String name, long octets, String tag, Sent.Outcome outcome, String detail) {
      return new Sent(
          id,
          name,
          pending.day(),
          pending.domain(),
          pending.messages(),
          octets,
          clock.instant(),
          tag,
          outcome,
          detail);
    }
  }

  private static void tell(Sent sent) {
    LOG.info(
        "dmarc-report domain={} day={} to={} messages={} octets={} result={}{}",
        sent.domain(),
        sent.day(),
        sent.address(),
        sent.messages(),
        sent.octets(),
        sent.outcome().word(),
        sent.detail().isEmpty() ? "" : " reason=\"" + sent.detail() + "\"");
  }
}
