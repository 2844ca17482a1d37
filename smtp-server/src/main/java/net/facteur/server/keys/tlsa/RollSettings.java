package net.facteur.server.keys.tlsa;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.path;

import java.nio.file.Path;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;

/// How a new certificate takes the place of the old one.
///
/// @param directory where certificates are kept, with the journal about them
/// @param staging where renewed certificates are dropped
/// @param publish the TLSA record is published where the host has none yet
public record RollSettings(Path directory, Path staging, boolean publish) {
  public static final Setting<Path> STAGING =
      Setting.of(
          "tls.staging",
          path(),
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

  /// Rows about certificates that take turns.
  public static final Rows ROWS = Rows.of(STAGING, PUBLISH_TLSA);

  public static RollSettings from(Settings settings) {
    var host = HostSettings.from(settings);
    return new RollSettings(
        host.inData(Path.of("tls")),
        host.inData(settings.get(STAGING)),
        settings.get(PUBLISH_TLSA));
  }
}
