package net.facteur.server.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From where mail of a domain comes to others, for its SPF record.
class ExitsTest {
  @TempDir private Path directory;

  private Exits exits(String... lines) throws Exception {
    return Exits.of(
        RoutesSettings.from(RouteSettingsText.read(directory, lines)),
        DomainName.of("example.org"));
  }

  @Test
  void withoutRoutesItIsThisServerOrTheSmarthost() throws Exception {
    assertEquals(Exits.DIRECT, exits());
    assertEquals(
        new Exits(false, List.of(), List.of("smtp.test")), exits("smarthost.host = smtp.test"));
  }

  @Test
  void aSecondWayCountsLikeTheFirst() throws Exception {
    assertEquals(
        new Exits(true, List.of(), List.of("second.test")),
        exits("routes { second { host = second.test } }", "fallback.route = second"));
  }

  @Test
  void aDomainThatLeavesByASmarthostAloneDoesNotNameThisServer() throws Exception {
    assertEquals(
        new Exits(false, List.of(), List.of("news.test")),
        exits("routes { news { from = example.org, host = news.test } }"));
    assertEquals(Exits.DIRECT, exits("routes { news { from = other.example, host = news.test } }"));
  }

  @Test
  void sourcesOfRoutesAreNamedAndHostsOfSingleDestinationsAreNot() throws Exception {
    assertEquals(
        new Exits(true, List.of(InetAddress.ofLiteral("127.0.0.9")), List.of("big.test")),
        exits(
            "routes {",
            "  a { provider = google, sources = [\"127.0.0.9\"] }",
            "  b { provider = microsoft, host = big.test }",
            "  c { to = partner.example, host = mx.partner.example }",
            "  d { to = inner.example, lmtp = \"/run/inner\" }",
            "}"));
  }
}
