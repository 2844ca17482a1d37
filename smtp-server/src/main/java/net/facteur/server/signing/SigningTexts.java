package net.facteur.server.signing;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface SigningTexts {
  SigningTexts SAY = Texts.of(SigningTexts.class);

  Text headerField();

  Text headerFieldBounds();

  Text notHeaderField(String value);

  Text neverSigned(String value);

  Text neverOversigned(String value);

  Text addedByLists(String value);

  Text selector();

  Text selectorBounds();

  Text notSelector(String value);
}
