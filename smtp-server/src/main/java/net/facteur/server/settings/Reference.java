package net.facteur.server.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.alerts.AlertSettings;
import net.facteur.server.autoconfig.AutoconfigSettings;
import net.facteur.server.away.AwaySettings;
import net.facteur.server.backup.BackupSettings;
import net.facteur.server.config.Schema;
import net.facteur.server.config.Section;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.destinations.DestinationsSettings;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.dsn.DsnSettings;
import net.facteur.server.explanations.ExplanationsSettings;
import net.facteur.server.feedback.FeedbackSettings;
import net.facteur.server.filter.clamav.ClamavSettings;
import net.facteur.server.filter.dnslist.DnsListSettings;
import net.facteur.server.filter.milter.MilterSettings;
import net.facteur.server.filter.ownnames.OwnNamesSettings;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.filter.rules.AttachmentSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.letter.LetterSettings;
import net.facteur.server.limits.LimitsSettings;
import net.facteur.server.lists.following.FollowingSettings;
import net.facteur.server.log.LogSettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.metrics.MetricsSettings;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.net.TransportSettings;
import net.facteur.server.pickup.PickupSettings;
import net.facteur.server.quarantine.QuarantineSettings;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.report.dmarc.DmarcReportSettings;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.roles.RoleSettings;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsSettings;
import net.facteur.server.signin.SignInSettings;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.submission.SubmissionSettings;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.web.WebSettings;

/// Every setting there is, in the order of `conf/mail.conf` and of the documentation. The rows
/// stand with the packages that use them.
public final class Reference {
  public static final Schema SCHEMA =
      new Schema(
          List.of(
              Section.of("The server", "Who it is.", HostSettings.ROWS),
              Section.of(
                  "Domains",
                  "A block for each domain whose mail is kept here, the name in quotes."
                      + " The smallest is domains { \"example.org\" {} }.",
                  SigningSettings.DOMAINS,
                  RoutingSettings.DOMAINS),
              Section.of(
                  "Domains of others",
                  "A block for each domain that this server takes mail for and passes on: as its"
                      + " backup MX, or in front of its server. The smallest is relay-domains {"
                      + " \"friend.example\" {} }. Mail goes to the mail exchangers that are better"
                      + " than this server, never by a smarthost. Users and aliases of such a"
                      + " domain are unknown here.",
                  RoutingSettings.RELAY_DOMAINS,
                  DeliverySettings.RELAY_DOMAINS),
              Section.of(
                  "Addresses",
                  "Where mail to an address goes.",
                  RoutingSettings.ADDRESSES,
                  MailboxSettings.SUB_ADDRESSES,
                  RoleSettings.ROWS,
                  AwaySettings.ROWS),
              Section.of(
                  "Listeners",
                  "Lists of addresses and ports; an empty list turns a listener off.",
                  ListenerSettings.ROWS,
                  TransportSettings.PROXIES),
              Section.of(
                  "Directories",
                  "Where things lie.",
                  HostSettings.DIRECTORIES,
                  StoreSettings.DIRECTORIES,
                  MailboxSettings.DIRECTORIES,
                  KeySettings.DIRECTORIES),
              Section.of("TLS", "The certificates of the server.", TlsSettings.ROWS),
              Section.of(
                  "Submission",
                  "Mail from our own users.",
                  SmtpSettings.SUBMISSION,
                  SubmissionSettings.ROWS),
              Section.of(
                  "What accounts may send",
                  "Mail beyond these limits is held, so that a stolen password does not become a"
                      + " thousand messages. docs/limits.md says what happens then.",
                  LimitsSettings.ROWS,
                  FeedbackSettings.DEAD),
              Section.of(
                  "Programs of this machine",
                  "Mail that cron and others hand in by `sendmail`.",
                  PickupSettings.ROWS),
              Section.of(
                  "Signing", "How outgoing mail gets its DKIM signature.", SigningSettings.ROWS),
              Section.of(
                  "Passwords",
                  "How they are kept and checked.",
                  AccountsSettings.ROWS,
                  PasswordRules.ROWS),
              Section.of(
                  "Signing in to the pages",
                  "Who looks after the server by its pages, and how long browsers stay signed in.",
                  SignInSettings.ROWS),
              Section.of(
                  "LDAP",
                  "Accounts, addresses and groups of a directory, beside those of `facteur user`."
                      + " Where both name one, that of `facteur user` holds.",
                  LdapSettings.ROWS),
              Section.of(
                  "Log and control",
                  "How the server is watched and steered.",
                  LogSettings.ROWS,
                  ControlSettings.ROWS),
              Section.of(
                  "Keys",
                  "How DKIM keys are made, published, replaced and revoked. `facteur dkim rotate"
                      + " DOMAIN` begins it for a domain; from then on it goes by itself.",
                  KeySettings.ROWS),
              Section.of(
                  "Renewal of certificates",
                  "How a new certificate takes the place of the old one. `facteur tls status` shows"
                      + " where that stands.",
                  RollSettings.ROWS,
                  AcmeSettings.ROWS,
                  WebSettings.CHALLENGES),
              Section.of(
                  "Reception",
                  "What the checks of incoming mail lead to. All results are written into the"
                      + " Authentication-Results field, whatever happens.",
                  ReceptionSettings.CHECKS,
                  OwnNamesSettings.ROWS),
              Section.of(
                  "Filters",
                  "Programs that judge the content of mail: rspamd finds spam, ClamAV viruses, and"
                      + " there are those that speak the milter protocol. None is asked by"
                      + " default.",
                  RspamdSettings.ROWS,
                  ClamavSettings.ROWS,
                  MilterSettings.ROWS),
              Section.of(
                  "Quarantine",
                  "Where mail lies that a filter keeps out of all mailboxes, such as viruses:"
                      + " `facteur quarantine list`. This is not the junk folder of a user, which"
                      + " is where `quarantine` in the settings of reception leads.",
                  QuarantineSettings.ROWS),
              Section.of("Attachments", "What is not taken from outside.", AttachmentSettings.ROWS),
              Section.of(
                  "Lists in the DNS",
                  "What lists of others say of the host that hands mail over, and of the domains"
                      + " that it names. A list counts only while its test points stand as RFC 5782"
                      + " has them.",
                  DnsListSettings.ROWS),
              Section.of(
                  "Mailing lists",
                  "Lists are made by `facteur list add`, and each stands in a file of its own. Here"
                      + " is where members may come from, and how long answers are waited for.",
                  FollowingSettings.ROWS),
              Section.of(
                  "ARC",
                  "The chain of those who passed a message on (RFC 8617).",
                  ReceptionSettings.ARC),
              Section.of(
                  "Forwarding",
                  "Forwarded mail of strangers leaves with a reverse-path of ours (SRS), so that"
                      + " the next host's SPF check passes and bounces come back.",
                  SrsSettings.ROWS,
                  ReceptionSettings.RETURNS,
                  FeedbackSettings.FORWARDS),
              Section.of(
                  "Limits",
                  "What one client may ask of the server.",
                  SmtpSettings.LIMITS,
                  TransportSettings.CONNECTION_LIMITS,
                  ReceptionSettings.LIMITS,
                  TransportSettings.TIME_LIMITS),
              Section.of(
                  "Mailboxes",
                  "Who keeps the mail of the users.",
                  RoutingSettings.MAILBOXES,
                  MailboxSettings.ROWS),
              Section.of(
                  "Reading mail",
                  "Dovecot, joined by `facteur imap dovecot --apply`.",
                  ImapSettings.ROWS),
              Section.of(
                  "Pages",
                  "What people see in a browser, and mail programs ask.",
                  WebSettings.PAGES,
                  AutoconfigSettings.ROWS),
              Section.of(
                  "Queue",
                  "How long and how often delivery is tried.",
                  StoreSettings.DELIVERY,
                  DsnSettings.ROWS,
                  StoreSettings.STORAGE),
              Section.of(
                  "Backups",
                  "Those that `facteur backup` makes if it is told nothing else. docs/backup.md"
                      + " says more.",
                  BackupSettings.ROWS),
              Section.of("DNS", "Who is asked.", ResolverSettings.ROWS),
              Section.of(
                  "Smarthost",
                  "A host that takes all mail for elsewhere.",
                  RoutingSettings.NEXT_HOP,
                  DeliverySettings.SMARTHOST),
              Section.of(
                  "Routes",
                  "A block for each way that some mail takes, the name of your choice. What no"
                      + " route names goes by the smarthost, or straight to the mail exchangers."
                      + " docs/routes.md says more.",
                  RoutesSettings.ROWS),
              Section.of(
                  "Fallback",
                  "A second way if the first one is closed. There is none by default.",
                  RoutesSettings.FALLBACKS),
              Section.of("Delivery", "How mail leaves.", DeliverySettings.ROWS),
              Section.of(
                  "Destinations",
                  "What is remembered of the providers that take our mail.",
                  DestinationsSettings.ROWS,
                  ExplanationsSettings.ROWS),
              Section.of("DNSSEC", "What is believed.", ResolverSettings.PROOFS),
              Section.of(
                  "TLS towards others",
                  "How connections to other mail servers are protected.",
                  OutboundTlsSettings.ROWS),
              Section.of(
                  "MTA-STS",
                  "Policies on TLS: those of others, and ours for mail to us.",
                  OutboundTlsSettings.MTA_STS,
                  WebSettings.POLICY),
              Section.of(
                  "Reports",
                  "What others are told about mail to them and in their names, and what they tell"
                      + " us about ours.",
                  TlsReportSettings.ROWS,
                  DmarcReportSettings.ROWS,
                  ReceivedReportSettings.ROWS,
                  LetterSettings.ROWS),
              Section.of(
                  "Alerts",
                  "Mail to the postmaster if something is wrong. docs/alerts.md explains the"
                      + " rules.",
                  AlertSettings.ROWS),
              Section.of(
                  "Metrics",
                  "Numbers for Prometheus. docs/metrics.md names each of them.",
                  MetricsSettings.ROWS)),
          List.of(Consistency::mistakes));

  private Reference() {}

  /// Reads settings files of this server.
  ///
  /// @param environment the environment variables
  /// @param machineName what the machine calls itself, where it knows
  public static SettingsLoader loader(
      Map<String, String> environment, Optional<String> machineName) {
    return new SettingsLoader(SCHEMA, environment, machineName);
  }

  /// The same for a machine that takes time to say its name.
  public static SettingsLoader loader(
      Map<String, String> environment, Supplier<Optional<String>> machineName) {
    return new SettingsLoader(SCHEMA, environment, machineName);
  }
}
