package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur reports` says.
interface ReportsTexts {
  ReportsTexts SAY = Texts.of(ReportsTexts.class);

  Text reportsClosed();

  Text reportsNone(String since);

  Text reportsNoneOf(String domain, String since);

  Text reportsNoneRemedy();

  Text reportsColumns();

  Text reportsMore(int count);

  Text reportsWhatToDo();

  Text reportsSince(String text);

  Text reportsSinceRemedy();

  Text reportsNoDomain(String text);
}
