package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.DeliveryOutcome.Failed;
import net.facteur.queue.Destination;
import net.facteur.queue.Recipient;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.routing.NextHop;
import net.facteur.server.tls.CertificateAuthorities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Messages that go by ways which somebody chose, over real connections.
class RoutedDeliveryTest {
  private static final Destination HOP = new Destination("mx:example.com");

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private ScriptedServer server(String address, int port, ScriptedServer.Script script)
      throws IOException {
    var server = new ScriptedServer(address, port, script);
    open.add(server);
    return server;
  }

  private OutboundAgent agent(int port, Ways ways) {
    var agent =
        new OutboundAgent(
            Bench.settings(port),
            new Bench.Zone()
                .mx("example.com", 10, "mx.test")
                .a("mx.test", "127.0.0.2")
                .a("relay.test", "127.0.0.3"),
            new OutboundTls(
                TlsPolicy.OPPORTUNISTIC,
                ClientTls.best(Optional.empty(), true, new SecureRandom()),
                new PeerVerifier(CertificateAuthorities.platform(), InstantSource.system()),
                TlsReporter.NONE),
            _ -> Map.of(),
            ways,
            new Random(1));
    open.add(agent);
    return agent;
  }

  /// First one way, then, for all whom it did not serve, the other.
  private record Both(Way first, Way second, List<Map<Recipient, DeliveryOutcome>> met)
      implements Ways {
    Both(Way first, Way second) {
      this(first, second, new CopyOnWriteArrayList<>());
    }

    @Override
    public Trip begin(DeliveryAttempt attempt, NextHop hop, Exchangers exchangers) {
      return new Trip() {
        private boolean turned;

        @Override
        public Way way() {
          return first;
        }

        @Override
        public Optional<Onward> after(Map<Recipient, DeliveryOutcome> outcomes) {
          met.add(outcomes);
          if (turned) {
            return Optional.empty();
          }
          turned = true;
          return Optional.of(new Onward(second, Set.copyOf(attempt.recipients())));
        }
      };
    }

    @Override
    public boolean isOurselves(InetSocketAddress address) {
      return address.getAddress().getHostAddress().equals("127.0.0.4");
    }
  }

  private static Way relay(String host, int port, String... sources) {
    return new Way.Host(
        "second",
        new NextHop.Relay(host, port),
        new DeliverySettings.RelayHost(
            DeliverySettings.RelayTls.NONE, Optional.empty(), false, "a test"),
        List.of(sources).stream().map(InetAddress::ofLiteral).toList());
  }

  private static ScriptedServer.Script says(String reply) {
    return peer -> {
      peer.hello();
      peer.expect("MAIL");
      peer.say(reply);
      peer.expect("QUIT", "RSET");
    };
  }

  @Test
  void theRefusedMessageGoesByTheOtherWayInTheSameAttempt() throws Exception {
    ScriptedServer mx = server("127.0.0.2", 0, says("550 5.7.1 blocked"));
    ScriptedServer relay =
        server(
            "127.0.0.3",
            0,
            peer -> {
              peer.hello();
              peer.accept();
            });
    var ways = new Both(Way.AS_QUEUED, relay("relay.test", relay.port()));
    var done =
        assertInstanceOf(
            Delivered.class,
            Bench.only(agent(mx.port(), ways).deliver(Bench.attempt(HOP, "x@example.com"))));
    assertEquals("relay.test", done.remote().orElseThrow().name());
    assertEquals(1, relay.messages.size());
    assertEquals(2, ways.met().size());
  }

  @Test
  void aMessageThatMayHaveBeenTakenGoesNoOtherWay() throws Exception {
    ScriptedServer mx =
        server(
            "127.0.0.2",
            0,
            peer -> {
              peer.hello();
              peer.expect("MAIL");
              peer.say("250 ok");
              peer.expect("RCPT");
              peer.say("250 ok");
              peer.expect("DATA");
              peer.say("354 go");
              peer.data();
              peer.close();
            });
    ScriptedServer relay = server("127.0.0.3", 0, says("250 ok"));
    var ways = new Both(Way.AS_QUEUED, relay("relay.test", relay.port()));
    assertInstanceOf(
        Deferred.class,
        Bench.only(agent(mx.port(), ways).deliver(Bench.attempt(HOP, "x@example.com"))));
    assertEquals(0, relay.connections.get());
    assertEquals(List.of(Map.of()), ways.met());
  }

  @Test
  void aWayThatLeadsBackToUsIsNone() throws Exception {
    ScriptedServer mx = server("127.0.0.2", 0, says("450 4.7.1 later"));
    var ways = new Both(Way.AS_QUEUED, relay("127.0.0.4", 2525));
    var outcome = Bench.only(agent(mx.port(), ways).deliver(Bench.attempt(HOP, "x@example.com")));
    assertEquals("450 4.7.1 later", outcome.reply());
    var back = ways.met().getLast().values().iterator().next();
    assertInstanceOf(Failed.class, back);
    assertEquals("5.4.6", back.status().toString());
  }

  @Test
  void connectionsBeginWhereTheWaySaysAndAreNotSharedBetweenWays() throws Exception {
    var from = new CopyOnWriteArrayList<String>();
    ScriptedServer mx =
        server(
            "127.0.0.2",
            0,
            peer -> {
              from.add(peer.socket().getInetAddress().getHostAddress());
              peer.hello();
              while (true) {
                peer.accept();
              }
            });
    var sources = new HashMap<String, String>();
    Ways ways =
        (attempt, _, _) ->
            new Ways.Trip() {
              @Override
              public Way way() {
                String source =
                    sources.getOrDefault(
                        attempt.recipients().getFirst().address().localPart(), "127.0.0.1");
                return new Way.Exchangers(
                    "from " + source,
                    mx.port(),
                    List.of(InetAddress.ofLiteral(source)),
                    Way.LeastTls.NOTHING);
              }

              @Override
              public Optional<Ways.Onward> after(Map<Recipient, DeliveryOutcome> outcomes) {
                return Optional.empty();
              }
            };
    sources.put("five", "127.0.0.5");
    sources.put("six", "127.0.0.6");
    OutboundAgent agent = agent(mx.port(), ways);
    for (String name : List.of("five", "six", "five", "six")) {
      assertInstanceOf(
          Delivered.class, Bench.only(agent.deliver(Bench.attempt(HOP, name + "@example.com"))));
    }
    assertEquals(List.of("127.0.0.5", "127.0.0.6"), from.stream().sorted().toList());
  }

  @Test
  void aWayThatDemandsTlsGivesNothingToAHostWithout() throws Exception {
    ScriptedServer mx = server("127.0.0.2", 0, peer -> peer.hello());
    Ways ways =
        (_, _, _) ->
            new Ways.Trip() {
              @Override
              public Way way() {
                return new Way.Exchangers("tls", mx.port(), List.of(), Way.LeastTls.VERIFIED);
              }

              @Override
              public Optional<Ways.Onward> after(Map<Recipient, DeliveryOutcome> outcomes) {
                return Optional.empty();
              }
            };
    assertInstanceOf(
        Deferred.class,
        Bench.only(agent(mx.port(), ways).deliver(Bench.attempt(HOP, "x@example.com"))));
    assertEquals(List.of(), mx.messages);
  }
}
