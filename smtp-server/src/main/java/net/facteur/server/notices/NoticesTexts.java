package net.facteur.server.notices;

import java.time.Instant;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the server tells the postmaster of users and of mail that nobody was told of.
interface NoticesTexts {
  NoticesTexts SAY = Texts.of(NoticesTexts.class);

  Text usersSubject();

  Text usersUnread();

  Text quotaSubject(int percent);

  Text quotaUsed(String used, String limit);

  Text quotaMakeRoom();

  Text quotaNearSubject();

  Text quotaNear();

  Text quotaSee();

  Text addressesSubject();

  Text addressesUnread();

  Text usersSee();

  Text withheldSubject(long count);

  Text withheldManySubject(long count);

  Text withheld(Instant since);

  Text withheldRecipient(String recipient, String sender);

  Text withheldMore(int count);

  Text withheldAdvice();

  Text guessingSubject(int accounts);

  Text guessing(Instant at, int accounts, int attempts);

  Text guessingAdvice();
}
