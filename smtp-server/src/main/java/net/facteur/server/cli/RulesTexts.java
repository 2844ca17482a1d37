package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of blocked and welcome senders, and of who uses our names.
interface RulesTexts {
  RulesTexts SAY = Texts.of(RulesTexts.class);

  Text rulesNoSender(String typed);

  Text rulesTypeSender();

  Text rulesNone(String sender);

  Text rulesSee();

  Text rulesColumns();

  Text rulesEverybody();

  Text rulesBlock();

  Text rulesWelcome();

  Text rulesListNone();

  Text rulesBlocked(String sender);

  Text rulesWelcomed(String sender);

  Text rulesBlockedFor(String sender, String user);

  Text rulesWelcomedFor(String sender, String user);

  Text rulesGone(String sender);

  Text ownNamesColumns();

  Text ownNamesNone();

  Text ownNamesSum(long unproven, long all, Object since);

  Text ownNamesNext();
}
