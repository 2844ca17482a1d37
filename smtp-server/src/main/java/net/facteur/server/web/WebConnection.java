package net.facteur.server.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.net.Deadline;
import net.facteur.server.web.Routes.Found;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// One connection: a request, its answer, the next request. Handlers run on threads of their own;
/// everything here runs on the event loop.
final class WebConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LogManager.getLogger(WebConnection.class);

  /// How long a client that was answered for the last time may take to hear it. To close at once
  /// while it still sends would take the answer from it.
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private static final String NO_ROUTE = "-";

  private final Site site;
  private final WebListener listener;
  private final Scheme scheme;
  private final Channel channel;
  private final InetAddress client;
  private final Deadline deadline;
  private State state = State.WAITING;
  private int requests;
  private boolean stopping;

  /// What all connections have in common.
  ///
  /// @param workers run the handlers
  /// @param told where requests are in the log
  record Site(
      WebLimits limits, Visitors visitors, Executor workers, InstantSource clock, Level told) {}

  private enum State {
    /// For a request, or the rest of it.
    WAITING,
    /// A handler is at work, or its answer on the way.
    ANSWERING,
    /// Whatever still comes is thrown away.
    LEAVING
  }

  /// What the log tells of a request.
  ///
  /// @param route the pattern, not the path: a path may hold a secret, and is a stranger's text
  private record Told(Optional<DomainName> host, String method, String route, long began) {
    /// A browser that is told to use HTTPS with `localhost` does so whatever listens there.
    ///
    /// @spec https://www.rfc-editor.org/rfc/rfc6797#section-7.2 RFC 6797, section 7.2: over plain
    ///   HTTP, it MUST NOT be said
    boolean secureForGood(Scheme scheme) {
      return scheme == Scheme.HTTPS && !host.equals(Optional.of(DomainName.of("localhost")));
    }
  }

  WebConnection(Site site, WebListener listener, Channel channel, InetAddress client) {
    this.site = site;
    this.listener = listener;
    this.scheme = listener.scheme();
    this.channel = channel;
    this.client = client;
    this.deadline = new Deadline(channel.eventLoop(), this::end);
  }

  /// Where the client is.
  InetAddress client() {
    return client;
  }

  /// Waits for the first request.
  void begin() {
    deadline.in(site.limits().exchange());
    channel
        .closeFuture()
        .addListener(
            _ -> {
              deadline.cancel();
              site.visitors().leave(this);
            });
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(WebLimits.LINE)
                    .setMaxHeaderSize(WebLimits.HEADER)),
            new WholeRequests(),
            // A client may send its next requests before it has the answer.
            new FlowControlHandler(),
            this);
  }

  /// Puts head and body together. What is too long goes on as a request that cannot be read, so
  /// that it is answered like the others.
  private static final class WholeRequests extends HttpObjectAggregator {
    WholeRequests() {
      super(WebLimits.BODY);
    }

    @Override
    protected @Nullable Object newContinueResponse(
        HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
      return isContentLengthInvalid(start, maxContentLength)
          ? null
          : super.newContinueResponse(start, maxContentLength, pipeline);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
      if (oversized instanceof HttpRequest request) {
        var refused =
            new DefaultFullHttpRequest(
                request.protocolVersion(), request.method(), request.uri(), Unpooled.EMPTY_BUFFER);
        refused.setDecoderResult(DecoderResult.failure(new TooLongHttpContentException()));
        context.fireChannelRead(refused);
      }
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (state != State.WAITING) {
      return;
    }
    if (request.decoderResult().cause() instanceof PrematureChannelClosureException) {
      end();
      return;
    }
    state = State.ANSWERING;
    requests++;
    channel.config().setAutoRead(false);
    boolean allowed = site.visitors().asks(this, deadline.now());
    switch (Reading.of(scheme, request)) {
      case Reading.Refused(Status status) -> {
        var told = new Told(Optional.empty(), NO_ROUTE, NO_ROUTE, deadline.now());
        answer(Response.of(status), told, false, true);
      }
      case Reading.Asked asked -> {
        boolean last =
            !HttpUtil.isKeepAlive(request)
                || request.protocolVersion().equals(HttpVersion.HTTP_1_0)
                || requests >= site.limits().requests();
        route(asked, allowed, last);
      }
    }
  }

  private void route(Reading.Asked asked, boolean allowed, boolean last) {
    String method = asked.head() ? "HEAD" : asked.method().map(Method::name).orElse(NO_ROUTE);
    var told = new Told(asked.host(), method, NO_ROUTE, deadline.now());
    if (!allowed) {
      answer(Response.tooMany(), told, asked.head(), true);
      return;
    }
    switch (listener.routes().get().find(scheme, asked.method(), asked.path())) {
      case Found.Nothing() -> answer(Response.of(Status.NOT_FOUND), told, asked.head(), last);
      case Found.OtherMethods(var methods) ->
          answer(Response.otherMethods(methods), told, asked.head(), last);
      case Found.Here(Route route, var variables) -> {
        var here = new Told(told.host(), method, route.path().toString(), told.began());
        site.workers()
            .execute(
                () -> {
                  Response response = run(route, asked.of(scheme, client, variables));
                  channel.eventLoop().execute(() -> answer(response, here, asked.head(), last));
                });
      }
    }
  }

  private static Response run(Route route, Request request) {
    try {
      return route.handler().answer(request);
    } catch (IOException | RuntimeException e) {
      LOG.error("web route={} cannot be answered", route.path(), e);
      return Response.of(Status.FAULT);
    }
  }

  private void answer(Response response, Told told, boolean head, boolean last) {
    boolean ends = last || stopping;
    channel
        .writeAndFlush(
            response.encoded(told.secureForGood(scheme), head, ends, site.clock().instant()))
        .addListener(
            sent -> {
              LOG.log(
                  site.told(),
                  "web client={} host={} method={} route={} status={} ms={}{}",
                  client.getHostAddress(),
                  told.host().map(DomainName::text).orElse("-"),
                  told.method(),
                  told.route(),
                  response.status().code(),
                  TimeUnit.NANOSECONDS.toMillis(deadline.now() - told.began()),
                  sent.isSuccess() ? "" : " end=lost");
              if (!sent.isSuccess()) {
                end();
              } else if (ends || stopping) {
                leave();
              } else {
                state = State.WAITING;
                deadline.in(site.limits().exchange());
                channel.config().setAutoRead(true);
              }
            });
  }

  /// Says that nothing more follows, and waits until the client has heard it.
  private void leave() {
    state = State.LEAVING;
    deadline.in(FAREWELL);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    ChannelFuture said = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
    said.addListener(
        _ -> {
          if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
          }
        });
    channel.config().setAutoRead(true);
  }

  /// Ends the connection as soon as it owes no answer.
  ///
  /// @return when it has ended
  ChannelFuture stop() {
    stopping = true;
    if (state != State.ANSWERING) {
      end();
    }
    return channel.closeFuture();
  }

  /// Ends the connection at once.
  void end() {
    var _ = channel.close();
  }

  /// A client that breaks off, or speaks something else, is no event for the log.
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("web client={}: {}", client, cause.toString());
    end();
  }
}
