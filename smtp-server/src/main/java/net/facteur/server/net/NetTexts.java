package net.facteur.server.net;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface NetTexts {
  NetTexts SAY = Texts.of(NetTexts.class);

  Text network();

  Text networkBounds();

  Text notNetwork(String value, Text expected);

  Text anyAddress();

  Text prefixLength(int most);

  Text zeroBits();
}
