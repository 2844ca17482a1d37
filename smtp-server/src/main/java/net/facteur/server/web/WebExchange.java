package net.facteur.server.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One request and its answer.
final class WebExchange extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LogManager.getLogger(WebExchange.class);

  private final WebPages pages;
  private final boolean secure;

  WebExchange(WebPages pages, boolean secure) {
    this.pages = pages;
    this.secure = secure;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    Optional<String> body = body(request);
    HttpResponseStatus status =
        request.decoderResult().isFailure()
            ? HttpResponseStatus.BAD_REQUEST
            : !head && !request.method().equals(HttpMethod.GET)
                ? HttpResponseStatus.METHOD_NOT_ALLOWED
                : body.isPresent() ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND;
    String text = status.equals(HttpResponseStatus.OK) ? body.orElse("") : "";
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    var answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(head ? new byte[0] : octets));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, octets.length)
        .set(HttpHeaderNames.CONNECTION, "close")
        .set("X-Content-Type-Options", "nosniff");
    if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      answer.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    LOG.debug("web client={} status={}", context.channel().remoteAddress(), status);
    context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private Optional<String> body(FullHttpRequest request) {
    String target = request.uri();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    String host = Optional.ofNullable(request.headers().get(HttpHeaderNames.HOST)).orElse("");
    int colon = host.indexOf(':');
    return DomainName.parse(colon < 0 ? host : host.substring(0, colon))
            instanceof Parsed.Ok<DomainName>(DomainName name)
        ? pages.find(secure, name, path)
        : Optional.empty();
  }

  /// A client that breaks off, or speaks something else, is no event for the log.
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("web client={}: {}", context.channel().remoteAddress(), cause.toString());
    var _ = context.close();
  }
}
