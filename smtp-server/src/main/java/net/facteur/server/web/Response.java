package net.facteur.server.web;

import static net.facteur.server.web.Html.element;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.server.language.Language;

/// What a route answers.
///
/// @param type the media type of the body
/// @param fields of the header, beside those that every answer has
public record Response(Status status, String type, String body, Map<String, String> fields) {
  private static final String TEXT = "text/plain; charset=utf-8";

  /// Nothing is loaded, run, framed or sent elsewhere. Referrers go to this server only, and not to
  /// none: with `no-referrer`, browsers hide the origin of forms from it, too.
  private static final Map<String, String> EVERYWHERE =
      Map.of(
          "content-security-policy",
          "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
          "x-content-type-options",
          "nosniff",
          "referrer-policy",
          "same-origin",
          // What is served is small, and either changes or is somebody's own. Policies of MTA-STS
          // are not to come from a cache of HTTP (RFC 8461, 3.3).
          "cache-control",
          "no-store");

  /// Browsers come back by HTTPS for a year. Over plain HTTP, it MUST NOT be said.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6797#section-7.2 RFC 6797, section 7.2: HTTP Request
  ///   Type
  private static final String HSTS = "max-age=31536000";

  public Response {
    fields = Map.copyOf(fields);
  }

  /// A plain text, or 404 where there is none.
  public static Response text(Optional<String> text) {
    return text.map(found -> new Response(Status.OK, TEXT, found, Map.of()))
        .orElseGet(() -> of(Status.NOT_FOUND));
  }

  /// A page.
  public static Response page(Language language, String title, Html... content) {
    Html head =
        element(
            "head",
            element("meta").with("charset", "utf-8"),
            element("meta")
                .with("name", "viewport")
                .with("content", "width=device-width, initial-scale=1"),
            element("title", Html.words(title)));
    Html page =
        element("html", head, element("body", element("main", content)))
            .with("lang", language.code());
    return new Response(
        Status.OK, "text/html; charset=utf-8", "<!DOCTYPE html>\n" + page.print() + "\n", Map.of());
  }

  /// A status that says everything.
  public static Response of(Status status) {
    return new Response(status, TEXT, "", Map.of());
  }

  /// @spec https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6 RFC 9110, section 15.5.6: a 405
  ///   MUST say which methods there are
  static Response otherMethods(Set<Method> methods) {
    String allowed =
        methods.stream()
            .map(
                method ->
                    switch (method) {
                      case GET -> "GET, HEAD";
                      case POST -> "POST";
                    })
            .collect(Collectors.joining(", "));
    return new Response(Status.METHOD_NOT_ALLOWED, TEXT, "", Map.of("allow", allowed));
  }

  /// A client network that has to rest a while.
  static Response tooMany() {
    return new Response(Status.TOO_MANY_REQUESTS, TEXT, "", Map.of("retry-after", "60"));
  }

  /// As it goes to the client.
  ///
  /// @param head true where the body is not asked for
  /// @param last true where the connection ends with it
  FullHttpResponse encoded(Scheme scheme, boolean head, boolean last, Instant now) {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    var encoded =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status.code()),
            Unpooled.wrappedBuffer(head ? new byte[0] : octets));
    HttpHeaders header = encoded.headers();
    fields.forEach(header::set);
    EVERYWHERE.forEach(header::set);
    header
        .set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(now)))
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, octets.length);
    if (scheme == Scheme.HTTPS) {
      header.set("strict-transport-security", HSTS);
    }
    if (last) {
      header.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return encoded;
  }
}
