package net.facteur.server;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.queue.MailQueue;
import net.facteur.queue.QueueOperator;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.alerts.AlertWatch;
import net.facteur.server.away.AnswerMemory;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.destinations.Destinations;
import net.facteur.server.feedback.Feedback;
import net.facteur.server.filter.ownnames.OwnNameCounts;
import net.facteur.server.imap.AppLogins;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.ldap.DirectoryMemory;
import net.facteur.server.limits.HeldMail;
import net.facteur.server.limits.SendingLimits;
import net.facteur.server.lists.Lists;
import net.facteur.server.metrics.Measuring;
import net.facteur.server.notices.GuessingWatch;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.quarantine.QuarantineStore;
import net.facteur.server.reception.SrsReturns;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.report.dmarc.DmarcReports;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.routes.Fallbacks;
import net.facteur.server.signing.KeysInForce;
import net.facteur.server.signing.SigningPool;
import net.facteur.server.smtp.Sessions;
import net.facteur.server.zone.ZoneLooks;

/// What outlives a reload, and the parts that are replaced are built on.
///
/// @param ownNames who uses our names
/// @param workers runs blocking tasks, one virtual thread each
/// @param keys those that sign now, for everything that signs
/// @param journal the states of the keys
/// @param queuedSince whether a message waits that was taken before a given time
/// @param inspector looks into the queue, and acts on it
/// @param policies the MTA-STS policies of others
/// @param reporter is told of TLS sessions
/// @param dmarc counts messages for reports on DMARC, and sends them
/// @param sessions those in which a user has logged in
/// @param logins how logins went
/// @param appLogins where app passwords were used to read mail
/// @param directory what the directory of accounts said
/// @param notices what the postmaster was told already
/// @param guessing when he was told of guessed passwords
/// @param sending what accounts sent lately
/// @param held what is held for them
/// @param destinations the providers that take our mail
/// @param fallbacks how the ways to providers are
/// @param feedback what became of mail that left
/// @param quarantine messages that no mailbox may have
/// @param people who signs in to the pages
/// @param reports what others report on our domains
/// @param answered who was answered in place of somebody
/// @param measuring counts and times, if somebody wants numbers
/// @param loader reads the settings again
/// @param atStart the settings that the server started with
/// @param zones what was found in the zones of our domains
/// @param lists mailing lists and their members
/// @param alerts what is wrong now
record LastingParts(
    OwnNameCounts ownNames,
    MailQueue queue,
    SigningPool pool,
    KeysInForce keys,
    KeyJournal journal,
    Predicate<Instant> queuedSince,
    QueueOperator inspector,
    DkimCrypto crypto,
    InstantSource clock,
    SecureRandom random,
    Executor workers,
    MtaStsPolicies policies,
    TlsReporter reporter,
    DmarcReports dmarc,
    Sessions sessions,
    LoginHistory logins,
    AppLogins appLogins,
    DirectoryMemory directory,
    PostmasterMail.Sent notices,
    GuessingWatch.Told guessing,
    SendingLimits sending,
    HeldMail held,
    Feedback feedback,
    Destinations destinations,
    SrsReturns returns,
    Fallbacks fallbacks,
    QuarantineStore quarantine,
    SignInWiring people,
    ReceivedReports reports,
    AnswerMemory answered,
    Measuring measuring,
    SettingsLoader loader,
    Settings atStart,
    ZoneLooks zones,
    Lists lists,
    AlertWatch.Now alerts) {}
