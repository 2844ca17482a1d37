package net.facteur.server.queue;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface QueueTexts {
  QueueTexts SAY = Texts.of(QueueTexts.class);

  Text postgresBounds();

  Text notPostgres();
}
