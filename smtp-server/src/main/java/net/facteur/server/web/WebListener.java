package net.facteur.server.web;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// One address at which the web is served.
///
/// @param address port 0 for any that is free
/// @param scheme what is spoken there
/// @param certificates the context for a name, empty where no certificate is for it; the name is
///   empty where the client gives none. Asked at each handshake, and by no plain HTTP
/// @param routes what is served there, asked for at each request
public record WebListener(
    InetSocketAddress address,
    Scheme scheme,
    Function<String, Optional<SslContext>> certificates,
    Supplier<Routes> routes) {
  /// By HTTPS.
  public static WebListener secure(
      InetSocketAddress address,
      Function<String, Optional<SslContext>> certificates,
      Supplier<Routes> routes) {
    return new WebListener(address, Scheme.HTTPS, certificates, routes);
  }

  /// By plain HTTP.
  public static WebListener plain(InetSocketAddress address, Supplier<Routes> routes) {
    return new WebListener(address, Scheme.HTTP, _ -> Optional.empty(), routes);
  }
}
