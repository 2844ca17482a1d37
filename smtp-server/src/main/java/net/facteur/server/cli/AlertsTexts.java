package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur alerts` says.
interface AlertsTexts {
  AlertsTexts SAY = Texts.of(AlertsTexts.class);

  Text alertsOff();

  Text alertsOffRemedy();

  Text alertsNoServer();

  Text alertsFailed(String way, String reason);

  Text alertsSent(String way);

  Text alertsClosed();

  Text alertsNothing();

  Text alertsColumns();

  Text alertsTold();

  Text alertsToldColumns();

  Text alertsOver();

  Text alertsBegan();
}
