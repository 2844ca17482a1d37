package net.facteur.server.host;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface HostTexts {
  HostTexts SAY = Texts.of(HostTexts.class);

  Text language();

  Text notLanguage(String value, String codes);

  Text timeZone();

  Text timeZoneBounds();

  Text notTimeZone(String value);

  Text address();

  Text addressBounds();

  Text addressOrNameBounds();

  Text notAddress(String value);
}
