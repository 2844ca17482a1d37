package net.facteur.server.dsn;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What reports say to senders.
interface DsnTexts {
  DsnTexts SAY = Texts.of(DsnTexts.class);

  // Why mail was not delivered, and what to do

  Text noUser();

  Text disabled();

  Text noDomain();

  Text full();

  Text unwanted();

  Text noName();

  Text badSender();

  Text busy();

  Text meaning(String title, String why);

  Text forPostmaster(String remedy);

  Text tooLarge();

  Text blocked();

  Text unauthenticated();

  Text spam();

  Text tooFast();

  Text greylisted();

  Text noRelay();

  Text loop();

  Text noTls();

  Text refused();

  Text unreachable();

  // The frame

  Text greeting(String host);

  Text failed();

  Text delayed();

  Text delivered();

  Text relayed();

  Text expanded();

  Text until(String date);

  Text said(String server, String reply);

  Text happened(String what);

  Text happenedAt(String server, String what);

  Text passedOn(String address);

  Text accepted(String date, String id);

  // The subject

  Text subjectFailed();

  Text subjectDelayed();

  Text subjectDelivered();

  Text subjectRelayed();

  Text subjectExpanded();
}
