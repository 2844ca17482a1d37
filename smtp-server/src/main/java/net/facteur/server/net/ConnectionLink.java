package net.facteur.server.net;

import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What the transport tells about a connection; it changes with PROXY and TLS.
final class ConnectionLink implements Link {
  private final ChannelHandlerContext ctx;
  private final String id;
  private final boolean tlsAvailable;
  private final Executor blocking;
  private final Runnable dismissal;
  private final Supplier<MemoryBudget.Loan> loans;
  private InetSocketAddress remote;
  private InetSocketAddress local;
  private Optional<TlsSession> tls = Optional.empty();

  ConnectionLink(
      ChannelHandlerContext ctx,
      String id,
      boolean tlsAvailable,
      Executor blocking,
      Runnable dismissal,
      Supplier<MemoryBudget.Loan> loans) {
    this.ctx = ctx;
    this.id = id;
    this.tlsAvailable = tlsAvailable;
    this.blocking = blocking;
    this.dismissal = dismissal;
    this.loans = loans;
    this.remote = (InetSocketAddress) ctx.channel().remoteAddress();
    this.local = (InetSocketAddress) ctx.channel().localAddress();
  }

  void proxied(ProxyHeader header) {
    remote = header.source();
    local = header.destination();
  }

  void secured(TlsSession session) {
    tls = Optional.of(session);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public Optional<TlsSession> tls() {
    return tls;
  }

  @Override
  public boolean tlsAvailable() {
    return tlsAvailable;
  }

  @Override
  public MemoryBudget.Loan loan() {
    return loans.get();
  }

  @Override
  public CompletionStage<Void> after(Duration delay) {
    var done = new CompletableFuture<Void>();
    var _ =
        ctx.executor().schedule(() -> done.complete(null), delay.toNanos(), TimeUnit.NANOSECONDS);
    return done;
  }

  @Override
  public void dismiss() {
    dismissal.run();
  }

  @Override
  public void offLoop(Runnable work) {
    blocking.execute(work);
  }
}
