package net.facteur.server.explanations;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the administrator's table.
interface ExplanationsTexts {
  ExplanationsTexts SAY = Texts.of(ExplanationsTexts.class);

  Text noKey();

  Text unknownKey(String key);

  Text outsideEntry();

  Text badName();

  Text twice(String id);

  Text badCode(String expected);

  Text badText(String expected);

  Text badCause(String known);

  Text badAbout(String known);

  Text needs(String key);

  Text tooMany(int most);

  Text tooLong(int most);

  Text badUrl();

  Text missed(String sample);
}
