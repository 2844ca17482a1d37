package net.facteur.server.filter.ownnames;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface OwnNamesTexts {
  OwnNamesTexts SAY = Texts.of(OwnNamesTexts.class);

  Text exception();

  Text exceptionBounds();

  Text notException(String value);
}
