package net.facteur.auth.https;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// What to ask of whom.
///
/// @param target path and query, beginning with `/`, visible ASCII only
/// @param port 1 to 65,535
/// @param contentType empty for a GET
/// @param body what to POST; empty for a GET
public record HttpsRequest(
    DomainName host, int port, String target, String contentType, byte[] body) {
  /// The port of https URIs that name none.
  public static final int PORT = 443;

  private static final int MAX_URI = 2_048;

  public HttpsRequest {
    if (!target.startsWith("/") || !target.chars().allMatch(Ascii::isVisible)) {
      throw new IllegalArgumentException("a path, not " + target);
    }
  }

  /// A GET.
  public static HttpsRequest get(DomainName host, int port, String target) {
    return new HttpsRequest(host, port, target, "", new byte[0]);
  }

  /// A GET of an `https` URI; see [#post].
  public static Parsed<HttpsRequest> get(String uri) {
    return post(uri, "", new byte[0]);
  }

  /// A POST to an `https` URI as a stranger wrote it. Addresses in place of a host name, user
  /// information and fragments are refused.
  public static Parsed<HttpsRequest> post(String uri, String contentType, byte[] body) {
    if (uri.length() > MAX_URI || !Ascii.startsWithIgnoreCase(uri, "https://")) {
      return Parsed.malformed(0, "an https URI of at most " + MAX_URI + " characters");
    }
    URI parts;
    try {
      parts = new URI(uri);
    } catch (URISyntaxException e) {
      return Parsed.malformed(Math.max(e.getIndex(), 0), "a URI");
    }
    String host = parts.getHost();
    if (host == null || parts.getRawUserInfo() != null || parts.getRawFragment() != null) {
      return Parsed.malformed("https://".length(), "a host name without user information");
    }
    if (parts.getPort() == 0 || parts.getPort() > 65_535) {
      return Parsed.malformed("https://".length(), "a port of 1 to 65535");
    }
    String path = parts.getRawPath().isEmpty() ? "/" : parts.getRawPath();
    String target = parts.getRawQuery() == null ? path : path + "?" + parts.getRawQuery();
    if (!target.chars().allMatch(Ascii::isVisible)) {
      return Parsed.malformed(0, "visible ASCII");
    }
    int port = parts.getPort() < 0 ? PORT : parts.getPort();
    return switch (DomainName.parse(host)) {
      case Parsed.Ok<DomainName>(DomainName name)
          when name.isHostName() && !allDigits(name.labels().getLast()) ->
          Parsed.ok(new HttpsRequest(name, port, target, contentType, body));
      case Parsed.Ok<DomainName> _, Parsed.Malformed<DomainName> _ ->
          Parsed.malformed("https://".length(), "a host name");
    };
  }

  private static boolean allDigits(String label) {
    return label.chars().allMatch(Ascii::isDigit);
  }

  /// The request as it goes over the wire.
  byte[] octets() {
    var out = new ByteArrayOutputStream();
    boolean get = contentType.isEmpty();
    String authority = port == PORT ? host.text() : host.text() + ":" + port;
    String head =
        (get ? "GET " : "POST ")
            + target
            + " HTTP/1.1\r\nHost: "
            + authority
            + "\r\nUser-Agent: facteur\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
            // RFC 8461, 3.3: HTTP caching MUST NOT be used
            + "Cache-Control: no-cache\r\nConnection: close\r\n"
            + (get
                ? ""
                : "Content-Type: " + contentType + "\r\nContent-Length: " + body.length + "\r\n")
            + "\r\n";
    out.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(body);
    return out.toByteArray();
  }
}
