package net.facteur.server.volunteer;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the pages of whoever looks after the server say.
interface VolunteerTexts {
  VolunteerTexts SAY = Texts.of(VolunteerTexts.class);

  Text todayTitle();

  Text serverTitle();

  Text myAccount();

  Text back();

  Text search();

  Text select();

  Text flows(int waiting);

  Text slow(int waiting, String oldest);

  Text stuck(int waiting, String oldest);

  Text damaged(int count);

  Text zoneLacks(String domain, int records);

  Text zoneUnsure(String domain);

  Text zoneUnknown(String domain);

  Text zonesWell(int count);

  Text allWell();

  Text toDo();

  Text partUnread(Text what);

  Text examination();

  Text examinedAt(String time);

  Text notExamined();

  Text examine();

  Text examining();

  Text examinedWell(int count);

  Text finding(String check, Text subject, Text meaning);

  Text good();

  Text warning();

  Text bad();

  Text reportsTitle();

  Text reportsAre(int days);

  Text reportsNone();

  Text dmarcHeading(String domain);

  Text tlsHeading(String domain);

  Text sources();

  Text sourceColumn();

  Text passedColumn();

  Text failedColumn();

  Text moreDomains(int count);

  Text journalTitle();

  Text journalIs();

  Text journalNone();

  Text journalSearch();

  Text timeColumn();

  Text whoColumn();

  Text whereColumn();

  Text whatColumn();

  Text mailTitle();

  Text mailIs();

  Text mailSearch();

  Text within();

  Text withinAll();

  Text withinHour();

  Text withinDay();

  Text withinWeek();

  Text waitingTitle();

  Text nothingWaits();

  Text foundTitle();

  Text nothingFound();

  Text messageColumn();

  Text fromColumn();

  Text toColumn();

  Text stateColumn();

  Text reasonColumn();

  Text leftQueue();

  Text stillQueued();

  Text refused();

  Text messageTitle(String id);

  Text messageFacts(String time, long size, String origin);

  Text operator(String time, String what, String detail);

  Text recipient(String from, String to, Text state);

  Text destination(String destination, int attempts);

  Text nextAttempt(String time);

  Text left(String time);

  Text moreRecipients(int count, String id);

  Text doSomething();

  Text retry();

  Text hold();

  Text letGo();

  Text bounce();

  Text bounceSure();

  Text noSuchMessage();

  Text stateQueued();

  Text stateHeld();

  Text stateDelivered();

  Text stateDeferred();

  Text stateFailed();

  Text stateExpired();

  Text stateBounced();

  Text stateRemoved();

  Text stateDamaged();

  Text protectionTitle();

  Text heldTitle();

  Text nobodyHeld();

  Text heldIs(int messages, int recipients, String reason);

  Text heldLetGo();

  Text heldDrop();

  Text heldDropSure(String account);

  Text lock();

  Text overtaken();

  Text nothingDone();

  Text quarantineTitle();

  Text quarantineIs();

  Text quarantineEmpty();

  Text subject();

  Text envelopeFrom();

  Text cameFrom();

  Text keptUntil();

  Text evenHarmful();

  Text deliver();

  Text drop();

  Text dropSure();

  Text peopleTitle();

  Text peopleAre();

  Text peopleSearch();

  Text nobody();

  Text userLocked();

  Text userSuspended();

  Text userFree();

  Text userSendOnly();

  Text appPasswords();

  Text unlock();

  Text moreUsers(int count);

  Text notYourself();
}
