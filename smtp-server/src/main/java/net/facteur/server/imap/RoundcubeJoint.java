package net.facteur.server.imap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.config.Settings;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.routing.RoutingSettings;

/// What has to be said to Roundcube so that users read, send, make rules and change their password
/// there.
///
/// @param settings ours
/// @param dovecot the Dovecot that is joined
public record RoundcubeJoint(Settings settings, DovecotDirectory dovecot) {
  /// True where Dovecot is joined, without which nothing is read.
  public boolean isReadable() {
    return ImapSettings.from(settings).joined();
  }

  /// True where mail programs may edit rules for incoming mail.
  public boolean hasRules() {
    return dovecot.managesieve();
  }

  /// The secret, made up where there is none.
  public String secret(SecureRandom random) throws IOException {
    return ImapSettings.from(settings).webmailSecret().open(random);
  }

  /// The settings of Roundcube.
  ///
  /// @param plugins of Roundcube, those that are there
  /// @param secret what is shown when a password is changed
  public String configuration(Set<String> plugins, String secret) throws IOException {
    ListenerSettings listeners = ListenerSettings.from(settings);
    List<DomainName> domains = RoutingSettings.from(settings).domains();
    return new RoundcubeConfiguration(
            plugins,
            "tls://" + dovecot.place("imap-login", "imap", 143),
            Stream.concat(
                    listeners.submission().stream().map(a -> "tls://" + place(a)),
                    listeners.submissions().stream().map(a -> "ssl://" + place(a)))
                .findFirst(),
            dovecot.managesieve()
                ? Optional.of("tls://" + dovecot.place("managesieve-login", "sieve", 4190))
                : Optional.empty(),
            domains.size() == 1 ? Optional.of(domains.getFirst().text()) : Optional.empty(),
            door(ImapSettings.from(settings).listen().getFirst()),
            PasswordRules.from(settings).shortest(),
            secret)
        .text();
  }

  private static URI door(InetSocketAddress listener) {
    return URI.create("http://" + place(listener) + "/new-password");
  }

  /// How a program of this machine gets to a listener.
  private static String place(InetSocketAddress listener) {
    InetAddress address = listener.getAddress();
    return host(address.isAnyLocalAddress() ? "*" : address.getHostAddress())
        + ":"
        + listener.getPort();
  }

  /// The host by which a program of this machine gets to an address that is listened at.
  static String host(String address) {
    return switch (address) {
      case "*", "0.0.0.0", "::", "[::]", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1", "localhost" ->
          "localhost";
      default -> address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address;
    };
  }
}
