package net.facteur.server.acme;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.path;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.MailTypes;

/// How certificates are asked for.
///
/// @param directory the URL of the authority's directory
/// @param challenge how it sees that the names are ours
/// @param names what the certificate is for, at least one
/// @param contact whom it may write to
/// @param termsAccepted whether its terms are agreed to
/// @param renewBefore how long before its end a certificate is renewed
/// @param authorities who vouches for the authority's server, PEM; empty for those of the platform
/// @param home where the account's key lies
public record AcmeSettings(
    URI directory,
    Method challenge,
    List<DomainName> names,
    Optional<String> contact,
    boolean termsAccepted,
    Duration renewBefore,
    Optional<Path> authorities,
    Path home) {
  public static final Setting<URI> DIRECTORY =
      Setting.optional(
          "acme.directory",
          NetworkTypes.https(),
          "no certificates are asked for",
          "\"https://acme-v02.api.letsencrypt.org/directory\"",
          "The ACME server (RFC 8555) of a certification authority, to renew the certificate"
              + " from.");

  public static final Setting<Method> CHALLENGE =
      Setting.of(
          "acme.challenge",
          choice(Method.class),
          Method.HTTP_01,
          "How the authority sees that the names are ours: http-01 by a file that listen.acme"
              + " serves; dns-01 by a record that is written by an update, see"
              + " keys.update-key-file.");

  public static final Setting<List<DomainName>> NAMES =
      Setting.of(
              "acme.names",
              list(NetworkTypes.hostName(), 100),
              List.<DomainName>of(),
              "The names that the certificate is for; an empty list means hostname.")
          .example("[mail.example.org, mta-sts.example.org]");

  public static final Setting<MailAddress> CONTACT =
      Setting.optional(
          "acme.contact",
          MailTypes.address(),
          "none",
          "\"admin@example.org\"",
          "Whom the authority may write to.");

  public static final Setting<Boolean> TERMS =
      Setting.of(
          "acme.accept-terms",
          bool(),
          false,
          "Whether you have read the terms of the authority and agree to them. Most issue nothing"
              + " otherwise.");

  public static final Setting<Duration> RENEW_BEFORE =
      Setting.of(
          "acme.renew-before",
          duration(Duration.ofMinutes(1), Duration.ofDays(365)),
          Duration.ofDays(30),
          "How long before its end a certificate is renewed, but not before two thirds of its life"
              + " are over.");

  public static final Setting<Path> AUTHORITIES =
      Setting.optional(
          "acme.authorities",
          path(),
          "those of the Java platform",
          "/etc/ssl/example-ca.pem",
          "The authorities that vouch for the ACME server itself, PEM, where it is a private one.");

  /// Rows about renewal from an authority.
  public static final Rows ROWS =
      Rows.of(DIRECTORY, CHALLENGE, NAMES, CONTACT, TERMS, RENEW_BEFORE, AUTHORITIES);

  public AcmeSettings {
    names = List.copyOf(names);
  }

  /// How an authority sees that a name is ours.
  public enum Method {
    /// By a file on the web.
    HTTP_01,
    /// By a record in the DNS.
    DNS_01
  }

  /// When a certificate is to be renewed: at once ([Instant#MIN]) where nobody vouches for it, or
  /// where it lacks a name.
  public Instant renewal(X509Certificate leaf) {
    boolean selfSigned = leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal());
    boolean complete = names.stream().allMatch(n -> CertificateNames.bearsAny(leaf, List.of(n)));
    if (selfSigned || !complete) {
      return Instant.MIN;
    }
    Instant end = leaf.getNotAfter().toInstant();
    Duration third = Duration.between(leaf.getNotBefore().toInstant(), end).dividedBy(3);
    return end.minus(third.compareTo(renewBefore) < 0 ? third : renewBefore);
  }

  /// Empty where no authority is asked.
  public static Optional<AcmeSettings> from(Settings settings) {
    var host = HostSettings.from(settings);
    List<DomainName> names = settings.get(NAMES);
    Method method = settings.get(CHALLENGE);
    Optional<MailAddress> contact = settings.find(CONTACT);
    boolean terms = settings.get(TERMS);
    Duration before = settings.get(RENEW_BEFORE);
    Optional<Path> authorities = settings.find(AUTHORITIES).map(settings::resolve);
    return settings
        .find(DIRECTORY)
        .map(
            directory ->
                new AcmeSettings(
                    directory,
                    method,
                    names.isEmpty() ? List.of(host.name()) : names,
                    contact.map(MailAddress::text),
                    terms,
                    before,
                    authorities,
                    home(host)));
  }

  /// Where the account's key lies, whether there is one or not.
  public static Path home(HostSettings host) {
    return host.inData(Path.of("acme"));
  }

  /// Where the files lie that the web serves for challenges.
  public static Path challenges(Path home) {
    return home.resolve("challenges");
  }
}
