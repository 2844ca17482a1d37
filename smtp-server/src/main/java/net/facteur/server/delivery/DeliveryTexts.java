package net.facteur.server.delivery;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface DeliveryTexts {
  DeliveryTexts SAY = Texts.of(DeliveryTexts.class);

  Text level();

  Text levelBounds();

  Text notLevel(String value, Text expected);

  Text oneWord();

  Text hostNames();

  Text digests();

  Text digest();

  Text levels();
}
