package net.facteur.server.lists.moderation;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is written about posts that wait.
interface ModerationTexts {
  ModerationTexts SAY = Texts.of(ModerationTexts.class);

  Text askSubject(String list, String author);

  Text ask(String name, String author, String subject);

  Text reasonKind();

  Text reasonUnproven(String author);

  Text reasonSuspect();

  Text answerByMail();

  Text answerByLink();

  Text askElseProven(long count);

  Text askElse(long count);

  Text nobody();

  Text page(String author, String subject, String list);

  Text waitsSubject(String list);

  Text waits(String subject, String name);

  Text refusedSubject(String list);

  Text refused(String subject, String name);

  Text because(String reason);

  Text expired(String subject, String name, long count);

  Text askPeople(String address);

  Text released(String list);

  Text toldNo(String author);

  Text notTold();

  Text discarded();

  Text gone();

  Text queueDown();
}
