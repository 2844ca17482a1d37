package net.facteur.server.doctor;

import java.time.Instant;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.spf.SpfResult;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What an examination says of its subjects, without the name of the subject.
interface DoctorTexts {
  DoctorTexts SAY = Texts.of(DoctorTexts.class);

  Text dnsSilent(String reason);

  Text noAddress();

  Text leadsTo(String addresses);

  Text leadsBack();

  Text leadsElsewhere(DomainName host);

  Text unanswered();

  Text mxOurs();

  Text mxElsewhere(DomainName host);

  Text mxBackup(String hosts);

  Text mxNoBackup(DomainName host);

  Text mxNoBetter(DomainName host);

  Text unlisted();

  Text listSilent();

  Text listed();

  Text spfPasses(int terms);

  Text spfFails(SpfResult result, String problem);

  Text mailUnproven();

  Text spfUntried(String record);

  Text spfLookUps(int terms);

  Text spfOpen();

  Text spfSmarthostMissing(String smarthost);

  Text spfSmarthost(String smarthost, String record);

  Text dkimWaits();

  Text dkimNone();

  Text dkimMissing();

  Text dkimShort(int bits);

  Text dkimOld();

  Text dkimGood(int bits);

  Text mailMistrusted();

  Text dmarcAsksNothing();

  Text dmarcPolicy(String policy);

  Text dmarcNoConsent(DomainName domain, String reason);

  Text adspWrong();

  Text signed();

  Text signedWrongly(String reason);

  Text unsigned();

  Text signedUnseen();

  Text tlsaMissing();

  Text tlsaNone();

  Text tlsaUnseen();

  Text tlsaFits();

  Text tlsaMisfit();

  Text policyMissing(String reason);

  Text policyNamesAll(String mode);

  Text policyMisfitEnforced(List<DomainName> hosts);

  Text policyMisfit(List<DomainName> hosts);

  Text published();

  Text certificateNone();

  Text certificateExpired();

  Text certificateEnds(long count);

  Text certificateEarly();

  Text certificateSelfSigned();

  Text certificateGood(long count);

  Text diskFull(long mebibytes);

  Text diskFree(long mebibytes);

  Text syncSlow(long milliseconds);

  Text syncGood(long milliseconds);

  Text diskUnwritable(Text reason);

  Text clockBeforeProgram(Instant built);

  Text clockLongAfter();

  Text clockKept();

  Text clockLoose();

  Text queueOld(Instant since);

  Text queueGood();

  Text silentHere();

  Text relayClosed();

  Text relayOpen(Text what);

  Text port25Open();

  Text port25Blocked();

  Text smarthostAnswers();

  Text smarthostSilent();

  Text adspNone();

  Text recordMissing(Text consequence);

  Text recordsSeveral(Text consequence);

  Text plainTextRisk();

  Text tlsUntold();

  Text reportsUnread(String address);

  Text reportsUnreadHere(String address);

  Text everybodyIn();

  Text strangerToStranger();

  Text levelOk();

  Text levelWarning();

  Text levelError();

  Text noticeSubject(DomainName host);

  Text noticeWell();

  Text noticeFound();

  Text noticeSee();

  Text directoryAnswers();

  Text clientsFind();

  Text clientsTyped();

  Text clientsElsewhere();

  Text clientsDigest();

  Text clientsUncertified();

  Text forwardsRewritten();

  Text forwardsSealed(String providers);

  Text forwardsUnsealed(String providers);

  Text forwardsJudged();

  Text forwardsUnjudged();

  Text forwardsForged();

  Text forwardsRest(int count);

  Text forwardsShare(long percent);

  Text forwardsMany(long percent);

  Text backupNone();

  Text backupNever();

  Text backupOld(Instant at);

  Text backupFailed(Instant at, String why);

  Text backupPartial(Instant at, String why);

  Text backupGood(Instant at);

  Text backupUnknown(Text why);

  Text rehearsalFailed(Instant at, String why);

  Text rehearsalMissing();

  Text rehearsalGood(Instant at);
}
