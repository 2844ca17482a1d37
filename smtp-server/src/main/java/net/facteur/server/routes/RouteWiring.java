package net.facteur.server.routes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Predicate;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.Ways;
import net.facteur.server.explanations.ExplanationsSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.notices.Notices;
import net.facteur.server.providers.Providers;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.upkeep.Upkeep;

/// Makes the parts of this package of the settings.
public final class RouteWiring {
  private RouteWiring() {}

  /// The routes that the settings have.
  public static RouteTable table(Settings settings) {
    Providers providers = Providers.shipped();
    return new RouteTable(
        RoutesSettings.from(settings),
        RoutingSettings.from(settings),
        host -> providers.of(host).name());
  }

  /// What can be asked of a running server.
  public static RouteRequests requests(Settings settings, Fallbacks fallbacks) {
    return new RouteRequests(table(settings), fallbacks);
  }

  /// Does what was typed while no server ran.
  public static Upkeep.Chore wishes(Settings settings, Fallbacks fallbacks) {
    return new FallbackWishes(HostSettings.from(settings).inData(Path.of(FallbackWishes.FILE_NAME)))
        .fulfilled(requests(settings, fallbacks));
  }

  /// The ways of a running server.
  ///
  /// @param notices tells the postmaster
  /// @param ourselves true for sockets at which this server takes mail
  /// @throws IOException where a password cannot be read
  public static Ways ways(
      Settings settings,
      Fallbacks fallbacks,
      Notices notices,
      Predicate<InetSocketAddress> ourselves,
      InstantSource clock)
      throws IOException {
    return Routes.of(
        table(settings),
        fallbacks,
        ExplanationsSettings.from(settings).explanations(),
        new FallbackNotices(notices),
        ourselves,
        clock);
  }
}
