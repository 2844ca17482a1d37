package net.facteur.server.setup;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// The machine that a mail server is set up on.
public interface Machine {
  /// Its addresses that the world can reach, as far as it knows them itself.
  List<InetAddress> addresses();

  /// Its system knows IPv6, whether or not it has an address of that kind.
  boolean hasIpv6();

  /// Who listens on a port; empty where nobody does.
  Optional<Listener> listener(int port);

  /// Dovecot is installed.
  boolean hasDovecot();

  /// rspamd is installed.
  default boolean hasRspamd() {
    return false;
  }

  /// The daemon of ClamAV is installed.
  default boolean hasClamav() {
    return false;
  }

  /// Services are started by systemd, and whoever asks may do so.
  boolean servesBySystemd();

  /// Runs `systemctl` with these words.
  ///
  /// @return what it said; empty where it went well
  Optional<String> systemctl(List<String> words) throws IOException;

  /// A program that listens.
  ///
  /// @param program its name, or its unit's
  /// @param unit of systemd; empty where nobody knows
  record Listener(String program, Optional<String> unit) {}
}
