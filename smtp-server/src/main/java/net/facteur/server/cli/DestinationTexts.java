package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur destinations` says.
interface DestinationTexts {
  DestinationTexts SAY = Texts.of(DestinationTexts.class);

  Text destinationsNone(String since);

  Text destinationsNoneOf(String name, String since);

  Text destinationsColumns();

  Text destinationsDays();

  Text destinationsNext();

  Text destinationsSum(String title, String since, long attempts, long delivered, long deferred);

  Text destinationsRefused(long count);

  Text destinationsTime(String half, String most);

  Text destinationsTls(String kinds);

  Text destinationsSlowed(int count, String interval, String since);

  Text destinationsSaid();

  Text destinationsTimes(String at, long count, String host, String message);

  Text destinationsSince(String text);

  Text destinationsSinceRemedy();

  Text destinationsClosed();

  Text destinationsChart(String title);

  Text destinationsDelivered();

  Text destinationsDeferred();

  Text destinationsLost();
}
