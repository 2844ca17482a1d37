package net.facteur.server.web;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package, and on every page.
interface WebTexts {
  WebTexts SAY = Texts.of(WebTexts.class);

  Text hostBounds();

  Text notHost(String value);

  Text skip();

  Text navigation();

  Text languageChoice();

  Text welcome(String host);

  Text welcomeIs();
}
