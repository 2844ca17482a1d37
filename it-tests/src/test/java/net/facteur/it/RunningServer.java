package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.facteur.server.Server;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.QueueSelection;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
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
    return start(new World(directory), base -> base, more, crypto, InstantSource.system());
  }

  /// @param change of the settings that every test has
  static RunningServer start(
      Path directory, UnaryOperator<String> change, String more, CryptoProviders crypto)
      throws IOException {
    return start(new World(directory), change, more, crypto, InstantSource.system());
  }

  /// @param world is closed with the server
  static RunningServer start(World world, String more, CryptoProviders crypto, InstantSource clock)
      throws IOException {
    return start(world, base -> base, more, crypto, clock);
  }

  private static RunningServer start(
      World world,
      UnaryOperator<String> change,
      String more,
      CryptoProviders crypto,
      InstantSource clock)
      throws IOException {
    try {
      Site built = Site.build(world, 0, 0);
      var site = new Site(built.directory(), change.apply(built.base()));
      return start(world, site, more, crypto, clock);
    } catch (IOException | RuntimeException | AssertionError e) {
      world.close();
      throw e;
    }
  }

  /// On a site that is there already, with what was done to it.
  ///
  /// @param world is closed with the server
  static RunningServer start(World world, Site site, String more) throws IOException {
    return start(world, site, more, CryptoProviders.detect(), InstantSource.system());
  }

  static RunningServer start(
      World world, Site site, String more, CryptoProviders crypto, InstantSource clock)
      throws IOException {
    try {
      site.configure(more);
      var loader = Reference.loader(Map.of(), Optional.empty());
      Server server =
          switch (loader.load(site.configuration())) {
            case LoadedSettings.Good(var settings) ->
                Server.start(settings, site.configuration(), loader, clock, crypto, text -> text);
            case LoadedSettings.Wrong(List<Mistake> mistakes) ->
                throw new AssertionError(
                    mistakes.stream()
                        .map(m -> m.text().in(Language.ENGLISH))
                        .collect(Collectors.joining("\n")));
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

  /// Alice sends a small message.
  void mail(String to) throws IOException {
    try (SmtpLink alice = alice()) {
      String reply = alice.send(Site.ALICE, to, Mail.of(Site.ALICE, to, "to " + to, "Hello"));
      if (!reply.startsWith("250")) {
        throw new AssertionError(reply);
      }
    }
  }

  /// What an operator is told of mail to an address.
  String why(String address) throws IOException {
    var text = new StringBuilder();
    new ControlClient(site.data().resolve("control.socket"))
        .send(new ControlRequest.Why(address, 10), node -> text.append(node).append('\n'));
    return text.toString();
  }

  /// Waits until mail to an address has been put off for a reason.
  void awaitDeferred(String address, String reason) throws Exception {
    Await.until(
        () -> "\"" + reason + "\" is not in " + why(address),
        () -> {
          String told = why(address);
          return told.contains("deferred") && told.contains(reason);
        });
  }

  /// Tells the queue to try everything now, again and again, until something holds.
  void retryUntil(Await.Words what, Await.Check check) throws Exception {
    Await.until(
        what,
        () -> {
          new ControlClient(site.data().resolve("control.socket"))
              .send(
                  new ControlRequest.QueueAct(ServerControl.Action.RETRY, QueueSelection.ALL, ""),
                  _ -> {});
          return check.holds();
        });
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
