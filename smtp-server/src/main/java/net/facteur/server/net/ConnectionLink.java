package net.facteur.server.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What the transport tells about a connection; it changes with TLS.
final class ConnectionLink implements Link {
  private final Connection connection;
  private final Endpoints ends;
  private final Supplier<MemoryBudget.Loan> loans;
  private Optional<TlsSession> tls = Optional.empty();

  ConnectionLink(Connection connection, Endpoints ends, Supplier<MemoryBudget.Loan> loans) {
    this.connection = connection;
    this.ends = ends;
    this.loans = loans;
  }

  void secured(TlsSession session) {
    tls = Optional.of(session);
  }

  @Override
  public String id() {
    return connection.id();
  }

  @Override
  public InetSocketAddress remote() {
    return ends.remote();
  }

  @Override
  public InetSocketAddress local() {
    return ends.local();
  }

  @Override
  public Optional<TlsSession> tls() {
    return tls;
  }

  @Override
  public boolean tlsAvailable() {
    return connection.door().tls().isPresent();
  }

  @Override
  public MemoryBudget.Loan loan() {
    return loans.get();
  }

  @Override
  public CompletionStage<Void> after(Duration delay) {
    var done = new CompletableFuture<Void>();
    var _ =
        connection
            .channel()
            .eventLoop()
            .schedule(() -> done.complete(null), delay.toNanos(), TimeUnit.NANOSECONDS);
    return done;
  }

  @Override
  public void dismiss() {
    connection.dismiss();
  }

  @Override
  public void offLoop(Runnable work) {
    connection.shared().blocking().execute(work);
  }
}
