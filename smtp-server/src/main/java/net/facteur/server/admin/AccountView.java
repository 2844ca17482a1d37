package net.facteur.server.admin;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Sent;
import net.facteur.server.limits.SendingLimits.Standing;

/// What an account sends, in names and values, one object for each, which has one of these names:
///
/// - `counted`: an account, or an app password of it: what it sent, and what it may send (0 for no
///   limit); `held-since` and `held-for`, where all its mail is held;
/// - `held`: how many messages wait for the postmaster, and for how many recipients;
/// - `message`: one that it sent within a day, the newest first.
public record AccountView(QueueInspector queue, InstantSource clock) {
  private static final int PAGE = 500;
  private static final int MESSAGES = 20;
  private static final long HOURS = 24;

  /// Tells what is counted.
  static void counted(List<Standing> standings, Consumer<Map<String, Object>> out) {
    for (Standing one : standings) {
      var row = new LinkedHashMap<String, Object>();
      row.put("counted", one.account());
      row.put("hour", one.hour());
      row.put("hour-limit", one.allowance().hour());
      row.put("day", one.day());
      row.put("day-limit", one.allowance().day());
      row.put("new", one.newInDay());
      row.put("new-limit", one.allowance().newInDay());
      row.put("unknown", one.unknown());
      row.put("complaints", one.complaints());
      one.stopped().ifPresent(at -> row.put("held-since", at.toString()));
      one.stop().ifPresent(why -> row.put("held-for", why));
      row.put("addresses", one.addresses());
      out.accept(row);
    }
  }

  /// Tells what stands in the queue. Blocks.
  public void queued(String account, Consumer<Map<String, Object>> out) {
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
    out.accept(Map.of("held", messages, "recipients", recipients));
    Instant since = clock.instant().minus(HOURS, ChronoUnit.HOURS);
    for (Sent sent : queue.sent(account, since, MESSAGES)) {
      var row = new LinkedHashMap<String, Object>();
      row.put("message", sent.id().text());
      row.put("received", sent.received().truncatedTo(ChronoUnit.SECONDS).toString());
      row.put("account", sent.account());
      row.put("origin", sent.origin());
      row.put("recipients", sent.recipients());
      row.put("held", sent.held());
      sent.reason().ifPresent(why -> row.put("reason", why));
      out.accept(row);
    }
  }
}
