package net.facteur.server.metrics;

import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.path;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;

/// Where numbers are served, and to whom.
///
/// @param listeners none if nobody wants numbers
/// @param tokenFile has what a scraper has to show on its first line
public record MetricsSettings(List<InetSocketAddress> listeners, Optional<Path> tokenFile) {
  public static final Setting<List<InetSocketAddress>> LISTEN =
      Setting.of(
              "listen.metrics",
              list(NetworkTypes.endpoint(), 8),
              List.<InetSocketAddress>of(),
              "Where numbers for Prometheus are served, at /metrics: by plain HTTP at an address of"
                  + " this machine such as 127.0.0.1:9825, elsewhere by HTTPS with the"
                  + " certificates of tls, and only to whoever shows the token of"
                  + " metrics.token-file. An empty list measures nothing.")
          .example("[\"127.0.0.1:9825\"]")
          .atStart();

  public static final Setting<Path> TOKEN_FILE =
      Setting.optional(
          "metrics.token-file",
          path(),
          "whoever reaches an address of this machine may read the numbers",
          "metrics.token",
          "A file with a token on its first line, at least 16 characters. Whoever reads the numbers"
              + " has to show it: `authorization: { credentials_file: … }` of Prometheus.");

  /// The shortest token.
  public static final int LEAST = 16;

  /// Rows about metrics.
  public static final Rows ROWS = Rows.of(LISTEN, TOKEN_FILE);

  public MetricsSettings {
    listeners = List.copyOf(listeners);
  }

  public static MetricsSettings from(Settings settings) {
    return new MetricsSettings(
        settings.get(LISTEN), settings.find(TOKEN_FILE).map(settings::resolve));
  }

  /// True where somebody wants numbers.
  public boolean on() {
    return !listeners.isEmpty();
  }
}
