package net.facteur.server.cli;

import java.time.Instant;
import java.time.LocalDate;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur reports sent` and `send` say.
interface ReportsSentTexts {
  ReportsSentTexts SAY = Texts.of(ReportsSentTexts.class);

  Text reportsSentClosed();

  Text reportsSentOff();

  Text reportsSentNone(String since);

  Text reportsSentColumns();

  Text reportsSentLeftOut(LocalDate day, long count);

  Text reportsSentPending(long messages, int count);

  Text reportsSentRests(String address, Instant until, String reason);

  Text reportsSentPendingColumns();

  Text reportsSentNothing();

  Text reportsSentNothingOf(String domain);

  Text reportsSentNoServer();

  Text reportsSentHow();

  Text reportsSentHowRemedy();

  Text reportsSentMails(int count);

  Text reportsOutcomeSent();

  Text reportsOutcomeNotAllowed();

  Text reportsOutcomeExcluded();

  Text reportsOutcomeResting();

  Text reportsOutcomeTooLarge();

  Text reportsOutcomeLeftOut();

  Text reportsOutcomeGivenUp();

  Text reportsOutcomeRefused();
}
