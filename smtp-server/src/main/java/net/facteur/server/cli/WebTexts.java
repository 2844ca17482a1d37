package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of signing in to the pages, and of the journal.
interface WebTexts {
  WebTexts SAY = Texts.of(WebTexts.class);

  Text webNobody();

  Text webNameSomebody();

  Text webSeveral(String names);

  Text webNameOne(String name);

  Text webReset(String name);

  Text webNothingToReset(String name);

  Text webSessionColumns();

  Text webNoSessions();

  Text webSessionEnded(String id, String name);

  Text webNoSuchSession(String id);

  Text webSeeSessions();

  Text webClosed();

  Text journalColumns();

  Text journalEmpty();

  Text journalClosed();

  Text journalNoSince(String text);

  Text journalTypeSince();
}
