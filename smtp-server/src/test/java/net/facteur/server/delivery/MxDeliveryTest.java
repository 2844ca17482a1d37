package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.DeliveryOutcome.Failed;
import net.facteur.queue.Destination;
import org.junit.jupiter.api.Test;

/// From a domain to the host that takes its mail.
class MxDeliveryTest {
  private static final ScriptedServer.Script TAKES =
      peer -> {
        peer.hello("PIPELINING");
        peer.accept();
      };

  private static DeliveryOutcome deliver(Bench.Zone zone, int port) {
    try (var agent = Bench.agent(Bench.settings(port), zone)) {
      return Bench.only(
          agent.deliver(Bench.attempt(new Destination("mx:example.com"), "x@example.com")));
    }
  }

  private static MxRecord mx(int preference, String host) {
    return new MxRecord(preference, DomainName.of(host));
  }

  @Test
  void failsForADomainThatDoesNotExist() {
    assertEquals("5.1.2", deliver(new Bench.Zone(), 1).status().toString());
  }

  @Test
  void failsForANullMx() {
    var zone = new Bench.Zone().mx("example.com", new MxRecord(0, DomainName.ROOT));
    var failed = assertInstanceOf(Failed.class, deliver(zone, 1));
    assertEquals("5.1.10", failed.status().toString());
  }

  @Test
  void defersWhereTheDnsFails() {
    var noMx = new Bench.Zone().fails("example.com", RecordType.MX);
    assertTrue(assertInstanceOf(Deferred.class, deliver(noMx, 1)).destinationDown());
    var noAddress = new Bench.Zone().mx("example.com", 1, "mx.test").fails("mx.test", RecordType.A);
    assertEquals("4.4.3", deliver(noAddress, 1).status().toString());
  }

  @Test
  void failsWhereNoExchangerHasAnAddress() {
    var zone = new Bench.Zone().mx("example.com", 1, "mx.test").a("example.com", "127.0.0.1");
    var failed = assertInstanceOf(Failed.class, deliver(zone, 1));
    assertEquals("5.4.4", failed.status().toString());
  }

  @Test
  void usesTheAddressOfTheDomainWhereThereIsNoMx() throws Exception {
    try (var server = new ScriptedServer(TAKES)) {
      var done = deliver(new Bench.Zone().a("example.com", "127.0.0.1"), server.port());
      assertEquals(
          "example.com", assertInstanceOf(Delivered.class, done).remote().orElseThrow().name());
    }
  }

  @Test
  void goesToTheNextHostAndAddressUntilOneTakesTheMessage() throws Exception {
    try (var busy = new ScriptedServer("127.0.0.2", 0, peer -> peer.say("421 busy"));
        var rude = new ScriptedServer("127.0.0.3", busy.port(), peer -> peer.say("554 no"));
        var drops =
            new ScriptedServer(
                "127.0.0.4",
                busy.port(),
                peer -> {
                  peer.hello();
                  peer.expect("MAIL");
                });
        var takes = new ScriptedServer("127.0.0.5", busy.port(), TAKES)) {
      var zone =
          new Bench.Zone()
              .mx("example.com", mx(30, "d.test"), mx(10, "a.test"), mx(20, "c.test"))
              .a("a.test", "127.0.0.2", "127.0.0.3", "127.0.0.9")
              .a("c.test", "127.0.0.4")
              .a("d.test", "127.0.0.5");
      var done = assertInstanceOf(Delivered.class, deliver(zone, busy.port()));
      assertEquals("d.test", done.remote().orElseThrow().name());
      assertEquals(
          List.of(1, 1, 1, 1),
          List.of(
              busy.connections.get(),
              rude.connections.get(),
              drops.connections.get(),
              takes.connections.get()));
    }
  }

  @Test
  void staysWithTheTemporaryFailureWhereHostsDiffer() throws Exception {
    try (var busy = new ScriptedServer("127.0.0.2", 0, peer -> peer.say("421 busy"));
        var _ = new ScriptedServer("127.0.0.3", busy.port(), peer -> peer.say("554 no"))) {
      var zone =
          new Bench.Zone().mx("example.com", 1, "a.test").a("a.test", "127.0.0.2", "127.0.0.3");
      assertEquals("421 busy", deliver(zone, busy.port()).reply());
    }
  }

  @Test
  void boundsTheAddressesItTries() throws Exception {
    try (var busy = new ScriptedServer(peer -> peer.say("421 busy"))) {
      var addresses = IntStream.range(0, 200).mapToObj(_ -> "127.0.0.1").toArray(String[]::new);
      var zone = new Bench.Zone().mx("example.com", 1, "a.test").a("a.test", addresses);
      assertInstanceOf(Deferred.class, deliver(zone, busy.port()));
      assertEquals(20, busy.connections.get());
    }
  }

  @Test
  void neitherGoesToItsOwnAddressesNorToWorseHosts() throws Exception {
    try (var busy = new ScriptedServer("127.0.0.2", 0, peer -> peer.say("421 busy"));
        var own = new ScriptedServer("127.0.0.3", busy.port(), TAKES);
        var worse = new ScriptedServer("127.0.0.4", busy.port(), TAKES)) {
      var zone =
          new Bench.Zone()
              .mx("example.com", mx(10, "best.test"), mx(20, "alias.test"), mx(30, "worse.test"))
              .a("best.test", "127.0.0.2")
              .a("alias.test", "127.0.0.5", "127.0.0.3")
              .a("worse.test", "127.0.0.4");
      var settings =
          Bench.settings(busy.port())
              .withOwnAddresses(java.util.Set.of(java.net.InetAddress.getByName("127.0.0.3")));
      try (var agent = Bench.agent(settings, zone)) {
        var put = agent.deliver(Bench.attempt(new Destination("mx:example.com"), "x@example.com"));
        assertEquals("421 busy", assertInstanceOf(Deferred.class, Bench.only(put)).reply());
        var alone =
            new Bench.Zone().mx("example.com", mx(10, "alias.test")).a("alias.test", "127.0.0.3");
        try (var alike = Bench.agent(settings, alone)) {
          var failed =
              assertInstanceOf(
                  Failed.class,
                  Bench.only(
                      alike.deliver(
                          Bench.attempt(new Destination("mx:example.com"), "x@example.com"))));
          assertEquals("5.4.6", failed.status().toString());
          assertTrue(failed.reply().contains("alias.test is this server"), failed.reply());
        }
      }
      assertEquals(List.of(0, 0), List.of(own.connections.get(), worse.connections.get()));
    }
  }

  @Test
  void cutsItselfAndAllThatIsNoBetter() {
    var lookup =
        new MxLookup(
            new Bench.Zone()
                .mx(
                    "example.com",
                    mx(10, "best.test"),
                    mx(20, "client.test"),
                    mx(20, "equal.test"),
                    mx(30, "worse.test")),
            Bench.settings(25),
            new Random(1));
    var found =
        assertInstanceOf(MxLookup.Hosts.Found.class, lookup.hosts(DomainName.of("example.com")));
    assertEquals(List.of("best.test"), found.hosts().stream().map(h -> h.name().text()).toList());
    var only = new Bench.Zone().mx("example.com", 0, "client.test");
    assertEquals("5.4.6", deliver(only, 1).status().toString());
  }

  @Test
  void takesEqualPreferencesInRandomOrder() {
    var lookup =
        new MxLookup(
            new Bench.Zone().mx("example.com", mx(5, "a.test"), mx(5, "b.test"), mx(1, "c.test")),
            Bench.settings(25),
            new Random(7));
    var seconds = new HashSet<String>();
    for (int i = 0; i < 50; i++) {
      var found =
          assertInstanceOf(MxLookup.Hosts.Found.class, lookup.hosts(DomainName.of("example.com")));
      assertEquals("c.test", found.hosts().getFirst().name().text());
      seconds.add(found.hosts().get(1).name().text());
    }
    assertEquals(2, seconds.size());
  }
}
