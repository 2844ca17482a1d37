package net.facteur.server.cli;

import java.time.LocalDate;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur away` says.
interface AwayCommandTexts {
  AwayCommandTexts SAY = Texts.of(AwayCommandTexts.class);

  Text awayUnreadable();

  Text awayNoText(int most);

  Text awayTypeText();

  Text awayByDovecot();

  Text awayByLmtp();

  Text awayByNobody();

  Text awaySetThere();

  Text awayNoDays(int days, int most);

  Text awayTypeDays();

  Text awaySet(String name);

  Text awayLeft(String name);

  Text awaySpan(LocalDate from, LocalDate last);

  Text awayOpen(LocalDate from);

  Text awayPassedOn(String to);

  Text awayDays(int count);

  Text awayOver();

  Text awayNow();

  Text awayNotYet();

  Text awayNone(String name);

  Text awaySee(String command);

  Text awayColumns();

  Text awayIsAway();

  Text awayHasLeft();

  Text awayListNone();

  Text awayCleared(String name);
}
