package net.facteur.server.destinations;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface DestinationsTexts {
  DestinationsTexts SAY = Texts.of(DestinationsTexts.class);

  Text day();

  Text dayBounds();

  Text notDay(String text);
}
