package net.facteur.server.checks;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the checks say of the settings.
interface ChecksTexts {
  ChecksTexts SAY = Texts.of(ChecksTexts.class);

  Text settingsGood();
}
