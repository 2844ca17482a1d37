package net.facteur.server.delivery;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.delivery.DeliveryTexts.SAY;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;

/// How connections to other mail servers are protected.
///
/// @param destinations what is demanded of each
/// @param resumption TLS sessions are resumed
/// @param clientCertificate what is shown to servers that ask for one
/// @param authorities whom to trust, PEM; empty for those of the platform
/// @param honoursMtaSts the policies of others are held to
/// @param mtaStsPort of the hosts that serve policies
public record OutboundTlsSettings(
    DestinationTls.Settings destinations,
    boolean resumption,
    Optional<ClientCertificate> clientCertificate,
    Optional<Path> authorities,
    boolean honoursMtaSts,
    int mtaStsPort) {
  public static final Setting<Map<DomainName, TlsOverride>> OVERRIDES =
      Setting.of(
              "delivery.tls",
              map(NetworkTypes.domain(), tlsOverride(), 10_000),
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
          path(),
          "no certificate is shown to other servers",
          "/etc/facteur/client.pem",
          "The certificate, with its chain, for servers that ask for one; PEM.");

  public static final Setting<Path> CLIENT_KEY =
      Setting.optional(
          "delivery.tls-key",
          path(),
          "none",
          "/etc/facteur/client.key",
          "Its private key, PEM, readable by the server alone.");

  public static final Setting<Path> AUTHORITIES =
      Setting.optional(
          "delivery.authorities",
          path(),
          "those of the Java platform",
          "/etc/ssl/certs/ca-certificates.crt",
          "The certification authorities that are trusted where no TLSA record decides: for"
              + " MTA-STS, smarthosts and secure destinations; PEM.");

  public static final Setting<Boolean> HONOUR_MTA_STS =
      Setting.of(
          "delivery.mta-sts",
          bool(),
          true,
          "Whether the MTA-STS policies of other domains are asked for and held to, where DANE does"
              + " not decide.");

  public static final Setting<Integer> MTA_STS_PORT =
      Setting.of(
              "delivery.mta-sts-port",
              integer(1, 65_535),
              443,
              "The port of the hosts that serve policies; anything but 443 is for trials.")
          .atStart();

  /// Rows about TLS towards others.
  public static final Rows ROWS =
      Rows.of(OVERRIDES, DANE_INSECURE_MX, RESUMPTION, CLIENT_CERTIFICATE, CLIENT_KEY, AUTHORITIES);

  /// Rows about the MTA-STS policies of others.
  public static final Rows MTA_STS = Rows.of(HONOUR_MTA_STS, MTA_STS_PORT);

  /// What is shown to servers that ask for a certificate.
  ///
  /// @param chain PEM
  /// @param key PEM
  public record ClientCertificate(Path chain, Path key) {}

  public static OutboundTlsSettings from(Settings settings) {
    Optional<Path> chain = settings.find(CLIENT_CERTIFICATE);
    Optional<Path> key = settings.find(CLIENT_KEY);
    return new OutboundTlsSettings(
        new DestinationTls.Settings(
            settings.get(DeliverySettings.PORT),
            settings.get(DANE_INSECURE_MX),
            settings.get(OVERRIDES)),
        settings.get(RESUMPTION),
        chain.isPresent() && key.isPresent()
            ? Optional.of(
                new ClientCertificate(settings.resolve(chain.get()), settings.resolve(key.get())))
            : Optional.empty(),
        settings.find(AUTHORITIES).map(settings::resolve),
        settings.get(HONOUR_MTA_STS),
        settings.get(MTA_STS_PORT));
  }

  /// What is demanded of a destination.
  private static SettingType<TlsOverride> tlsOverride() {
    return SettingTypes.scalar(
        SAY.level(),
        SAY.levelBounds(),
        text ->
            switch (TlsOverride.parse(text)) {
              case Parsed.Ok<TlsOverride>(TlsOverride level) -> Reading.good(level);
              case Parsed.Malformed<TlsOverride> _ ->
                  Reading.wrong(SAY.notLevel(text, expected(text)));
            },
        TlsOverride::text);
  }

  private static Text expected(String text) {
    return switch (text.split(" ", 2)[0]) {
      case "secure" -> SAY.hostNames();
      case "fingerprint" -> text.contains(" ") ? SAY.digests() : SAY.digest();
      case "dane", "dane-only", "encrypt", "may", "none" -> SAY.oneWord();
      default -> SAY.levels();
    };
  }
}
