package net.facteur.server.web;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Parsed;

/// What became of a request before anybody looks for a route.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112#section-3 RFC 9112, section 3: Request Line
sealed interface Reading {
  /// Fields of a form or a query; those beyond are not read.
  int MOST_FIELDS = 200;

  /// A request.
  ///
  /// @param method empty where it is one that no route takes
  /// @param head true where the client wants no body
  /// @param host empty where it names an address, or nothing at all (HTTP/1.0)
  /// @param path without query
  /// @param query what it says, decoded
  /// @param fields of the form that came with it
  /// @param header its fields, their names in small letters
  /// @param body as it came
  record Asked(
      Optional<Method> method,
      boolean head,
      Optional<DomainName> host,
      String path,
      Map<String, List<String>> query,
      Map<String, List<String>> fields,
      Map<String, String> header,
      Content body)
      implements Reading {
    /// What a route is asked.
    Request of(Scheme scheme, InetAddress client, Map<String, String> variables) {
      return new Request(scheme, client, host, path, variables, query, fields, header, body);
    }
  }

  /// No request, or none that is taken.
  record Refused(Status status) implements Reading {}

  static Reading of(Scheme scheme, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return new Refused(status(request.decoderResult().cause()));
    }
    if (request.protocolVersion().majorVersion() != 1) {
      return new Refused(Status.VERSION_NOT_SUPPORTED);
    }
    // RFC 9112, 6.1: a server that receives a transfer coding it does not understand SHOULD respond
    // with 501. `chunked` is taken off by now; what is left is another one.
    if (request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return new Refused(Status.NOT_IMPLEMENTED);
    }
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    // RFC 9112, 3.2: a server MUST respond with 400 to a request of HTTP/1.1 without Host, and to
    // any with more than one, or one that is not valid.
    if (hosts.size() > 1
        || (hosts.isEmpty() && !request.protocolVersion().equals(HttpVersion.HTTP_1_0))) {
      return new Refused(Status.BAD_REQUEST);
    }
    Target target = Target.of(request.uri(), hosts.stream().findFirst().orElse(""));
    boolean good =
        (hosts.isEmpty() && target.authority().isEmpty())
            || (hosts.stream().allMatch(Reading::isAuthority) && isAuthority(target.authority()));
    return good ? of(scheme, request, target) : new Refused(Status.BAD_REQUEST);
  }

  /// Where a request goes.
  ///
  /// @param authority host and port; not valid where the target has no form that is known
  record Target(String authority, String path, String query) {
    /// RFC 9112, 3.2.2: a server MUST accept the absolute form, and take the host from it.
    static Target of(String written, String host) {
      if (written.startsWith("/")) {
        return of(host, written, 0);
      }
      String small = written.toLowerCase(Locale.ROOT);
      int start = small.startsWith("https://") ? 8 : small.startsWith("http://") ? 7 : 0;
      int end = start == 0 ? 0 : end(written, start, "/?");
      return of(start == 0 ? "*" : written.substring(start, end), written, end);
    }

    private static Target of(String authority, String written, int start) {
      int end = end(written, start, "?");
      String path = written.substring(start, end);
      return new Target(
          authority,
          path.isEmpty() ? "/" : path,
          written.substring(Math.min(end + 1, written.length())));
    }
  }

  private static Optional<DomainName> name(String host) {
    return host.startsWith("[") || IpLiteral.parse4(host) instanceof Parsed.Ok
        ? Optional.empty()
        : DomainName.parse(host).toOptional();
  }

  private static Map<String, String> header(HttpHeaders header) {
    var fields = new HashMap<String, String>();
    header.forEach(
        field ->
            fields.merge(
                field.getKey().toLowerCase(Locale.ROOT),
                field.getValue(),
                (before, next) ->
                    before + (field.getKey().equalsIgnoreCase("cookie") ? "; " : ", ") + next));
    return fields;
  }

  private static Map<String, List<String>> decoded(String pairs) {
    return new QueryStringDecoder(pairs, StandardCharsets.UTF_8, false, MOST_FIELDS, true)
        .parameters();
  }

  private static Reading of(Scheme scheme, FullHttpRequest request, Target target) {
    boolean post = request.method().equals(HttpMethod.POST);
    boolean head = request.method().equals(HttpMethod.HEAD);
    Optional<Method> method =
        post
            ? Optional.of(Method.POST)
            : Optional.of(Method.GET).filter(_ -> head || request.method().equals(HttpMethod.GET));
    if (post && isOfOtherSite(request.headers(), scheme, target.authority())) {
      return new Refused(Status.FORBIDDEN);
    }
    try {
      return new Asked(
          method,
          head,
          name(host(target.authority())),
          target.path(),
          decoded(target.query()),
          fields(request),
          header(request.headers()),
          Content.of(ByteBufUtil.getBytes(request.content())));
    } catch (IllegalArgumentException e) {
      return new Refused(Status.BAD_REQUEST); // `%` without two digits
    }
  }

  /// True for a form that a page of another site has sent. Programs other than browsers send
  /// neither field.
  ///
  /// @spec https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header Fetch Metadata Request
  ///   Headers, section 2.2: Sec-Fetch-Site
  private static boolean isOfOtherSite(HttpHeaders header, Scheme scheme, String authority) {
    String site = header.get("sec-fetch-site");
    String origin = header.get(HttpHeaderNames.ORIGIN);
    String ours = scheme.name() + "://" + authority;
    return site == null
        ? origin != null && !origin.equalsIgnoreCase(ours)
        : !site.equals("same-origin") && !site.equals("none");
  }

  private static Map<String, List<String>> fields(FullHttpRequest request) {
    String type = String.valueOf(HttpUtil.getMimeType(request));
    return type.equalsIgnoreCase("application/x-www-form-urlencoded")
        ? decoded(request.content().toString(StandardCharsets.UTF_8))
        : Map.of();
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
