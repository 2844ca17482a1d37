package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur queue` and `facteur why` say.
interface QueueTexts {
  QueueTexts SAY = Texts.of(QueueTexts.class);

  Text queueClosed();

  Text queueMissing(String file);

  Text queueLimit(int limit, int most);

  Text queueLimitRemedy();

  Text queueEmpty();

  Text queueNoneOfThese();

  Text queueSummary(int queued, int held, int damaged, int destinations);

  Text queueNothingSelected();

  Text queueSelect();

  Text queueNothingDone();

  Text queueAskRemove(long count);

  Text queueAskBounce(long count);

  Text queueAskMove(long count);

  Text queueUnanswered();

  Text queueAddYes();

  Text queueHops();

  Text queueNoState(String state);

  Text queueStates();

  Text queueNoAge(String text);

  Text queueAges();

  // Headings of the tables

  Text columnId();

  Text columnReceived();

  Text columnSize();

  Text columnFrom();

  Text columnTo();

  Text columnState();

  Text columnAttempts();

  Text columnNext();

  Text columnReports();

  Text columnLast();

  Text columnDestination();

  Text columnQueued();

  Text columnHeld();

  Text columnDamaged();

  Text columnOldest();

  // The life of a message

  Text whyRefused();

  Text whyMail(String from, String origin);

  Text whyMailTo(String from, String to, String origin);

  Text whySize(long size, String origin);

  Text whyAccepted();

  Text whyOperator(String what, String detail);

  Text whyReport(String report);

  Text whyLeft();

  Text whyRecipient(String from, String to, String destination, Object state);

  Text whyDelayTold();

  Text whyWaits();

  Text whyNext();

  Text whyAttempt(int number, double seconds, Object outcome);

  Text whyAttemptBy(
      int number, double seconds, Object outcome, String remote, String address, String tls);

  Text stateQueued();

  Text stateHeld();

  Text stateDelivered();

  Text stateFailed();

  Text stateExpired();

  Text stateBounced();

  Text stateDamaged();

  Text stateDeferred();

  Text stateRemoved();

  Text stateMoved();

  Text quarantineClosed();

  Text quarantineUnread(Text why);

  Text quarantineColumns();

  Text quarantineEmpty();

  Text quarantineCut();

  Text quarantineSince(String cause, String reason, String until);

  Text quarantineMail(String from, String subject, String path);

  Text quarantineKept();

  Text quarantineWished(String at, String by);

  Text quarantineReleasing(String at, String by);

  Text quarantineReleased(String at, String by, String as);

  Text quarantineDropped(String at, String by);

  Text quarantineExpired(String at);

  Text quarantineGone(String id, String to, String as);

  Text quarantineNoted(String id, String to);

  Text quarantineThrown(String id, String to);

  Text quarantineUnlearnt(String why);

  Text quarantineLearnt();
}
