package net.facteur.server.reception;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface ReceptionTexts {
  ReceptionTexts SAY = Texts.of(ReceptionTexts.class);

  Text action();

  Text actionBounds();

  Text misfitCodes(String value, String action);
}
