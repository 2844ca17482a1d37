package net.facteur.server.lists.answers;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the pages behind links of lists say, and the store of what waits.
interface AnswersTexts {
  AnswersTexts SAY = Texts.of(AnswersTexts.class);

  Text cutOff(Path file);

  Text title(String list);

  Text none();

  Text unavailable();

  Text yes();

  Text no();

  Text discard();

  Text reason();

  Text settledYes(String by, String when);

  Text settledNo(String by, String when);

  Text settledDiscard(String by, String when);

  Text settledExpired(String when);
}
