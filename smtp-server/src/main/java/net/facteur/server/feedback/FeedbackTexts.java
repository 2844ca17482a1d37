package net.facteur.server.feedback;

import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What users and the postmaster are told of mail that does not arrive.
public interface FeedbackTexts {
  FeedbackTexts SAY = Texts.of(FeedbackTexts.class);

  Text forwardFailsSubject(String target);

  Text forwardRestsSubject(String target);

  Text forwardFails(MailAddress address, String target);

  Text forwardRests(MailAddress address, String target);

  Text forwardSaid(String said);

  Text forwardStill();

  Text forwardInMailbox();

  Text forwardRefused();

  Text forwardAsk();

  Text targetFails(String target);

  Text targetRests(String target);

  Text targetInMailboxes();

  Text targetRefused();

  Text targetAdvice();

  Text bulkSubject(int count);

  Text bulk(long recipients, int dead);

  Text deadLine(String address, Text ground, String since);

  Text bulkAdvice();

  Text complaintsSubject(String account);

  Text complaints(String account, long day, long month);

  Text complaintsAdvice();

  Text letterForwards();

  Text letterForward(String target, String by, String said);

  Text letterDead();

  Text letterDeadCount(long fresh, long all);

  Text groundUnknownUser();

  Text groundUnknownHost();

  Text groundMoved();

  Text groundFull();

  Text groundDisabled();

  Text groundOther();
}
