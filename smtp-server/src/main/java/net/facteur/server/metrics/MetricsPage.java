package net.facteur.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.web.Content;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Routes;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Serves the numbers.
///
/// @param token has what a scraper has to show; empty if nobody has to show anything. It is read at
///   each request, so that another one counts at once
public record MetricsPage(Meters meters, Optional<PasswordFile> token) {
  public static final String PATH = "/metrics";

  private static final Logger LOG = LogManager.getLogger(MetricsPage.class);

  /// RFC 6750, section 2.1.
  private static final String BEARER = "Bearer ";

  /// The one route, by each scheme.
  public Routes routes() {
    return Routes.of(
        Route.get(Scheme.HTTP, PATH, this::show), Route.get(Scheme.HTTPS, PATH, this::show));
  }

  private Response show(Request request) {
    if (!allowed(request)) {
      // RFC 6750, section 3: a request without the token MUST be told how to authenticate
      return Response.of(Status.UNAUTHORIZED).with("www-authenticate", "Bearer realm=\"metrics\"");
    }
    try {
      Meters.Scraped scraped = meters.scrape(request.header("accept").orElse(""));
      return new Response(
          Status.OK, scraped.type(), Content.of(scraped.octets()), Map.of(), List.of());
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  private boolean allowed(Request request) {
    if (token.isEmpty()) {
      return request.client().isLoopbackAddress();
    }
    String shown =
        request
            .header("authorization")
            .filter(field -> field.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .map(field -> field.substring(BEARER.length()).strip())
            .orElse("");
    try {
      String wanted = token.get().read().strip();
      return wanted.length() >= MetricsSettings.LEAST
          && MessageDigest.isEqual(wanted.getBytes(UTF_8), shown.getBytes(UTF_8));
    } catch (IOException e) {
      LOG.warn("the token of the metrics cannot be read: {}", e.toString());
      return false;
    }
  }
}
