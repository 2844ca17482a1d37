package net.facteur.server.volunteer;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the pages about people, addresses and destinations say.
interface PeopleTexts {
  PeopleTexts SAY = Texts.of(PeopleTexts.class);

  Text meanwhile();

  Text meanwhileNow();

  Text meanwhileYours();

  Text meanwhileNext();

  Text save();

  Text stateTitle();

  Text lockedBox();

  Text suspendedBox();

  Text sendOnlyBox();

  Text partFree();

  Text partNoLimit();

  Text partLimitOfAll();

  Text partNothing();

  Text quotaTitle();

  Text quotaField();

  Text quotaWrong();

  Text sendAsTitle();

  Text sendAsField();

  Text sendAsWrong();

  Text contactTitle();

  Text contactField();

  Text contactWrong();

  Text personAgain();

  Text passwordFact();

  Text noPassword();

  Text mailboxFact();

  Text noMailbox();

  Text roomOf(long used, String limit);

  Text roomFree(long used);

  Text lastLoginFact();

  Text lastLogin(String time, String address, String service);

  Text never();

  Text sendingTitle();

  Text counted(String account, String hour, String day, String fresh);

  Text stopped(String time, String reason);

  Text limitsAre();

  Text waiting(int count);

  Text holdAccount();

  Text inviteTitle();

  Text inviteIs();

  Text invite();

  Text invited(String name);

  Text moreTitle();

  Text addressesOf();

  Text removeIs();

  Text addTitle();

  Text addIs();

  Text addressField();

  Text add();

  Text addressWrong();

  Text foreign(String domain);

  Text added(String name);

  Text taken(String name);

  Text addressesTitle();

  Text addressesAre();

  Text addressAdd();

  Text addressNone();

  Text addressColumn();

  Text leadsColumn();

  Text standsColumn();

  Text inSettings();

  Text inStore();

  Text overruled();

  Text overruledIs();

  Text moreAddresses(int count);

  Text aliasTo(String to);

  Text forwardTo(String to);

  Text forwardKeepTo(String to);

  Text isRefused();

  Text isDiscarded();

  Text domainAs(String to);

  Text untilDay(Text what, String day);

  Text standsNothing();

  Text addressGone();

  Text addressRemove();

  Text kindField();

  Text kindAlias();

  Text kindForward();

  Text kindRefused();

  Text kindDiscarded();

  Text kindDomain();

  Text targetsField();

  Text keepBox();

  Text untilField();

  Text untilWrong();

  Text faultMisnamed(String text);

  Text faultInSettings(String text);

  Text faultNoUser(String text);

  Text faultNoTarget();

  Text faultWrongTarget(String text);

  Text faultTooMany(int count);

  Text faultItself(String text);

  Text faultOneDomain();

  Text destinationsTitle();

  Text destinationsAre();

  Text destinationsNone();

  Text providerColumn();

  Text halfColumn();

  Text isSlowed();

  Text moreProviders(int count);

  Text move();

  Text moveIs();

  Text moveWay();

  Text moveHost();
}
