package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.Destination;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hosts that would hold an attempt for ever, and an agent that is put out of service meanwhile.
class UnboundedHostsTest {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  @TempDir private Path directory;

  private static OutboundAgent agent(int port) {
    var zone = new Bench.Zone().mx("example.com", 10, "mx.test").a("mx.test", "127.0.0.1");
    return Bench.agent(Bench.settings(port, LIMIT, Map.of()), zone);
  }

  private static CompletableFuture<DeliveryOutcome> attempt(OutboundAgent agent, String hop) {
    return CompletableFuture.supplyAsync(
        () -> Bench.only(agent.deliver(Bench.attempt(new Destination(hop), "x@example.com"))),
        Thread::startVirtualThread);
  }

  @Test
  void anAttemptUnderWayKeepsItsTimeLimitWhenItsAgentIsReplaced() throws Exception {
    var said = new CountDownLatch(1);
    ScriptedServer.Script greetsAndNothingMore =
        peer -> {
          peer.say("220 mx.test");
          said.countDown();
          while (!peer.line().isEmpty()) {}
          peer.line();
        };
    try (var server = new ScriptedServer(greetsAndNothingMore)) {
      var agent = agent(server.port());
      var outcome = attempt(agent, "mx:example.com");
      assertTrue(said.await(60, TimeUnit.SECONDS));
      agent.close();
      var deferred = assertInstanceOf(Deferred.class, outcome.get(60, TimeUnit.SECONDS));
      assertTrue(deferred.reply().contains("took too long"), deferred.reply());
    }
  }

  @Test
  void aConnectionThatBeginsAfterThatHasOneToo() throws Exception {
    try (var server = new ScriptedServer(peer -> peer.line())) {
      var agent = agent(server.port());
      agent.close();
      var outcome = attempt(agent, "mx:example.com").get(60, TimeUnit.SECONDS);
      assertTrue(outcome.reply().contains("took too long"), outcome.reply());
    }
  }

  @Test
  void anAgentThatHasNothingToDoHasNoThread() throws Exception {
    for (int i = 0; i < 50; i++) {
      // As those of settings that are refused before they come into force; nobody closes them.
      agent(1);
    }
    Path dump = directory.resolve("threads");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
    long threads =
        Files.readAllLines(dump).stream().filter(l -> l.contains("facteur-delivery-")).count();
    assertTrue(threads < 50, threads + " threads");
  }

  @Test
  void aSocketWhoseServerTakesNobodyInIsGivenUp() throws Exception {
    var address = UnixDomainSocketAddress.of(directory.resolve("lmtp"));
    var waiting = new ArrayList<SocketChannel>();
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address, 1);
      fill(address, waiting);
      try (var agent = agent(1)) {
        var outcome = attempt(agent, "lmtp:" + address.getPath()).get(60, TimeUnit.SECONDS);
        assertInstanceOf(Deferred.class, outcome);
        assertEquals("4.4.1", outcome.status().toString());
      }
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  /// Connects until nobody is let in any more.
  private static void fill(UnixDomainSocketAddress address, List<SocketChannel> waiting)
      throws IOException {
    for (int i = 0; i < 100; i++) {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.configureBlocking(false);
      waiting.add(channel);
      try {
        if (!channel.connect(address)) {
          return;
        }
      } catch (IOException e) {
        return;
      }
    }
  }
}
