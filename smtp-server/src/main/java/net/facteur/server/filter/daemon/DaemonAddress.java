package net.facteur.server.filter.daemon;

import static net.facteur.server.filter.daemon.DaemonTexts.SAY;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;

/// Where a daemon listens.
public sealed interface DaemonAddress {
  /// The longest path that a unix socket may have, in octets with the one that ends it.
  int MAX_PATH = 107;

  /// As it is written in the settings.
  String text();

  /// The address to connect to, looked up anew.
  ///
  /// @throws IOException where the host is unknown
  SocketAddress socket() throws IOException;

  /// A host and a port.
  ///
  /// @param host a name, such as that of a container, or an IP address
  record Tcp(String host, int port) implements DaemonAddress {
    @Override
    public String text() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public SocketAddress socket() throws IOException {
      var address =
          NetworkTypes.ip(host)
              .map(ip -> new InetSocketAddress(ip, port))
              .orElseGet(() -> new InetSocketAddress(host, port));
      if (address.isUnresolved()) {
        throw new UnknownHostException(host);
      }
      return address;
    }
  }

  /// A unix socket.
  record Unix(Path path) implements DaemonAddress {
    @Override
    public String text() {
      return path.toString();
    }

    @Override
    public SocketAddress socket() {
      return UnixDomainSocketAddress.of(path);
    }
  }

  /// An address of the form `HOST:PORT`, or the absolute path of a unix socket.
  static Optional<DaemonAddress> parse(String text) {
    String path = text.startsWith("unix:") ? text.substring("unix:".length()) : text;
    if (path.startsWith("/")) {
      return path.length() <= MAX_PATH && path.chars().noneMatch(c -> c < ' ')
          ? Optional.of(new Unix(Path.of(path)))
          : Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    String port = text.substring(colon + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String plain = bracketed ? host.substring(1, host.length() - 1) : host;
    boolean known =
        (bracketed || !plain.contains(":"))
            && (NetworkTypes.ip(plain).isPresent()
                || DomainName.parse(plain).toOptional().filter(DomainName::isHostName).isPresent());
    boolean fits = port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535;
    return known && fits && !port.matches("0+")
        ? Optional.of(new Tcp(plain, Integer.parseInt(port)))
        : Optional.empty();
  }

  /// How it is written in the settings.
  static SettingType<DaemonAddress> type() {
    return SettingTypes.scalar(
        SAY.typeAddress(),
        SAY.boundsAddress(),
        text ->
            parse(text)
                .<Reading<DaemonAddress>>map(Reading::good)
                .orElseGet(() -> Reading.wrong(SAY.notAddress(text))),
        DaemonAddress::text);
  }
}
