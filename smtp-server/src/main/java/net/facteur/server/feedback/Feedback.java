package net.facteur.server.feedback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Shown;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.RecipientState;
import net.facteur.server.bounces.BounceReader;
import net.facteur.server.bounces.DeliveryReport;
import net.facteur.server.bounces.DeliveryReport.Fate;
import net.facteur.server.bounces.DeliveryReport.Ground;
import net.facteur.server.bounces.DeliveryReport.Reported;
import net.facteur.server.bounces.FeedbackReader;
import net.facteur.server.bounces.FeedbackReport;
import net.facteur.server.counts.CountStore;
import net.facteur.server.limits.SendingGate;
import net.facteur.server.limits.SendingLimits;
import net.facteur.server.mime.Entity;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.text.StrangerText;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Everything that is learnt of mail after it left, over all reloads. Safe for use by many threads.
public final class Feedback {
  private static final Logger LOG = LogManager.getLogger(Feedback.class);

  /// Reports that are read at a time; each may hold half a megabyte.
  private static final int AT_ONCE = 8;

  /// Complaints that count for one account within a day: whoever forges more proves nothing.
  private static final int COMPLAINTS = 100;

  private static final int MESSAGES = 10_000;

  private final DeadAddresses dead;
  private final ForwardMemory forwards;
  private final ForwardShare share;
  private final BulkSenders bulk;
  private final SentMail sent;
  private final SendingLimits limits;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private String trouble = "";

  /// Complaints that counted, for each message; none has more than recipients.
  private final Cache<QueueId, Integer> complaints =
      Caffeine.newBuilder().maximumSize(MESSAGES).executor(Runnable::run).build();

  /// @param node this process, once
  /// @param queue says what we sent
  /// @param limits is told of complaints
  public Feedback(
      CountStore store,
      String node,
      QueueInspector queue,
      SendingLimits limits,
      InstantSource clock) {
    this.dead = new DeadAddresses(store, clock);
    this.forwards = new ForwardMemory(store, clock);
    this.share = new ForwardShare(store, node, clock);
    this.bulk = new BulkSenders(dead, clock);
    this.sent = new SentMail(queue, clock);
    this.limits = limits;
  }

  /// Puts other settings in force.
  public void use(FeedbackSettings settings) {
    dead.use(settings);
    forwards.use(settings);
    bulk.use(settings);
  }

  /// Answers commands.
  public FeedbackRequests requests() {
    return new FeedbackRequests(dead, forwards, share);
  }

  public DeadAddresses dead() {
    return dead;
  }

  public ForwardMemory forwards() {
    return forwards;
  }

  public ForwardShare share() {
    return share;
  }

  /// The same agent, whose outcomes are remembered.
  public DeliveryAgent remembering(DeliveryAgent agent) {
    return new DeliveryMemory(agent, dead, forwards, share);
  }

  /// The same service, which reads what comes back.
  public SmtpService reading(SmtpService service, Executor workers) {
    return new ReturnedMail(service, this, workers, places);
  }

  /// The same gate, which notes who sends in bulk to whom.
  public SendingGate noting(SendingGate gate) {
    return bulk.before(gate);
  }

  /// What tells people what they have to know.
  ///
  /// @param router says whose mailbox a forwarding address has
  public Stream<Upkeep.Chore> chores(Router router, PostmasterMail mail) {
    return Stream.of(
        new ForwardNotices(forwards, router, mail),
        new BulkNotices(bulk, mail),
        new ComplaintNotices(limits, mail));
  }

  /// Reads a message that was taken. Blocks.
  ///
  /// @param to whom it was sent to
  void read(Entity message, List<String> to) {
    switch (FeedbackReader.read(message)) {
      case FeedbackReader.Outcome.Report(FeedbackReport report) -> complained(report);
      case FeedbackReader.Outcome.Malformed(String why) ->
          LOG.info("complaint result=malformed reason=\"{}\"", why);
      case FeedbackReader.Outcome.Other _ ->
          BounceReader.read(message).ifPresent(report -> returned(report, to));
    }
  }

  private void complained(FeedbackReport report) {
    Optional<Shown> ours = report.complaint() ? sent.find(report.about()) : Optional.empty();
    if (ours.isEmpty()) {
      LOG.info(
          "complaint type={} result=ignored reason=\"{}\"",
          StrangerText.of(report.type()).inLog(),
          report.complaint() ? "no message that we know" : "no complaint");
      return;
    }
    QueueId id = ours.get().id();
    int before = Optional.ofNullable(complaints.getIfPresent(id)).orElse(0);
    Optional<String> account = sent.account(id);
    if (account.isEmpty() || before >= ours.get().recipients().size()) {
      LOG.info(
          "complaint type={} id={} result=ignored reason=\"{}\"",
          StrangerText.of(report.type()).inLog(),
          id,
          account.isEmpty() ? "no account of ours sent it" : "as many as it has recipients");
      return;
    }
    if (limits.complained(account.get(), COMPLAINTS)) {
      complaints.put(id, before + 1);
      LOG.info(
          "complaint type={} id={} account={} result=counted",
          StrangerText.of(report.type()).inLog(),
          id,
          account.get());
    }
  }

  private void returned(DeliveryReport report, List<String> to) {
    List<Reported> failed =
        report.recipients().stream()
            .filter(r -> r.fate() == Fate.FAILED || r.ground() == Ground.FULL)
            .toList();
    if (failed.isEmpty()) {
      return;
    }
    Optional<Shown> ours = sent.find(report.about());
    if (ours.isEmpty()) {
      LOG.info("report result=ignored reason=\"no message that we know\"");
      return;
    }
    for (Reported each : failed) {
      names(each)
          .flatMap(name -> recipient(ours.get(), name, to).stream())
          .findFirst()
          .ifPresent(recipient -> returned(ours.get(), each, recipient));
    }
  }

  private void returned(Shown message, Reported report, ShownRecipient recipient) {
    LOG.info(
        "report id={} to=<{}> fate={} ground={}",
        message.id(),
        StrangerText.of(recipient.address()).inLog(),
        report.fate(),
        report.ground());
    boolean gone = DeadAddresses.counts(report.ground());
    dead.refused(recipient.address(), report.ground(), report.said());
    int at = recipient.address().lastIndexOf('@');
    if (at > 0) {
      forwards.failed(
          Optional.empty(),
          new MailAddress(
              recipient.address().substring(0, at), recipient.address().substring(at + 1)),
          report.fate() == Fate.FAILED,
          gone,
          report.said());
    }
  }

  private static Stream<String> names(Reported each) {
    return Stream.concat(Stream.of(each.address()), each.others().stream());
  }

  /// A recipient to whom it went: others' servers can say nothing of one who never was.
  ///
  /// Who wrote a message to a forwarding address knows its id, and could say of the address behind
  /// it whatever he likes. The reverse-path that it was forwarded with is known only to those who
  /// got it, so a report has to come to that.
  ///
  /// @param to whom the report was sent to
  /// @spec https://www.rfc-editor.org/rfc/rfc3464#section-2 RFC 3464, section 2: the DSN MUST be
  ///   addressed to the return address of the message
  private static Optional<ShownRecipient> recipient(Shown message, String name, List<String> to) {
    return message.recipients().stream()
        .filter(
            r ->
                r.state() == RecipientState.DELIVERED
                    && to.stream().anyMatch(r.reversePath()::equalsIgnoreCase)
                    && r.address().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /// Writes what is new, and reads what others wrote. Blocks. What cannot be written now is written
  /// another time.
  public synchronized void exchange() {
    try {
      dead.exchange();
      forwards.exchange();
      share.exchange();
      trouble = "";
    } catch (IOException e) {
      if (!trouble.equals(e.getMessage())) {
        LOG.error("what became of mail is remembered in memory only: {}", e.getMessage());
      }
      trouble = String.valueOf(e.getMessage());
    }
  }
}
