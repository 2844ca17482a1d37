package net.facteur.server.web;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.language.Language;

/// What a route answers.
///
/// @param type the media type of the body
/// @param content the body
/// @param fields of the header, beside those that every answer has or in their place
/// @param cookies that the browser shall keep or forget
public record Response(
    Status status, String type, Content content, Map<String, String> fields, List<Cookie> cookies) {
  private static final String TEXT = "text/plain; charset=utf-8";

  private static final String CSP = "content-security-policy";

  private static final String PLAIN =
      "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  /// Nothing is run, framed or sent elsewhere, and nothing but our own style and images loaded.
  /// Referrers go to this server only, and not to none: with `no-referrer`, browsers hide the
  /// origin of forms from it, too.
  private static final Map<String, String> EVERYWHERE =
      Map.of(
          CSP,
          PLAIN,
          "x-content-type-options",
          "nosniff",
          "referrer-policy",
          "same-origin",
          "cross-origin-opener-policy",
          "same-origin",
          "cross-origin-resource-policy",
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
    cookies = List.copyOf(cookies);
  }

  /// One without cookies.
  ///
  /// @param body sent as UTF-8
  public Response(Status status, String type, String body, Map<String, String> fields) {
    this(status, type, Content.of(body), fields, List.of());
  }

  /// The body, of a text.
  public String body() {
    return content.text();
  }

  /// Sends a browser on by GET, such as after a form was taken.
  ///
  /// @param path of this server
  /// @spec https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4 RFC 9110, section 15.4.4: See
  ///   Other
  public static Response seeOther(String path) {
    if (!Html.isOwn(path)) {
      throw new IllegalArgumentException("a path of this server is expected, not " + path);
    }
    return new Response(Status.SEE_OTHER, TEXT, "", Map.of("location", path));
  }

  /// The same page, which may run scripts of ours ([Html.Script]), and none of anybody else.
  public Response withScripts() {
    return with(CSP, PLAIN + "; script-src 'self'");
  }

  /// The same with another status.
  public Response with(Status other) {
    return new Response(other, type, content, fields, cookies);
  }

  /// The same with one more cookie.
  public Response with(Cookie cookie) {
    return new Response(
        status, type, content, fields, Stream.concat(cookies.stream(), Stream.of(cookie)).toList());
  }

  /// The same with one more field of the header.
  ///
  /// @param name in small letters
  public Response with(String name, String value) {
    var more = new HashMap<>(fields);
    more.put(name, value);
    return new Response(status, type, content, more, cookies);
  }

  /// A plain text, or 404 where there is none.
  public static Response text(Optional<String> text) {
    return text.map(found -> new Response(Status.OK, TEXT, found, Map.of()))
        .orElseGet(() -> of(Status.NOT_FOUND));
  }

  /// A page that stands alone.
  public static Response page(Language language, String title, Html... content) {
    return page(Layout.alone(language, title, List.of(content)));
  }

  /// A whole page.
  static Response page(Html page) {
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
  /// @param secureForGood true where browsers shall use HTTPS with this host from now on
  /// @param head true where the body is not asked for
  /// @param last true where the connection ends with it
  FullHttpResponse encoded(boolean secureForGood, boolean head, boolean last, Instant now) {
    byte[] octets = content.octets();
    var encoded =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status.code()),
            Unpooled.wrappedBuffer(head ? new byte[0] : octets));
    HttpHeaders header = encoded.headers();
    EVERYWHERE.forEach(header::set);
    fields.forEach(header::set);
    cookies.forEach(cookie -> header.add(HttpHeaderNames.SET_COOKIE, cookie.print()));
    header
        .set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(now)))
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, octets.length);
    if (secureForGood) {
      header.set("strict-transport-security", HSTS);
    }
    if (last) {
      header.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return encoded;
  }
}
