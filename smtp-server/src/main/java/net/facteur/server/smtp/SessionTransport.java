package net.facteur.server.smtp;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import net.facteur.server.net.Link;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;
import org.jspecify.annotations.Nullable;

/// A connection as James' sessions see it. Responses are returned, never written from here.
final class SessionTransport implements ProtocolTransport {
  private final Link link;
  private final Deque<LineHandler<? extends ProtocolSession>> lineHandlers = new ArrayDeque<>(2);

  SessionTransport(Link link) {
    this.link = link;
  }

  /// Who takes the next line instead of the command table.
  @SuppressWarnings("unchecked") // only handlers of this package are pushed, all for SmtpSession
  @Nullable LineHandler<SmtpSession> lineHandler() {
    return (LineHandler<SmtpSession>) lineHandlers.peek();
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return link.remote();
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return link.local();
  }

  @Override
  public String getId() {
    return link.id();
  }

  @Override
  public boolean isTLSStarted() {
    return link.tls().isPresent();
  }

  @Override
  public boolean isStartTLSSupported() {
    return link.tlsAvailable();
  }

  @Override
  public Optional<SSLSession> getSSLSession() {
    return Optional.empty();
  }

  @Override
  public boolean isProxyRequired() {
    return false;
  }

  @Override
  public void writeResponse(Response response, ProtocolSession session) {
    throw new UnsupportedOperationException("responses are returned");
  }

  @Override
  public void popLineHandler() {
    lineHandlers.poll();
  }

  @Override
  public void pushLineHandler(
      LineHandler<? extends ProtocolSession> handler, ProtocolSession session) {
    lineHandlers.push(handler);
  }

  @Override
  public void setReadable(boolean readable) {
    throw new UnsupportedOperationException("the transport paces itself");
  }

  @Override
  public boolean isReadable() {
    return true;
  }
}
