package net.facteur.server.alerts;

import static net.facteur.server.alerts.AlertTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import net.facteur.server.destinations.DestinationMemory.Summary;
import net.facteur.server.destinations.Numbers;
import net.facteur.server.text.StrangerText;

/// Whether others take our mail: all of them together, and each big provider.
///
/// @param numbers what was counted since a moment, by provider
/// @param deferrals percent of recipients that may be put off
/// @param detoured true for a provider whose mail takes a second way, which was told when it began
public record DeliveryCheck(Counted numbers, int deferrals, Predicate<String> detoured)
    implements AlertCheck {
  private static final Duration SPAN = Duration.ofHours(1);

  /// Recipients below which a share says nothing.
  private static final int LEAST = 20;

  private static final int LEAST_OF_PROVIDER = 10;

  /// Percent that a provider may leave undelivered.
  private static final int MOST_OF_PROVIDER = 80;

  private static final int ALL = 100;

  /// Reads the memory of destinations.
  @FunctionalInterface
  public interface Counted {
    List<Summary> since(Instant from) throws IOException;
  }

  @Override
  public Set<AlertRule> rules() {
    return Set.of(AlertRule.DEFERRALS, AlertRule.PROVIDER);
  }

  @Override
  public Looked look(Instant now) throws IOException {
    var standing = new ArrayList<Standing>();
    long deferred = 0;
    long all = 0;
    for (Summary summary : numbers.since(now.minus(SPAN))) {
      Numbers its = summary.numbers();
      long recipients = its.delivered() + its.deferred() + its.refused();
      long left = its.deferred() + its.refused();
      deferred += its.deferred();
      all += recipients;
      String name = StrangerText.of(summary.provider().name()).onTerminal();
      String title = StrangerText.of(summary.provider().title()).onTerminal();
      if (recipients >= LEAST_OF_PROVIDER
          && left * ALL >= recipients * MOST_OF_PROVIDER
          && !detoured.test(name)) {
        standing.add(
            new Standing(
                AlertRule.PROVIDER,
                name,
                SAY.provider(title),
                SAY.providerWhy(title, left, recipients),
                SAY.providerRemedy(name)));
      }
    }
    if (all >= LEAST && deferred * ALL > all * deferrals) {
      standing.add(
          new Standing(
              AlertRule.DEFERRALS,
              "mail",
              SAY.deferrals((int) (deferred * ALL / all)),
              SAY.deferralsWhy(deferred, all),
              SAY.deferralsRemedy()));
    }
    return new Looked.Known(standing);
  }
}
