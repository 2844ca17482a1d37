package net.facteur.server.sources;

import java.time.LocalDate;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of those who send in our names.
interface SourcesTexts {
  SourcesTexts SAY = Texts.of(SourcesTexts.class);

  Text own();

  Text forwarder(String name);

  Text authorized(String name);

  Text stranger(String name);

  Text others();

  Text headline(
      String domain, LocalDate first, LocalDate last, long messages, long reports, int reporters);

  Text sums(long passed, long failed, String share);

  Text plotTitle(String domain);

  Text plotSaid(LocalDate first, LocalDate last, long passed, long failed);

  Text passes();

  Text fails();

  Text ownNotListed(long messages, long of, String domain);

  Text spfPaste();

  Text spfPasteIf(String service);

  Text seeRecords(String domain);

  Text ownUnsigned(long messages, long of, String domain);

  Text ownBroken(long messages, long of, String domain);

  Text serviceNotListed(String service, long messages, long of, String domain);

  Text serviceSignsAsItself(String service, String signer, long messages, long of, String domain);

  Text serviceUnsigned(String service, long messages, long of, String domain);

  Text serviceBroken(String service, long messages, long of, String domain);

  Text serviceSetUp(String service, String where, String page, String domain);

  Text serviceSetUpYours(String service, String where, String page, String domain);

  Text hostFails(String host, long messages, long of, String domain);

  Text hostFailsSee(String domain);

  Text changed(long messages, long of);

  Text strangers(long messages, long stopped);

  Text strangersFree(long messages);

  Text tighten(String domain, String from, String to, long days, long passed, long of);

  Text tightenQuarantine();

  Text tightenReject();

  Text stayFor(String domain, String from, String to);

  Text fewDays(long days, long wanted);

  Text fewMessages(long messages, long wanted);

  Text fewReports(long days, long wanted);

  Text tooManyFail(long passed, long of, String wanted);

  Text undecided(String service, long messages);

  Text strictest(String domain);

  Text tlsHeadline(
      String domain, LocalDate first, LocalDate last, long sessions, long reports, int reporters);

  Text tlsSums(long successes, long failures);

  Text tlsKind(Text what, long sessions);

  Text tlsKindAt(Text what, String host, long sessions);

  Text tlsPlotTitle(String domain);

  Text tlsNoPolicy(String domain);

  Text tlsRepair();

  Text tlsWait(long days, long wanted, long sessions, long wantedSessions);

  Text tlsEnforce(String domain, long days, long sessions);

  Text tlsWell(String domain);

  Text kindNoStarttls();

  Text kindHostMismatch();

  Text kindExpired();

  Text kindNotTrusted();

  Text kindValidation();

  Text kindTlsa();

  Text kindDnssec();

  Text kindDaneRequired();

  Text kindStsFetch();

  Text kindStsInvalid();

  Text kindStsWebpki();

  Text kindOther(String word);

  Text failingSubject(Text source, String domain);

  Text failing(
      Text source,
      String domain,
      long passedBefore,
      long before,
      LocalDate since,
      long failed,
      long of);

  Text failingSee(String domain);

  Text letterHeading();

  Text letterSums(String domain, long messages, long passed, long failed);

  Text letterNone(String domain);

  Text letterTls(String domain, long sessions, long failures);

  Text letterSee();
}
