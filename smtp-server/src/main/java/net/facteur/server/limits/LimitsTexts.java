package net.facteur.server.limits;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package, and what users and the postmaster are told.
interface LimitsTexts {
  LimitsTexts SAY = Texts.of(LimitsTexts.class);

  Text allowance();

  Text allowanceBounds();

  Text notAllowance(String text);

  Text heldSubject(String account);

  Text theftSubject(String account);

  Text hour(String account, int limit);

  Text day(String account, int limit);

  Text newAddresses(String account, int limit);

  Text unknown(String account);

  Text spam(String account);

  Text theft(String account);

  Text signNetworks();

  Text signStrangers();

  Text signUnknown();

  Text signReturned();

  Text signComplained();

  Text signGuessed();

  Text heldNow();

  Text heldSpam();

  Text heldAll();

  Text sentFrom();

  Text lastMessages();

  Text sample(String subject, String recipients);

  Text sampleMore(String subject, String recipients, int more);

  Text look();

  Text release();

  Text dropIt();

  Text lock();

  Text lockDevice();

  Text goesBack(long days);

  Text userSubject();

  Text userTheftSubject();

  Text userHeld();

  Text userHeldSpam();

  Text userTheft();

  Text userWhoElse();

  Text returnedSubject(String account, int count);

  Text returned(String account, int count, long days);

  Text letterHeading();

  Text letterHeld(String account, String messages);
}
