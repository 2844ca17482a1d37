package net.facteur.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import org.junit.jupiter.api.Test;

class PostmasterTest {
  private static final DomainName LOCAL = DomainName.of("example.org");
  private static final RoutingSettings SETTINGS =
      new RoutingSettings(
          List.of(LOCAL, DomainName.of("example.net")),
          Set.of(),
          "+",
          Map.of(),
          Map.of(),
          Map.of(),
          Optional.of("alice@example.org"),
          Optional.empty(),
          Map.of(),
          Optional.empty());

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private static String describe(Resolution resolution) {
    var ends = assertInstanceOf(Resolution.Routed.class, resolution).ends();
    assertEquals(1, ends.size());
    return ends.getFirst().address() + " " + ends.getFirst().hop().destination();
  }

  @Test
  void thePostmasterIsReachedAtTheNameAndTheAddressesOfTheHost() {
    var settings =
        SETTINGS.withHost(
            DomainName.of("mx.example.edu"), Set.of("[192.0.2.1]", "[IPv6:2001:db8::1]"));
    var router = new Router(settings, (l, _) -> l.equals("alice"), ReversePathRewriter.identity());
    String alice = "alice@example.org maildir:alice@example.org";
    for (String to :
        List.of(
            "postmaster@mx.example.edu",
            "Postmaster@MX.Example.EDU",
            "abuse@mx.example.edu",
            "mailer-daemon@mx.example.edu",
            "postmaster@[192.0.2.1]",
            "MAILER-DAEMON@[192.0.2.1]",
            "postmaster@[IPv6:2001:db8::1]",
            "postmaster@[ipv6:2001:DB8:0:0::1]",
            "postmaster@[IPv6:::ffff:192.0.2.1]",
            "postmaster@example.net",
            "mailer-daemon@example.net")) {
      assertTrue(router.accepts(address(to)), to);
      assertEquals(alice, describe(router.resolve(address(to))), to);
    }
    assertFalse(router.accepts(address("alice@mx.example.edu")), "not a local domain");
    assertFalse(router.accepts(address("postmaster@[192.0.2.2]")));
    assertFalse(router.accepts(address("postmaster@mx2.example.edu")));
    assertFalse(router.accepts(address("postmaster@[192.0.2]")));
  }

  @Test
  void whoeverAnswersAReportReachesThePostmasterHoweverThatOneIsSet() {
    var base = RoutingSettings.of(LOCAL);
    LocalUsers nobody = (_, _) -> false;
    var byAlias =
        new Router(
            base.withAliases(Map.of("postmaster", List.of("p@example.com"))),
            nobody,
            ReversePathRewriter.identity());
    assertEquals(
        "p@example.com mx:example.com",
        describe(byAlias.resolve(address("Mailer-Daemon@example.org"))));
    LocalUsers user = (local, _) -> local.equals("postmaster");
    assertEquals(
        "postmaster@example.org maildir:postmaster@example.org",
        describe(
            new Router(base, user, ReversePathRewriter.identity())
                .resolve(address("mailer-daemon@example.org"))));
    LocalUsers own = (local, _) -> local.equals("mailer-daemon");
    assertEquals(
        "mailer-daemon@example.org maildir:mailer-daemon@example.org",
        describe(
            new Router(base, own, ReversePathRewriter.identity())
                .resolve(address("mailer-daemon@example.org"))));
    assertInstanceOf(
        Resolution.UnknownUser.class,
        new Router(base, nobody, ReversePathRewriter.identity())
            .resolve(address("mailer-daemon@example.org")));
  }
}
