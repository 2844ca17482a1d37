package net.facteur.server.filter.milter;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface MilterTexts {
  MilterTexts SAY = Texts.of(MilterTexts.class);

  Text milter();

  Text milterBounds();

  Text notMilter(String value);
}
