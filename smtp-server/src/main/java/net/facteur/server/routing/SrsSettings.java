package net.facteur.server.routing;

import static net.facteur.server.config.SettingTypes.path;

import java.nio.file.Path;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;

/// How the reverse-paths of forwarded mail are rewritten.
///
/// @param domain of all rewritten reverse-paths; empty where each forwarder's own is used
/// @param secretFile where the secrets lie
public record SrsSettings(Optional<DomainName> domain, Path secretFile) {
  public static final Setting<DomainName> DOMAIN =
      Setting.optional(
          "srs.domain",
          NetworkTypes.domain(),
          "the domain of the address that forwards",
          "example.org",
          "The domain that every rewritten reverse-path gets. It has to be one of the domains, so"
              + " that bounces come back here.");

  public static final Setting<Path> SECRET_FILE =
      Setting.of(
          "srs.secret-file",
          path(),
          Path.of("srs-secret"),
          "What tells our rewritten reverse-paths from forged ones; relative to directories.data."
              + " Made up at the first start. A secret to a line: the first one signs, all are"
              + " believed, so a secret can be changed without losing bounces. The file of postsrsd"
              + " can be taken over.");

  /// Rows about forwarding.
  public static final Rows ROWS = Rows.of(DOMAIN, SECRET_FILE);

  public static SrsSettings from(Settings settings) {
    return new SrsSettings(
        settings.find(DOMAIN), HostSettings.from(settings).inData(settings.get(SECRET_FILE)));
  }
}
