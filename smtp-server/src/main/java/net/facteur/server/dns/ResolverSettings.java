package net.facteur.server.dns;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.path;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DnssecSettings;
import net.facteur.auth.dns.TrustAnchors;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.files.ToldException;
import net.facteur.server.host.HostSettings;

/// How the DNS is asked, and what is believed of it.
///
/// @param servers whom to ask
/// @param validation whether answers are proven
/// @param trustAnchors a file with the keys of the root; empty for those that are built in
/// @param seen where it is remembered that the resolvers pass signatures on
public record ResolverSettings(
    DnsSettings servers,
    DnssecSettings.Validation validation,
    Optional<Path> trustAnchors,
    Path seen) {
  /// Whether DNS answers are proven.
  public enum Dnssec {
    AUTO,
    REQUIRED,
    OFF
  }

  public static final Setting<List<InetSocketAddress>> SERVERS =
      Setting.of(
              "dns.servers",
              list(NetworkTypes.endpoint(), 10),
              List.<InetSocketAddress>of(),
              "The resolvers that are asked, in order; an empty list means those of the system. One"
                  + " on this machine is the best.")
          .example("[\"127.0.0.1:53\"]");

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
          path(),
          "the two keys of the root that this version knows, 20326 and 38696",
          "/usr/share/dns/root.ds",
          "A file with the keys of the DNS root that are believed, as DS or DNSKEY records.");

  /// Rows about servers.
  public static final Rows ROWS = Rows.of(SERVERS);

  /// Rows about proofs.
  public static final Rows PROOFS = Rows.of(DNSSEC, TRUST_AD, TRUST_ANCHORS);

  public static ResolverSettings from(Settings settings) {
    return new ResolverSettings(
        DnsSettings.DEFAULTS.withServers(settings.get(SERVERS)),
        settings.get(TRUST_AD)
            ? DnssecSettings.Validation.TRUST_AD
            : switch (settings.get(DNSSEC)) {
              case AUTO -> DnssecSettings.Validation.AUTO;
              case REQUIRED -> DnssecSettings.Validation.REQUIRED;
              case OFF -> DnssecSettings.Validation.OFF;
            },
        settings.find(TRUST_ANCHORS).map(settings::resolve),
        HostSettings.from(settings).inData(Path.of("dnssec-seen")));
  }

  /// Where every proof begins.
  ///
  /// @throws IOException where the file of trust anchors cannot be used
  public DnssecSettings proof() throws IOException {
    return new DnssecSettings(validation, anchors(), Optional.of(seen));
  }

  private TrustAnchors anchors() throws IOException {
    if (trustAnchors.isEmpty()) {
      return TrustAnchors.iana();
    }
    Path path = trustAnchors.get();
    return switch (TrustAnchors.parse(Files.readString(path, StandardCharsets.ISO_8859_1))) {
      case Parsed.Ok<TrustAnchors>(TrustAnchors anchors) -> anchors;
      case Parsed.Malformed<TrustAnchors>(int _, String expected) ->
          throw new ToldException(DnsTexts.SAY.noAnchors(path, expected));
    };
  }
}
