package net.facteur.server.feedback;

import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import net.facteur.server.bounces.DeliveryReport.Ground;
import net.facteur.server.counts.CountStore;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Answers commands about the memory of mail, in names and values: of the running server, or of the
/// counts alone where none runs.
public final class FeedbackRequests {
  private static final Logger LOG = LogManager.getLogger(FeedbackRequests.class);

  private final DeadAddresses dead;
  private final ForwardMemory forwards;
  private final ForwardShare share;

  FeedbackRequests(DeadAddresses dead, ForwardMemory forwards, ForwardShare share) {
    this.dead = dead;
    this.forwards = forwards;
    this.share = share;
  }

  /// Answers out of the counts, and changes them. Blocks.
  ///
  /// @throws IOException where they cannot be read or written
  public static void offline(
      CountStore store,
      FeedbackSettings settings,
      InstantSource clock,
      FeedbackWish wish,
      Consumer<Map<String, Object>> out)
      throws IOException {
    var dead = new DeadAddresses(store, clock);
    var forwards = new ForwardMemory(store, clock);
    var share = new ForwardShare(store, "", clock); // counts nothing
    dead.use(settings);
    forwards.use(settings);
    dead.exchange();
    forwards.exchange();
    share.exchange();
    new FeedbackRequests(dead, forwards, share).answer(wish, out);
    dead.exchange();
    forwards.exchange();
  }

  /// Does what is wanted, and tells of it: an object for each address or target, or `count`.
  public void answer(FeedbackWish wish, Consumer<Map<String, Object>> out) {
    switch (wish.verb()) {
      case DEAD -> dead.list().forEach(each -> out.accept(row(each)));
      case FORWARDS -> forwards.list().forEach(each -> out.accept(row(each)));
      case FORGET -> {
        LOG.info("dead address forgotten what={}", wish.what());
        out.accept(Map.of("count", dead.forget(wish.what())));
      }
      case RETRY -> {
        LOG.info("forward tried again what={}", wish.what());
        out.accept(Map.of("count", forwards.retry(wish.what())));
      }
      case SHARE -> {
        ForwardShare.Sum sum = share.sum();
        out.accept(Map.of("delivered", sum.delivered(), "forwarded", sum.forwarded()));
      }
    }
  }

  private static Map<String, Object> row(DeadAddresses.Listed each) {
    var row = new LinkedHashMap<String, Object>();
    row.put("address", each.address());
    row.put("why", word(each.standing().ground()));
    row.put("since", each.standing().since().toString());
    row.put("last", each.standing().last().toString());
    row.put("said", each.standing().said());
    return row;
  }

  private static String word(Ground ground) {
    return ground.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Map<String, Object> row(ForwardMemory.Listed each) {
    var row = new LinkedHashMap<String, Object>();
    row.put("target", each.target());
    row.put("by", each.by());
    row.put("state", each.state());
    each.since().ifPresent(at -> row.put("since", at.toString()));
    row.put("said", each.said());
    return row;
  }
}
