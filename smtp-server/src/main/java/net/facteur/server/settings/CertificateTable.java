package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.list;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.MailTypes;

/// The part of the table that is about how certificates are renewed.
public final class CertificateTable {
  public static final Setting<Path> STAGING =
      Setting.of(
          "tls.staging",
          SettingTypes.path(),
          Path.of("tls/staging"),
          "Where a renewed certificate may be dropped as fullchain.pem and privkey.pem, such as by"
              + " a deploy hook of certbot; relative to directories.data. It goes into service by"
              + " itself, once every name server has had the TLSA record of its key for two TTLs;"
              + " at once where the host has no TLSA records. A changed tls.certificate is treated"
              + " alike.");
  public static final Setting<Boolean> PUBLISH_TLSA =
      Setting.of(
          "tls.publish-tlsa",
          bool(),
          false,
          "Whether the TLSA record of the certificate is published, as keys.publish says, where the"
              + " host has none yet. It counts in zones signed by DNSSEC only. Records that are"
              + " there are kept in step in any case.");
  public static final Setting<URI> ACME_DIRECTORY =
      Setting.optional(
          "acme.directory",
          NetworkTypes.https(),
          "no certificates are asked for",
          "\"https://acme-v02.api.letsencrypt.org/directory\"",
          "The ACME server (RFC 8555) of a certification authority, to renew the certificate"
              + " from.");
  public static final Setting<AcmeSettings.Method> ACME_CHALLENGE =
      Setting.of(
          "acme.challenge",
          choice(AcmeSettings.Method.class),
          AcmeSettings.Method.HTTP_01,
          "How the authority sees that the names are ours: http-01 by a file that listen.acme"
              + " serves; dns-01 by a record that is written by an update, see"
              + " keys.update-key-file.");
  public static final Setting<List<DomainName>> ACME_NAMES =
      Setting.of(
              "acme.names",
              list(NetworkTypes.hostName(), 100),
              List.<DomainName>of(),
              "The names that the certificate is for; an empty list means hostname.")
          .example("[mail.example.org, mta-sts.example.org]");
  public static final Setting<MailAddress> ACME_CONTACT =
      Setting.optional(
          "acme.contact",
          MailTypes.address(),
          "none",
          "\"admin@example.org\"",
          "Whom the authority may write to.");
  public static final Setting<Boolean> ACME_TERMS =
      Setting.of(
          "acme.accept-terms",
          bool(),
          false,
          "Whether you have read the terms of the authority and agree to them. Most issue nothing"
              + " otherwise.");
  public static final Setting<Duration> ACME_RENEW_BEFORE =
      Setting.of(
          "acme.renew-before",
          duration(Duration.ofMinutes(1), Duration.ofDays(365)),
          Duration.ofDays(30),
          "How long before its end a certificate is renewed, but not before two thirds of its life"
              + " are over.");
  public static final Setting<Path> ACME_AUTHORITIES =
      Setting.optional(
          "acme.authorities",
          SettingTypes.path(),
          "those of the Java platform",
          "/etc/ssl/example-ca.pem",
          "The authorities that vouch for the ACME server itself, PEM, where it is a private one.");

  private CertificateTable() {}

  /// Where certificates are kept, with the journal about them.
  public static Path directory(Settings settings) {
    return HostSettings.from(settings).inData(Path.of("tls"));
  }

  /// Where renewed certificates are dropped.
  public static Path staging(Settings settings) {
    return HostSettings.from(settings).inData(settings.get(STAGING));
  }
}
