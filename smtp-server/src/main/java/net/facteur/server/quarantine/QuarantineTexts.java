package net.facteur.server.quarantine;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of messages in quarantine, to the postmaster and to users.
interface QuarantineTexts {
  QuarantineTexts SAY = Texts.of(QuarantineTexts.class);

  Text nothingLearns();

  Text notQueued();

  Text noWay();

  Text noSuch(String id);

  Text noRecipient(String id, String address);

  Text settled(String id);

  Text harmful(String id);

  Text notReleased(String id, Text why);

  Text causeVirus();

  Text causeAttachment();

  Text causeSpam();

  Text causeRule();

  Text nearlyFullSubject();

  Text nearlyFull(long mebibytes);

  Text nearlyFullAdvice();

  Text digestTitle(int count);

  Text digestDaily(int count);

  Text digestWeekly(int count);

  Text digestFrom(String from);

  Text digestSubject(String subject);

  Text digestReason(Text reason, String time);

  Text digestTo(String address);

  Text digestId(String id);

  Text digestMore(int count);

  Text digestHowByLink(long count);

  Text digestHowByMail(long count);

  Text pageTitle();

  Text pageQuestion();

  Text pageButton();

  Text pageReleased(String address);

  Text pageDone();

  Text pageDropped();

  Text pageExpired();

  Text pageHarmful();

  Text pageFailed();

  Text pageNone();

  Text letterHeading();

  Text letterLies(int count);

  Text letterSee(int count);
}
