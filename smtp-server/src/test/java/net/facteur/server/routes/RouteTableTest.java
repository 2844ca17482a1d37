package net.facteur.server.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.routing.NextHop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which route holds for which mail.
class RouteTableTest {
  @TempDir private Path directory;

  private RouteTable table(String... lines) throws Exception {
    return RouteWiring.table(RouteSettingsText.read(directory, lines));
  }

  private static String first(RouteTable table, String domain, String sender, String exchanger) {
    RouteTable.Choice choice =
        table.choose(
            new NextHop.Mx(DomainName.of(domain)),
            sender.isEmpty() ? Optional.empty() : Optional.of(DomainName.of(sender)),
            () -> exchanger.isEmpty() ? List.of() : List.of(DomainName.of(exchanger)));
    return choice.first().map(RouteRule::name).orElse("as queued");
  }

  @ParameterizedTest
  @CsvSource({
    "one.example.com,    '',               '',                 exact",
    "two.example.com,    '',               '',                 below",
    "deep.two.example.com, '',             '',                 deeper",
    "example.com,        '',               '',                 any",
    "else.example,       '',               mx.big.example,     big",
    "else.example,       news.example.org, mx.big.example,     bignews",
    "else.example,       news.example.org, mx.small.example,   news",
    "one.example.com,    news.example.org, mx.big.example,     exact",
    "friend.example,     news.example.org, mx.big.example,     as queued",
  })
  void theNarrowestHolds(String domain, String sender, String exchanger, String route)
      throws Exception {
    RouteTable table =
        table(
            "relay-domains { \"friend.example\" {} }",
            "routes {",
            "  any { to = \"*\", host = any.test }",
            "  below { to = \"*.example.com\", host = below.test }",
            "  deeper { to = \"*.two.example.com\", host = deeper.test }",
            "  exact { to = \"one.example.com\", host = exact.test }",
            "  big { provider = big.example, host = big.test }",
            "  bignews { provider = big.example, from = news.example.org, host = bignews.test }",
            "  news { from = news.example.org, to = \"*\", host = news.test }",
            "}");
    assertEquals(route, first(table, domain, sender, exchanger));
  }

  @Test
  void whatNoRouteNamesGoesByTheSmarthostOrStraight() throws Exception {
    assertEquals("direct", first(table(), "a.example", "", ""));
    assertEquals("smarthost", first(table("smarthost.host = smtp.test"), "a.example", "", ""));
    assertEquals(
        "plain",
        first(
            table("smarthost.host = smtp.test", "routes { plain { to = a.example } }"),
            "a.example",
            "",
            ""));
  }

  @Test
  void aRouteToAHostHasTheSecondWayThatItNamesAlone() throws Exception {
    RouteTable table =
        table(
            "routes {",
            "  second { host = second.test }",
            "  partner { to = p.example, host = partner.test }",
            "  other { to = o.example, host = other.test, fallback = second }",
            "  straight { to = s.example, sources = [\"127.0.0.1\"] }",
            "  stubborn { to = t.example, fallback = none }",
            "}",
            "fallback.route = second");
    assertEquals(Optional.empty(), second(table, "p.example"));
    assertEquals(Optional.of("second"), second(table, "o.example"));
    assertEquals(Optional.of("second"), second(table, "s.example"));
    assertEquals(Optional.empty(), second(table, "t.example"));
    assertEquals(Optional.of("second"), second(table, "any.example"));
  }

  private static Optional<String> second(RouteTable table, String domain) {
    return table
        .choose(
            new NextHop.Mx(DomainName.of(domain)),
            Optional.empty(),
            () -> List.of(DomainName.of("mx.x.example")))
        .second()
        .map(RouteRule::name);
  }

  @Test
  void theDnsIsAskedOnlyIfTheProviderDecides() throws Exception {
    RouteTable table = table("routes { partner { to = p.example, host = partner.test } }");
    table.choose(
        new NextHop.Mx(DomainName.of("p.example")),
        Optional.empty(),
        () -> {
          throw new AssertionError("asked");
        });
    table.choose(
        new NextHop.Mx(DomainName.of("q.example")),
        Optional.empty(),
        () -> {
          throw new AssertionError("asked");
        });
  }

  @Test
  void whatIsKeptOfAWayIsReadBack() {
    for (Standing standing :
        List.of(
            new Standing.Troubled(Instant.EPOCH, "cannot connect"),
            new Standing.Away(
                Standing.Reason.POLICY,
                "second",
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(5),
                3,
                "550 5.7.1 no\r\nmore"),
            new Standing.Away(
                Standing.Reason.HAND, "second", Instant.EPOCH, Instant.EPOCH, 0, ""))) {
      assertEquals(Optional.of(standing), Standing.parse(standing.text().orElseThrow()));
    }
    for (String broken : List.of("", "away", "away policy x 1", "troubled x y", "else 1 2")) {
      assertTrue(Standing.parse(broken).isEmpty(), broken);
    }
  }
}
