package net.facteur.server.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits for the ClientHello, picks the certificate by its server name, and makes room for the TLS
/// handler proper.
final class TlsStart extends SniHandler {
  private static final int MAX_CLIENT_HELLO = 16 * 1024;

  private final Duration handshake;
  private final Names names;

  TlsStart(TlsContexts contexts, Duration handshake) {
    this(new Names(contexts), handshake);
  }

  private TlsStart(Names names, Duration handshake) {
    super(names::map, MAX_CLIENT_HELLO, handshake.toMillis());
    this.names = names;
    this.handshake = handshake;
  }

  Optional<String> serverName() {
    return Optional.ofNullable(names.asked);
  }

  @Override
  protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
    SslHandler handler = super.newSslHandler(context, allocator);
    handler.setHandshakeTimeout(handshake.toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  private static final class Names {
    private final TlsContexts contexts;
    private @Nullable String asked;

    Names(TlsContexts contexts) {
      this.contexts = contexts;
    }

    Future<SslContext> map(@Nullable String serverName, Promise<SslContext> promise) {
      asked = serverName;
      return promise.setSuccess(
          serverName == null ? contexts.byDefault() : contexts.forName(serverName));
    }
  }
}
