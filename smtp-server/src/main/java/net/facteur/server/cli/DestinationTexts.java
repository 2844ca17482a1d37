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

  Text destinationsSince(String text);

  Text destinationsSinceRemedy();

  Text destinationsClosed();
}
