package net.facteur.server.admin;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What cannot be answered or done about the queue.
interface QueueViewTexts {
  QueueViewTexts SAY = Texts.of(QueueViewTexts.class);

  Text noSuchMessage(String id);

  Text nothingKnown(String text);

  Text messageUnread(String reason);

  Text noNextHop();

  Text wrongNextHop(String text, String expected);

  Text wrongNextHopBehind(String text, String expected, String before);

  Text nowhere();
}
