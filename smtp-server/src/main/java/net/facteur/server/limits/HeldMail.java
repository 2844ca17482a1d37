package net.facteur.server.limits;

import static net.facteur.server.limits.LimitsTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector.Sent;
import net.facteur.queue.QueueInspector.Shown;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.RecipientState;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.routing.NextHop;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What becomes of mail that is held for an account. Every method blocks.
public final class HeldMail {
  private static final Logger LOG = LogManager.getLogger(HeldMail.class);
  private static final QueueFilter HELD = QueueFilter.ALL.with(RecipientState.HELD);
  private static final int PAGE = 500;

  private final QueueOperator queue;
  private final SendingLimits limits;
  private final InstantSource clock;

  public HeldMail(QueueOperator queue, SendingLimits limits, InstantSource clock) {
    this.queue = queue;
    this.limits = limits;
    this.clock = clock;
  }

  /// What was done.
  ///
  /// @param last when the last of it is due
  public record Done(int messages, int recipients, Instant last) {}

  /// Asks something of the queue about one message.
  private interface Action {
    CompletionStage<OptionalInt> on(Sent message);
  }

  /// Lets an account and its devices send again, and what is held go, at the pace of the settings.
  ///
  /// @throws IOException where it cannot be written that the account is let go; its mail is not
  ///   released then
  public Done release(String account) throws IOException {
    limits.resume(account);
    Instant start = clock.instant();
    int pace = limits.settings().pace();
    var before = new long[1];
    Done done =
        each(
            account,
            message -> {
              Instant due =
                  pace == 0
                      ? start
                      : start.plusMillis(before[0] * Duration.ofMinutes(1).toMillis() / pace);
              before[0] += message.held();
              queue.show(message.id()).ifPresent(shown -> learn(message.account(), shown));
              return queue.release(message.id(), HELD, due);
            });
    long last = pace == 0 ? 0 : before[0] * Duration.ofMinutes(1).toMillis() / pace;
    LOG.info(
        "released account={} messages={} recipients={}",
        account,
        done.messages(),
        done.recipients());
    return new Done(done.messages(), done.recipients(), start.plusMillis(last));
  }

  /// Whom the postmaster lets it write to, is no stranger next time.
  private void learn(String account, Shown message) {
    limits.learn(
        account,
        message.recipients().stream()
            .filter(
                r ->
                    NextHop.parse(r.destination()) instanceof Parsed.Ok<NextHop>(NextHop hop)
                        && hop.foreign())
            .map(r -> QueueFilter.lower(r.address()))
            .toList());
  }

  /// Throws away what is held for an account and its devices. Nobody is told.
  ///
  /// @throws IOException where it cannot be written that the event is over
  public Done drop(String account) throws IOException {
    limits.forget(account);
    Done done = each(account, message -> queue.remove(message.id(), HELD));
    LOG.info(
        "dropped account={} messages={} recipients={}",
        account,
        done.messages(),
        done.recipients());
    return done;
  }

  private Done each(String account, Action action) {
    int messages = 0;
    int recipients = 0;
    Optional<QueueId> after = Optional.empty();
    List<Sent> page = queue.held(Optional.of(account), after, PAGE);
    while (!page.isEmpty()) {
      var asked = new ArrayList<CompletionStage<OptionalInt>>(page.size());
      for (Sent message : page) {
        asked.add(action.on(message));
      }
      for (CompletionStage<OptionalInt> one : asked) {
        int changed = one.toCompletableFuture().join().orElse(0);
        messages += changed > 0 ? 1 : 0;
        recipients += changed;
      }
      after = Optional.of(page.getLast().id());
      page = queue.held(Optional.of(account), after, PAGE);
    }
    return new Done(messages, recipients, clock.instant());
  }

  /// How much is held for an account and its devices.
  public Done count(String account) {
    int messages = 0;
    int recipients = 0;
    Optional<QueueId> after = Optional.empty();
    List<Sent> page = queue.held(Optional.of(account), after, PAGE);
    while (!page.isEmpty()) {
      messages += page.size();
      recipients += page.stream().mapToInt(Sent::held).sum();
      after = Optional.of(page.getLast().id());
      page = queue.held(Optional.of(account), after, PAGE);
    }
    return new Done(messages, recipients, clock.instant());
  }

  /// What an account and its devices sent lately, the newest first.
  public List<Sent> sent(String account, int limit) {
    return queue.sent(account, clock.instant().minus(SendingLimits.DAY), limit);
  }

  /// Gives back to their senders what nobody released in time, and tells the postmaster.
  public Upkeep.Chore returns(Notices notices) {
    return new Upkeep.Chore() {
      @Override
      public String name() {
        return "held mail";
      }

      @Override
      public String stamp() {
        return "";
      }

      @Override
      public void advance() {
        giveBack().forEach((account, count) -> notices.tell(notice(account, count)));
      }
    };
  }

  private Notices.Notice notice(String account, int messages) {
    return new Notices.Notice(
        SAY.returnedSubject(account, messages),
        Text.paragraphs(
            SAY.returned(account, messages, limits.settings().kept().toDays()),
            Text.lines(List.of(SAY.look(), IncidentNotices.line("show", account)))));
  }

  /// What the sender is told: how long the mail was held, and why.
  private String why(Sent message) {
    long days = limits.settings().kept().toDays();
    String time = days == 0 ? limits.settings().kept().toHours() + " hours" : days + " days";
    return "held for "
        + time
        + " and not released by the postmaster"
        + message.reason().map(why -> "; " + plain(message.account(), why)).orElse("");
  }

  /// A reason without the account that stands before it.
  private static String plain(String account, String why) {
    return why.startsWith(account + ": ") ? why.substring(account.length() + 2) : why;
  }

  /// @return how many messages went back, by account
  Map<String, Integer> giveBack() {
    Instant before = clock.instant().minus(limits.settings().kept());
    Map<String, Integer> returned = new TreeMap<>();
    Optional<QueueId> after = Optional.empty();
    List<Sent> page = queue.held(Optional.empty(), after, PAGE);
    while (!page.isEmpty() && page.getFirst().received().isBefore(before)) {
      for (Sent message : page) {
        if (message.received().isBefore(before)
            && queue.bounce(message.id(), HELD, why(message)).toCompletableFuture().join().orElse(0)
                > 0) {
          returned.merge(message.account(), 1, Integer::sum);
        }
      }
      after = Optional.of(page.getLast().id());
      page = queue.held(Optional.empty(), after, PAGE);
    }
    return returned;
  }
}
