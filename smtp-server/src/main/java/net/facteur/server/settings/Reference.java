package net.facteur.server.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Schema;
import net.facteur.server.config.Section;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.dsn.DsnSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.net.TransportSettings;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsSettings;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.SmtpSettings;
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
                  Rows.of(SigningSettings.SELECTOR, RoutingSettings.CATCH_ALL)),
              Section.of(
                  "Addresses",
                  "Where mail to an address goes.",
                  Rows.of(RoutingSettings.ALIASES, RoutingSettings.FORWARDS)),
              Section.of(
                  "Listeners",
                  "Lists of addresses and ports; an empty list turns a listener off.",
                  Rows.of(
                      ListenerSettings.RECEPTION,
                      ListenerSettings.SUBMISSION,
                      ListenerSettings.SUBMISSIONS)),
              Section.of(
                  "Directories",
                  "Where things lie.",
                  HostSettings.DIRECTORIES,
                  Rows.of(
                      SettingsTable.QUEUE_DIRECTORY,
                      MailboxSettings.DIRECTORY,
                      SettingsTable.KEYS_DIRECTORY)),
              Section.of(
                  "TLS",
                  "The certificates of the server.",
                  Rows.of(
                      SettingsTable.TLS_CERTIFICATE,
                      SettingsTable.TLS_KEY,
                      SettingsTable.TLS_NAME_CERTIFICATE,
                      SettingsTable.TLS_NAME_KEY)),
              Section.of(
                  "Submission",
                  "Mail from our own users.",
                  Rows.of(SmtpSettings.SUBMISSION_NETWORKS)),
              Section.of(
                  "Signing",
                  "How outgoing mail gets its DKIM signature.",
                  Rows.of(
                      SigningSettings.THREADS,
                      SigningSettings.QUEUE,
                      SigningSettings.EXPIRY,
                      SigningSettings.FIELDS,
                      SigningSettings.OVERSIGNED,
                      SigningSettings.OVERSIGNED_IF_PRESENT)),
              Section.of(
                  "Passwords",
                  "How they are kept and checked.",
                  Rows.of(
                      AccountsSettings.MEMORY,
                      AccountsSettings.ITERATIONS,
                      AccountsSettings.THREADS,
                      AccountsSettings.QUEUE,
                      AccountsSettings.REMEMBERED,
                      AccountsSettings.FAILURES,
                      AccountsSettings.PENALTY)),
              Section.of(
                  "Log and control",
                  "How the server is watched and steered.",
                  Rows.of(
                      SettingsTable.LOG_FORMAT,
                      SettingsTable.LOG_LEVEL,
                      SettingsTable.LOG_FILE,
                      SettingsTable.CONTROL_ENABLED,
                      SettingsTable.CONTROL_SOCKET)),
              Section.of(
                  "Keys",
                  "How DKIM keys are made, published, replaced and revoked. `facteur dkim rotate"
                      + " DOMAIN` begins it for a domain; from then on it goes by itself.",
                  Rows.of(
                      KeysTable.PUBLISH,
                      KeysTable.UPDATE_SERVER,
                      KeysTable.UPDATE_KEY,
                      KeysTable.ZONE,
                      KeysTable.ROTATE_EVERY,
                      KeysTable.KEEP,
                      KeysTable.SPARE,
                      KeysTable.ALGORITHMS,
                      KeysTable.RSA_BITS,
                      KeysTable.SELECTOR,
                      KeysTable.TTL,
                      KeysTable.REVEAL,
                      KeysTable.REVEAL_AFTER,
                      KeysTable.REVEAL_URL,
                      KeysTable.NAME_SERVER_PORT)),
              Section.of(
                  "Renewal of certificates",
                  "How a new certificate takes the place of the old one. `facteur tls status` shows"
                      + " where that stands.",
                  Rows.of(
                      CertificateTable.STAGING,
                      CertificateTable.PUBLISH_TLSA,
                      CertificateTable.ACME_DIRECTORY,
                      CertificateTable.ACME_CHALLENGE,
                      CertificateTable.ACME_NAMES,
                      CertificateTable.ACME_CONTACT,
                      CertificateTable.ACME_TERMS,
                      CertificateTable.ACME_RENEW_BEFORE,
                      CertificateTable.ACME_AUTHORITIES,
                      WebSettings.LISTEN_CHALLENGES)),
              Section.of(
                  "Reception",
                  "What the checks of incoming mail lead to. All results are written into the"
                      + " Authentication-Results field, whatever happens.",
                  Rows.of(
                      ReceptionSettings.DMARC,
                      ReceptionSettings.DMARC_UNCLEAR,
                      ReceptionSettings.DMARC_DOMAINS,
                      ReceptionSettings.SPF_MAIL_FROM,
                      ReceptionSettings.SPF_HELO,
                      ReceptionSettings.ADSP,
                      ReceptionSettings.LEGACY_SHA1,
                      ReceptionSettings.BODY_LENGTHS)),
              Section.of(
                  "ARC",
                  "The chain of those who passed a message on (RFC 8617).",
                  Rows.of(ReceptionSettings.TRUSTED_SEALERS, ReceptionSettings.SEAL_FORWARDS)),
              Section.of(
                  "Forwarding",
                  "Forwarded mail of strangers leaves with a reverse-path of ours (SRS), so that"
                      + " the next host's SPF check passes and bounces come back.",
                  Rows.of(
                      SrsSettings.DOMAIN, SrsSettings.SECRET_FILE, ReceptionSettings.SRS_GUESSES)),
              Section.of(
                  "Limits",
                  "What one client may ask of the server.",
                  Rows.of(
                      SmtpSettings.MESSAGE_SIZE,
                      SmtpSettings.RECIPIENTS,
                      SmtpSettings.MESSAGES,
                      TransportSettings.CONNECTIONS,
                      TransportSettings.CONNECTIONS_PER_NETWORK,
                      TransportSettings.MEMORY,
                      ReceptionSettings.CHECKED_AT_ONCE,
                      TransportSettings.COMMAND_TIME,
                      TransportSettings.CONTENT_TIME)),
              Section.of(
                  "Mailboxes",
                  "Who keeps the mail of the users.",
                  Rows.of(RoutingSettings.LMTP, MailboxSettings.ORIGINAL_TO)),
              Section.of(
                  "Queue",
                  "How long and how often delivery is tried.",
                  Rows.of(
                      FlowTable.QUEUE_LIFE,
                      FlowTable.QUEUE_DELAY_REPORT,
                      FlowTable.QUEUE_FIRST_RETRY,
                      FlowTable.QUEUE_LONGEST_RETRY,
                      FlowTable.QUEUE_ATTEMPTS,
                      FlowTable.QUEUE_PER_DESTINATION,
                      FlowTable.QUEUE_MINIMUM_FREE,
                      FlowTable.QUEUE_RATE,
                      DsnSettings.REPORT_LANGUAGES,
                      FlowTable.QUEUE_HISTORY,
                      FlowTable.QUEUE_URL,
                      FlowTable.QUEUE_USER,
                      FlowTable.QUEUE_PASSWORD_FILE)),
              Section.of("DNS", "Who is asked.", Rows.of(FlowTable.DNS_SERVERS)),
              Section.of(
                  "Smarthost",
                  "A host that takes all mail for elsewhere.",
                  Rows.of(
                      RoutingSettings.SMARTHOST,
                      RoutingSettings.SMARTHOST_PORT,
                      FlowTable.SMARTHOST_USER,
                      FlowTable.SMARTHOST_PASSWORD_FILE,
                      FlowTable.SMARTHOST_TLS)),
              Section.of(
                  "Delivery",
                  "How mail leaves.",
                  Rows.of(
                      FlowTable.DELIVERY_PORT,
                      FlowTable.DELIVERY_FAMILIES,
                      FlowTable.DELIVERY_CHUNKING,
                      FlowTable.DELIVERY_SOURCES)),
              Section.of(
                  "DNSSEC",
                  "What is believed.",
                  Rows.of(
                      OutboundTlsTable.DNSSEC,
                      OutboundTlsTable.TRUST_AD,
                      OutboundTlsTable.TRUST_ANCHORS)),
              Section.of(
                  "TLS towards others",
                  "How connections to other mail servers are protected.",
                  Rows.of(
                      OutboundTlsTable.OVERRIDES,
                      OutboundTlsTable.DANE_INSECURE_MX,
                      OutboundTlsTable.RESUMPTION,
                      OutboundTlsTable.CLIENT_CERTIFICATE,
                      OutboundTlsTable.CLIENT_KEY,
                      OutboundTlsTable.AUTHORITIES)),
              Section.of(
                  "MTA-STS",
                  "Policies on TLS: those of others, and ours for mail to us.",
                  Rows.of(
                      ReportTable.HONOUR_MTA_STS,
                      ReportTable.MTA_STS_PORT,
                      WebSettings.MODE,
                      WebSettings.MX,
                      WebSettings.MAX_AGE,
                      WebSettings.LISTEN_POLICY)),
              Section.of(
                  "Reports",
                  "What others are told about mail to them.",
                  Rows.of(
                      ReportTable.TLS_REPORTS,
                      ReportTable.CONTACT,
                      ReportTable.ORGANIZATION,
                      ReportTable.HOUR))),
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
