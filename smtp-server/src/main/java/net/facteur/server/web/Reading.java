package net.facteur.server.web;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Parsed;

/// What became of a request before anybody looks for a route.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112#section-3 RFC 9112, section 3: Request Line
sealed interface Reading {
  /// A request.
  ///
  /// @param method empty where it is one that no route takes
  /// @param head true where the client wants no body
  /// @param host empty where it names an address, or nothing at all (HTTP/1.0)
  /// @param path without query
  record Asked(Optional<Method> method, boolean head, Optional<DomainName> host, String path)
      implements Reading {}

  /// No request, or none that is taken.
  record Refused(Status status) implements Reading {}

  static Reading of(FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return new Refused(status(request.decoderResult().cause()));
    }
    if (request.protocolVersion().majorVersion() != 1) {
      return new Refused(Status.VERSION_NOT_SUPPORTED);
    }
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    // RFC 9112, 3.2: a server MUST respond with 400 to a request of HTTP/1.1 without Host, and to
    // any with more than one, or one that is not valid.
    if (hosts.size() > 1
        || (hosts.isEmpty() && !request.protocolVersion().equals(HttpVersion.HTTP_1_0))
        || !hosts.stream().allMatch(Reading::isAuthority)) {
      return new Refused(Status.BAD_REQUEST);
    }
    String target = request.uri();
    Optional<String> authority = hosts.stream().findFirst();
    // RFC 9112, 3.2.2: a server MUST accept the absolute form, and take the host from it.
    if (!target.startsWith("/")) {
      String absolute = target.toLowerCase(Locale.ROOT);
      int start =
          absolute.startsWith("https://")
              ? 8
              : absolute.startsWith("http://") ? 7 : target.length();
      int end = end(target, start, "/?");
      authority = Optional.of(target.substring(start, end)).filter(Reading::isAuthority);
      if (authority.isEmpty()) {
        return new Refused(Status.BAD_REQUEST);
      }
      target = target.startsWith("/", end) ? target.substring(end) : "/" + target.substring(end);
    }
    boolean head = request.method().equals(HttpMethod.HEAD);
    Optional<Method> method =
        head || request.method().equals(HttpMethod.GET)
            ? Optional.of(Method.GET)
            : Optional.empty();
    return new Asked(
        method,
        head,
        authority.flatMap(named -> DomainName.parse(host(named)).toOptional()),
        target.substring(0, end(target, 0, "?")));
  }

  private static Status status(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> Status.URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> Status.FIELDS_TOO_LARGE;
      case TooLongHttpContentException _ -> Status.CONTENT_TOO_LARGE;
      default -> Status.BAD_REQUEST;
    };
  }

  /// `host [ ":" port ]`, where nobody is named in front.
  private static boolean isAuthority(String text) {
    String host = host(text);
    return text.substring(host.length()).matches("(:[0-9]{0,5})?") && isHost(host);
  }

  private static boolean isHost(String text) {
    return text.startsWith("[")
        ? text.endsWith("]") && isIpv6(text.substring(1, text.length() - 1))
        : text.matches("[A-Za-z0-9._-]+") && DomainName.parse(text) instanceof Parsed.Ok;
  }

  private static boolean isIpv6(String text) {
    return IpLiteral.parse6(text) instanceof Parsed.Ok;
  }

  private static String host(String authority) {
    int bracket = authority.startsWith("[") ? authority.indexOf(']') + 1 : 0;
    return authority.substring(0, end(authority, bracket, ":"));
  }

  /// Where the first of some characters stands, or the end.
  private static int end(String text, int from, String ends) {
    int i = from;
    while (i < text.length() && ends.indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }
}
