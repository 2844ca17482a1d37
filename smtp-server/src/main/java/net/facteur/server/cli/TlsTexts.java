package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur tls`, `mta-sts` and `tlsrpt` say.
interface TlsTexts {
  TlsTexts SAY = Texts.of(TlsTexts.class);

  Text silentNameServers();

  // Certificates

  Text tlsNoPort(int port);

  Text tlsLeavePort();

  Text tlsCertificateUnusable(String reason);

  Text tlsNameCert();

  Text tlsNoCertificate();

  Text tlsUseCert();

  Text tlsNoAuthority();

  Text tlsSeeDirectory();

  Text tlsAsks(Object directory, Object names, String challenge);

  Text tlsNotRenewed(String reason);

  Text tlsSeeChallenge();

  Text tlsRenewed();

  Text tlsCertificateAtStart();

  Text tlsCertificateNone();

  Text tlsCertificateSince(String state, Object since, String reason);

  Text tlsCertificateSinceFor(String state, Object since, String reason, Text certificate);

  Text tlsKeySince(String state, Object since, String reason);

  Text tlsaRecord(String record);

  Text tlsGoodUntil(String names, Object until);

  Text tlsStaged();

  Text tlsCached(Object until);

  Text tlsPublishing();

  Text tlsVisible();

  Text tlsVisibleKey();

  Text tlsActive();

  Text tlsRetiring();

  Text tlsGone();

  Text tlsStaging(Text why);

  Text tlsStagedUnusable(Text why);

  Text tlsNotTaken(Text certificate);

  // The state of proofs

  Text tlsRootKeys(String keys, String anchors);

  Text tlsRootUnseen(String anchors);

  Text tlsAnchorsOld();

  Text tlsOtherResolver();

  Text tlsSwitchOn();

  // A walk to a domain

  Text tlsNoDomain(String text);

  Text tlsBehindAt();

  Text tlsNoIp(String text);

  Text tlsWriteIp();

  Text tlsPolicyNone();

  Text tlsPolicyUnfetched(String reason);

  Text tlsPolicyInvalid(String reason);

  Text tlsPolicyUntrusted(String reason);

  Text tlsaNone(String reason);

  Text tlsaBogus(String reason);

  Text tlsaFailed(String reason);

  Text tlsaUnusable(DomainName base, Object record, Object reason);

  Text tlsPresented(String subject, String issuer, Object until, Object names);

  Text tlsNoHostName();

  Text tlsNoHost();

  Text tlsHost(String host, int preference);

  Text tlsHostSecure(String host, int preference);

  Text tlsDecision(String word, String why);

  Text tlsAddress(String address);

  Text tlsCertificate(Text certificate);

  Text tlsReady();

  Text tlsNotReady();

  // MTA-STS

  Text stsServing(Object address);

  Text stsNone();

  Text stsRecord(String record);

  Text stsLine(String line);

  Text stsMode(String word);

  Text stsModeNone();

  Text stsModeTesting();

  Text stsNoAnswer();

  Text stsNoDomain(DomainName domain);

  Text stsNoMail();

  Text stsNamed(DomainName host);

  Text stsNotNamed(DomainName host);

  Text stsRecordUnanswered(DomainName domain);

  Text stsUnpublished(DomainName domain);

  Text stsSeveral(DomainName domain, long records);

  Text stsBroken(DomainName domain, String expected);

  // Reports

  Text reportNone(Path file, String expected, int at);

  Text reportForms();

  Text reportNameOne();

  Text reportFrom(String organization);

  Text reportPeriod(Object start, Object end);

  Text reportId(String id);

  Text reportTotal(long good, long failed);

  Text reportTotalPartly(long good, long failed);

  Text reportPolicy(String policy, Object good, String failed);

  Text reportFailed(Object number);

  Text reportFailedMore(Object number, long detailed);

  Text reportPolicyLine(String line);

  Text reportFailure(Object times, Object what);

  Text reportTimes(Object number);

  Text reportOnce();

  Text reportUnknown();

  Text reportAt(String type, String host);

  Text reportSender(Object failure, String address);
}
