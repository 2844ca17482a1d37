package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.map;

import java.nio.file.Path;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.delivery.DestinationTls;
import net.facteur.server.delivery.TlsOverride;

/// The part of the table that protects mail on its way to others: DNSSEC, and TLS as a client.
public final class OutboundTlsTable {
  /// Whether DNS answers are proven.
  public enum Dnssec {
    AUTO,
    REQUIRED,
    OFF
  }

  public static final Setting<Dnssec> DNSSEC =
      Setting.of(
          "dns.dnssec",
          choice(Dnssec.class),
          Dnssec.AUTO,
          "Whether DNS answers are proven, as DANE needs it. auto: they are, from the moment on at"
              + " which the resolvers pass signatures on, and that is remembered; required: mail"
              + " waits where they do not; off: there is no DANE.");
  public static final Setting<Boolean> TRUST_AD =
      Setting.of(
          "dns.trust-ad",
          bool(),
          false,
          "Believe the AD bit of the resolvers in place of proving answers here. Counts only where"
              + " all of them are on this machine and a probe shows that they validate.");
  public static final Setting<Path> TRUST_ANCHORS =
      Setting.optional(
          "dns.trust-anchors",
          SettingTypes.path(),
          "the two keys of the root that this version knows, 20326 and 38696",
          "/usr/share/dns/root.ds",
          "A file with the keys of the DNS root that are believed, as DS or DNSKEY records.");

  public static final Setting<Map<DomainName, TlsOverride>> OVERRIDES =
      Setting.of(
              "delivery.tls",
              map(NetworkTypes.domain(), OwnTypes.tlsOverride(), 10_000),
              Map.<DomainName, TlsOverride>of(),
              "What is demanded of single destinations, whatever they publish: dane (the usual:"
                  + " DANE, else MTA-STS, else TLS where offered), dane-only, secure with the names"
                  + " the certificate may have (none: the domain and all below it), fingerprint"
                  + " with the SHA-256 of the certificate or of its key, encrypt, may, none.")
          .example(
              "{ \"example.com\" = \"secure .mail.example.com\", \"example.net\" = dane-only }");
  public static final Setting<DestinationTls.InsecureMx> DANE_INSECURE_MX =
      Setting.of(
          "delivery.dane-insecure-mx",
          choice(DestinationTls.InsecureMx.class),
          DestinationTls.InsecureMx.DANE,
          "What a host's TLSA records count for where the domain's own MX records are not signed:"
              + " may ignores them, encrypt makes TLS a must, dane compares the certificate too.");
  public static final Setting<Boolean> RESUMPTION =
      Setting.of(
          "delivery.tls-resumption",
          bool(),
          true,
          "Whether TLS sessions with other servers are resumed, which saves both sides work.");
  public static final Setting<Path> CLIENT_CERTIFICATE =
      Setting.optional(
          "delivery.tls-certificate",
          SettingTypes.path(),
          "no certificate is shown to other servers",
          "/etc/facteur/client.pem",
          "The certificate, with its chain, for servers that ask for one; PEM.");
  public static final Setting<Path> CLIENT_KEY =
      Setting.optional(
          "delivery.tls-key",
          SettingTypes.path(),
          "none",
          "/etc/facteur/client.key",
          "Its private key, PEM, readable by the server alone.");
  public static final Setting<Path> AUTHORITIES =
      Setting.optional(
          "delivery.authorities",
          SettingTypes.path(),
          "those of the Java platform",
          "/etc/ssl/certs/ca-certificates.crt",
          "The certification authorities that are trusted where no TLSA record decides: for"
              + " MTA-STS, smarthosts and secure destinations; PEM.");

  private OutboundTlsTable() {}
}
