package net.facteur.server;

import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.tls.ServerCertificates;
import net.facteur.server.web.Routes;

/// What the settings of the day made. A reload replaces it as a whole; whoever needs a part asks
/// for it each time.
final class InForce implements AutoCloseable {
  private volatile Optional<Made> made = Optional.empty();

  /// @param settings the values
  /// @param parts what was built of them
  /// @param certificates those in service; empty where the settings name none
  /// @param routes what the web does
  /// @param pages what it does where people look at it, the same and more
  record Made(
      Settings settings,
      ReloadedParts parts,
      Optional<ServerCertificates> certificates,
      Routes routes,
      Routes pages)
      implements AutoCloseable {
    @Override
    public void close() {
      parts.close();
      certificates.ifPresent(ServerCertificates::close);
    }
  }

  /// @throws IllegalStateException before the first was put in force
  Made now() {
    return made.orElseThrow(() -> new IllegalStateException("nothing is in force yet"));
  }

  ReloadedParts parts() {
    return now().parts();
  }

  Settings settings() {
    return now().settings();
  }

  /// Puts it in force from now on. What was in force before is not closed: others may use it still.
  void put(Made next) {
    made = Optional.of(next);
  }

  /// Closes what is in force, if anything is.
  @Override
  public void close() {
    made.ifPresent(Made::close);
  }
}
