package net.facteur.server.member;

import java.time.LocalDate;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the page about an absence says.
interface AwayPageTexts {
  AwayPageTexts SAY = Texts.of(AwayPageTexts.class);

  Text awayTitle();

  Text awayIs();

  Text awayElsewhere();

  Text awayFrom();

  Text awayUntil();

  Text awayText();

  Text awaySave();

  Text awayEnd();

  Text awayOver();

  Text awaySpan(LocalDate from, LocalDate last);

  Text awayOpen(LocalDate from);

  Text awayWhom(int count);

  Text awayWrongDays();

  Text awayNoText();
}
