package net.facteur.server.destinations;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface DestinationsTexts {
  DestinationsTexts SAY = Texts.of(DestinationsTexts.class);

  Text day();

  Text dayBounds();

  Text notDay(String text);

  Text letterHeading();

  Text letterNumbers();

  Text letterProvider(String provider, long delivered, long deferred, long refused);

  Text letterRefused(String provider, long times, String last, String said);

  Text letterUnexplained(String provider);

  Text letterSlowed(String providers);

  Text letterWell(long delivered, int providers);
}
