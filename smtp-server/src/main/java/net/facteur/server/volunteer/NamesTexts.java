package net.facteur.server.volunteer;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the page of names says: zones, keys and certificates.
interface NamesTexts {
  NamesTexts SAY = Texts.of(NamesTexts.class);

  Text namesTitle();

  Text namesAre();

  Text namesNone(String line);

  Text moreNames(int count);

  // The zone

  Text zoneTitle(String domain);

  Text zoneIs();

  Text zoneNotLooked();

  Text zoneUnderWay();

  Text zoneSeen(String time);

  Text zoneFailed(String time, Text why);

  Text zoneLook();

  Text zoneAgain();

  Text zoneLooking();

  Text zoneWell(int records);

  Text zoneAmiss(int missing, int unknown);

  Text zoneSilent(String servers);

  Text zonePaste();

  Text zoneInPlaceOf(String record);

  Text zoneEach(int records);

  Text zoneWhole();

  Text zoneCommand(String line);

  Text recordColumn();

  Text serversColumn();

  Text recordThere();

  Text recordMissing();

  Text recordUnsure();

  Text recordUnknown();

  Text recordUnwatched();

  Text atServer(String server, Text holding);

  Text hasIt();

  Text hasAnother(String values);

  Text hasNothing();

  Text isSilent(String reason);

  Text everyServer();

  // Keys

  Text keysTitle(String domain);

  Text keysAre();

  Text keysNone(String domain);

  Text keyPinned(String selector);

  Text keysDrawn(String domain, String selectors);

  Text keyColumn();

  Text stageColumn();

  Text sinceColumn();

  Text untilColumn();

  Text keyReserve(Text stage);

  Text stagePlanned(Text stage);

  Text stageDrawn(Text stage, String from, String until);

  Text stageOpen(Text stage, String from);

  Text stagesTitle();

  Text stageGenerated();

  Text stagePublishing();

  Text stageVisible();

  Text stageActive();

  Text stageDistrusted();

  Text stageRetiring();

  Text stageRevoking();

  Text stageRevoked();

  Text stageRevealed();

  Text keyDue(String selector, String day, String domain);

  Text keyStuck(String selector, String since, String domain);

  Text keyRotate();

  Text keyFirst();

  Text keyCompromise(String selector);

  Text keyRevoke(String selector);

  Text rotateSure(String active, int keep);

  Text rotateSpareSure(String active, String spare, int keep);

  Text firstSure(String domain);

  Text compromiseSure(String selector);

  Text compromiseSpareSure(String selector, String spare);

  Text revokeSure(String selector);

  Text revokeUnusedSure(String selector);

  Text byPublication(Text how);

  Text publicationAssisted();

  Text publicationSelf();

  Text sameByCommand(String line);

  Text keyDone();

  Text keyGoesOn();

  Text backToNames();

  // Certificates

  Text certificatesTitle();

  Text certificatesAre();

  Text certificatesNone();

  Text certificateUnread(String file);

  Text certificatesDrawn(int count);

  Text certificateColumn();

  Text endsColumn();

  Text renewalColumn();

  Text tlsaColumn();

  Text certificateOf(String names, String ends);

  Text certificateKey(String key);

  Text certificateIssued(String from, String until);

  Text certificateServed(String from, String until);

  Text certificateRenewed(String from, String until);

  Text certificateFile();

  Text renewalNow();

  Text renewalByHand();

  Text rollStaged();

  Text rollPublishing();

  Text rollVisible();

  Text rollActive();

  Text rollRetiring();

  Text rollGone();

  Text certificateEnds(String names, String day);

  Text certificateEnded(String names, String day);

  Text renewWith();

  Text renewByHandWith();
}
