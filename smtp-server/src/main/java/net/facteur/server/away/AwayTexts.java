package net.facteur.server.away;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of absences.
interface AwayTexts {
  AwayTexts SAY = Texts.of(AwayTexts.class);

  Text damaged();

  Text repeated(String user);

  Text putOff(Path file, int line, Text why);

  Text cutOff(Path file, String command);

  Text unreadSubject();

  Text unread();

  Text see();

  Text noSubject();
}
