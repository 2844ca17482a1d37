package net.facteur.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Optional;
import net.facteur.server.net.ConnectionState.Arriving;
import net.facteur.server.net.ConnectionState.AwaitingProxy;
import net.facteur.server.net.ConnectionState.Commands;
import net.facteur.server.net.ConnectionState.Content;
import net.facteur.server.net.ConnectionState.Greeting;
import net.facteur.server.net.ConnectionState.Handshaking;
import net.facteur.server.net.ConnectionState.Over;
import net.facteur.server.net.ConnectionState.Storing;
import net.facteur.server.net.ConnectionState.Underway;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Tells a connection what Netty sees of it. The last handler of its channel.
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LogManager.getLogger(ConnectionHandler.class);

  private final Connection connection;

  ConnectionHandler(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      connection.entrance().open();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connection.entrance().open();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HAProxyMessage header -> {
        Optional<ProxyHeader> named = ProxyHeader.of(header);
        header.release();
        connection.entrance().proxied(named);
      }
      case ByteBuf octets -> connection.received(octets);
      default -> ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    connection.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      connection.goOn();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent handshake -> connection.entrance().handshaken(handshake);
      case ChannelInputShutdownEvent _, SslCloseCompletionEvent _ -> connection.inputEnded();
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    switch (connection.state()) {
      case AwaitingProxy _ when cause instanceof DecoderException ->
          connection.entrance().unnamed("what it sent is none");
      case Handshaking _ -> connection.hangUp("TLS handshake failed: " + cause);
      case Arriving _,
          AwaitingProxy _,
          Greeting _,
          Commands _,
          Underway _,
          Content _,
          Storing _,
          Over _ ->
          connection.hangUp(broken(cause));
    }
  }

  private String broken(Throwable cause) {
    return switch (cause) {
      case IOException _ -> "connection lost";
      case DecoderException _ -> "TLS broken: " + cause;
      default -> {
        LOG.error("{} connection failed", connection.id(), cause);
        yield "internal error";
      }
    };
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.ended();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    connection.ended();
  }
}
