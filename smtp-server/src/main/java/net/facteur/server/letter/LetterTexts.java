package net.facteur.server.letter;

import java.time.LocalDate;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the frame of the letter says.
interface LetterTexts {
  LetterTexts SAY = Texts.of(LetterTexts.class);

  Text subject(String host);

  Text quietSubject(String host);

  Text quiet(String host);

  Text greeting(String host, LocalDate from, LocalDate to);

  Text wellHeading();

  Text more(int count);

  Text unknown(Text why);

  Text unknownHeading();

  Text end();

  Text diskHeading();

  Text diskLittle(long mebibytes, String data);

  Text diskEnough(long mebibytes);

  Text queueHeading();

  Text queueOld(int count, LocalDate oldest);

  Text queueUnreported(int count);

  Text queueWell(int count);
}
