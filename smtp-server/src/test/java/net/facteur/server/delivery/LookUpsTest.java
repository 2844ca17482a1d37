package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.CachingResolver;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.mtasts.CachedPolicies;
import net.facteur.auth.mtasts.MtaStsLookup;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.auth.mtasts.PolicyStore;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.Destination;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.tls.CertificateAuthorities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What deliveries ask the DNS, and when.
class LookUpsTest {
  @TempDir private Path directory;

  /// Answers a question only once another has been asked as well.
  private static final class Entangled implements Resolver {
    private static final Map<String, String> COMPANIONS =
        Map.of(
            "example.com MX", "_mta-sts.example.com TXT",
            "_mta-sts.example.com TXT", "example.com MX",
            "mx.test A", "mx.test AAAA",
            "mx.test AAAA", "mx.test A");

    final AtomicInteger questions = new AtomicInteger();
    private final Map<String, CountDownLatch> asked = new ConcurrentHashMap<>();
    private final Resolver zone;

    Entangled(Resolver zone) {
      this.zone = zone;
      COMPANIONS.keySet().forEach(question -> asked.put(question, new CountDownLatch(1)));
    }

    @Override
    public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
      questions.incrementAndGet();
      String question = name + " " + type;
      String companion = COMPANIONS.get(question);
      if (companion == null) {
        return kept(zone.lookup(name, type));
      }
      Objects.requireNonNull(asked.get(question)).countDown();
      try {
        return Objects.requireNonNull(asked.get(companion)).await(60, TimeUnit.SECONDS)
            ? kept(zone.lookup(name, type))
            : new Answer.Failed<>(companion + " was not asked at the same time");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Answer.Failed<>("interrupted");
      }
    }

    /// With a TTL, as name servers give negative answers too.
    private static <T> Answer<T> kept(Answer<T> answer) {
      Duration ttl = Duration.ofMinutes(5);
      return switch (answer) {
        case Answer.NoData<T> n -> new Answer.NoData<>(n.owner(), n.secure(), ttl);
        case Answer.NxDomain<T> n -> new Answer.NxDomain<>(n.secure(), ttl);
        case Answer.Records<T> r -> r;
        case Answer.Failed<T> f -> f;
        case Answer.Bogus<T> b -> b;
      };
    }
  }

  @Test
  void theyRunSideBySideAndASecondDeliveryAsksNothing() throws Exception {
    var dns =
        new Entangled(new Bench.Zone().mx("example.com", 1, "mx.test").a("mx.test", "127.0.0.1"));
    InstantSource clock = InstantSource.system();
    var cache = new CachingResolver(dns, DnsSettings.DEFAULTS, clock);
    var policies =
        new CachedPolicies(
            cache,
            _ ->
                new PolicyFetch.Failed(
                    new MtaStsLookup.Unusable(MtaStsLookup.Cause.FETCH, "nobody there")),
            new PolicyStore(directory, PolicyStore.Limits.DEFAULTS, Instant.now()),
            Thread::startVirtualThread,
            clock);
    try (var server =
            new ScriptedServer(
                peer -> {
                  peer.hello("LIMITS MAILMAX=1");
                  peer.accept();
                });
        var agent =
            new OutboundAgent(
                Bench.settings(server.port()),
                cache,
                new OutboundTls(
                    new DestinationTls(
                        new DestinationTls.Settings(
                            server.port(), DestinationTls.InsecureMx.DANE, Map.of()),
                        cache,
                        policies),
                    ClientTls.best(Optional.empty(), true, new SecureRandom()),
                    new PeerVerifier(CertificateAuthorities.of(List.of()), clock),
                    TlsReporter.NONE),
                _ -> Map.of(),
                new Random(1))) {
      deliver(agent);
      int first = dns.questions.get();
      assertEquals(4, first);
      deliver(agent);
      assertEquals(first, dns.questions.get());
    }
  }

  private static void deliver(OutboundAgent agent) {
    assertInstanceOf(
        Delivered.class,
        Bench.only(
            agent.deliver(Bench.attempt(new Destination("mx:example.com"), "x@example.com"))));
  }
}
