package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.Server;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.smtp.SmtpClient;

/// The whole server of `example.org` in this process, on free ports, with the world around it.
final class RunningServer implements AutoCloseable {
  private final World world;
  private final Site site;
  private final Server server;

  private RunningServer(World world, Site site, Server server) {
    this.world = world;
    this.site = site;
    this.server = server;
  }

  static RunningServer start(Path directory) throws IOException {
    return start(directory, "");
  }

  /// @param more settings beyond those that every test has
  static RunningServer start(Path directory, String more) throws IOException {
    return start(directory, more, CryptoProviders.detect());
  }

  static RunningServer start(Path directory, String more, CryptoProviders crypto)
      throws IOException {
    var world = new World(directory);
    try {
      Site site = Site.build(world, 0, 0);
      site.configure(more);
      var loader = new SettingsLoader(Map.of(), Optional.empty());
      Server server =
          switch (loader.load(site.configuration())) {
            case LoadedSettings.Good(var settings) ->
                new Server(settings, site.configuration(), loader, InstantSource.system(), crypto);
            case LoadedSettings.Wrong(List<Mistake> mistakes) ->
                throw new AssertionError(mistakes.toString());
          };
      return new RunningServer(world, site, server);
    } catch (IOException | RuntimeException | AssertionError e) {
      world.close();
      throw e;
    }
  }

  World world() {
    return world;
  }

  Site site() {
    return site;
  }

  Server server() {
    return server;
  }

  InetSocketAddress reception() {
    return address(SmtpClient.Listener.RECEPTION);
  }

  InetSocketAddress submission() {
    return address(SmtpClient.Listener.SUBMISSION);
  }

  private InetSocketAddress address(SmtpClient.Listener kind) {
    return server.listeners().stream()
        .filter(bound -> bound.kind() == kind)
        .findFirst()
        .orElseThrow()
        .address();
  }

  /// A connection to submission where Alice has logged in.
  SmtpLink alice() throws IOException {
    return SmtpLink.open(submission()).login(world.trust(), Site.ALICE, Site.PASSWORD);
  }

  @Override
  public void close() {
    server.close();
    world.close();
  }
}
