package net.facteur.server.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Schema;
import net.facteur.server.config.Section;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.host.HostSettings;

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
                  Rows.of(SettingsTable.DKIM_SELECTOR, SettingsTable.CATCH_ALL)),
              Section.of(
                  "Addresses",
                  "Where mail to an address goes.",
                  Rows.of(SettingsTable.ALIASES, SettingsTable.FORWARDS)),
              Section.of(
                  "Listeners",
                  "Lists of addresses and ports; an empty list turns a listener off.",
                  Rows.of(
                      SettingsTable.LISTEN_RECEPTION,
                      SettingsTable.LISTEN_SUBMISSION,
                      SettingsTable.LISTEN_SUBMISSIONS)),
              Section.of(
                  "Directories",
                  "Where things lie.",
                  HostSettings.DIRECTORIES,
                  Rows.of(
                      SettingsTable.QUEUE_DIRECTORY,
                      SettingsTable.MAIL_DIRECTORY,
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
                  Rows.of(SettingsTable.SUBMISSION_NETWORKS)),
              Section.of(
                  "Signing",
                  "How outgoing mail gets its DKIM signature.",
                  Rows.of(
                      SettingsTable.SIGNING_THREADS,
                      SettingsTable.SIGNING_QUEUE,
                      SigningTable.EXPIRY,
                      SigningTable.FIELDS,
                      SigningTable.OVERSIGNED,
                      SigningTable.OVERSIGNED_IF_PRESENT)),
              Section.of(
                  "Passwords",
                  "How they are kept and checked.",
                  Rows.of(
                      SettingsTable.PASSWORD_MEMORY,
                      SettingsTable.PASSWORD_ITERATIONS,
                      SettingsTable.PASSWORD_THREADS,
                      SettingsTable.PASSWORD_QUEUE,
                      SettingsTable.PASSWORD_REMEMBERED,
                      SettingsTable.PASSWORD_FAILURES,
                      SettingsTable.PASSWORD_PENALTY)),
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
                      CertificateTable.LISTEN_ACME)),
              Section.of(
                  "Reception",
                  "What the checks of incoming mail lead to. All results are written into the"
                      + " Authentication-Results field, whatever happens.",
                  Rows.of(
                      ReceptionTable.DMARC,
                      ReceptionTable.DMARC_UNCLEAR,
                      ReceptionTable.DMARC_DOMAINS,
                      ReceptionTable.SPF_MAIL_FROM,
                      ReceptionTable.SPF_HELO,
                      ReceptionTable.ADSP,
                      ReceptionTable.LEGACY_SHA1,
                      ReceptionTable.BODY_LENGTHS)),
              Section.of(
                  "ARC",
                  "The chain of those who passed a message on (RFC 8617).",
                  Rows.of(ReceptionTable.TRUSTED_SEALERS, ReceptionTable.SEAL_FORWARDS)),
              Section.of(
                  "Forwarding",
                  "Forwarded mail of strangers leaves with a reverse-path of ours (SRS), so that"
                      + " the next host's SPF check passes and bounces come back.",
                  Rows.of(
                      ReceptionTable.SRS_DOMAIN,
                      ReceptionTable.SRS_SECRET_FILE,
                      ReceptionTable.SRS_GUESSES)),
              Section.of(
                  "Limits",
                  "What one client may ask of the server.",
                  Rows.of(
                      FlowTable.MESSAGE_SIZE,
                      FlowTable.RECIPIENTS,
                      FlowTable.MESSAGES,
                      FlowTable.CONNECTIONS,
                      FlowTable.CONNECTIONS_PER_NETWORK,
                      FlowTable.MEMORY,
                      FlowTable.CHECKED_AT_ONCE,
                      FlowTable.COMMAND_TIME,
                      FlowTable.CONTENT_TIME)),
              Section.of(
                  "Mailboxes",
                  "Who keeps the mail of the users.",
                  Rows.of(FlowTable.LMTP, FlowTable.ORIGINAL_TO)),
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
                      FlowTable.REPORT_LANGUAGES,
                      FlowTable.QUEUE_HISTORY,
                      FlowTable.QUEUE_URL,
                      FlowTable.QUEUE_USER,
                      FlowTable.QUEUE_PASSWORD_FILE)),
              Section.of("DNS", "Who is asked.", Rows.of(FlowTable.DNS_SERVERS)),
              Section.of(
                  "Smarthost",
                  "A host that takes all mail for elsewhere.",
                  Rows.of(
                      FlowTable.SMARTHOST,
                      FlowTable.SMARTHOST_PORT,
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
                      ReportTable.MODE,
                      ReportTable.MX,
                      ReportTable.MAX_AGE,
                      ReportTable.LISTEN_POLICY)),
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
