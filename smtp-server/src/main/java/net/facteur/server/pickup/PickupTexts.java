package net.facteur.server.pickup;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface PickupTexts {
  PickupTexts SAY = Texts.of(PickupTexts.class);

  Text addressBounds();

  Text noDomain(String value);
}
