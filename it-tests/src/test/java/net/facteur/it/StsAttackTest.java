package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Destinations whose MTA-STS policy is enforced, and an attacker in front of them. Their zones are
/// not signed, so that the attacker may forge the DNS as well.
class StsAttackTest {
  private static final InetAddress WEB = World.loopback(88, 30);
  private static final InetAddress TRAP = World.loopback(88, 40);

  @TempDir private Path directory;

  /// A destination: its host, and what the attacker shows in its place.
  private record Target(TlsMx mx, String reason) {}

  private static ServerCertificate certificate(CertificateAuthority by, String... names) {
    return by.issue(List.of(names).stream().map(HostPattern::of).toList(), List.of());
  }

  @Test
  void mailWaitsWhileTheAttackLastsAndArrivesAfterwards() throws Exception {
    var world = new World(directory);
    var strange =
        new CertificateAuthority(
            "Attackers", Duration.ofDays(2), InstantSource.system(), world.random());
    CertificateAuthority trusted = world.authority();
    // What the attacker shows: nothing; a certificate of nobody's; a wildcard of nobody's; a
    // wildcard that is trusted and stands one label too high; one that is trusted for another name.
    Map<String, ServerCertificate> shown = new LinkedHashMap<>();
    shown.put("strip", certificate(strange, "mx.strip.test"));
    shown.put("swap", certificate(strange, "mx.swap.test"));
    shown.put("wildcard", certificate(strange, "*.wildcard.test"));
    shown.put("high", certificate(trusted, "*.test"));
    shown.put("other", certificate(trusted, "mx.attacker.test"));
    Map<String, String> reasons =
        Map.of(
            "strip", "does not offer STARTTLS",
            "swap", "not trusted",
            "wildcard", "not trusted",
            "high", "not for any of",
            "other", "not for any of");
    int port = world.theirMx().getPort();
    Map<String, Target> targets = new LinkedHashMap<>();
    var policyNames = new ArrayList<String>(List.of("mta-sts.forged.test"));
    int last = 1;
    for (var entry : shown.entrySet()) {
      String domain = entry.getKey() + ".test";
      policyNames.add("mta-sts." + domain);
      InetAddress address = World.loopback(88, last++);
      targets.put(
          domain,
          new Target(
              new TlsMx(
                  new InetSocketAddress(address, port),
                  certificate(trusted, "mx." + domain),
                  entry.getValue(),
                  domain.equals("strip.test") ? TlsMx.Path.STRIPPED : TlsMx.Path.SWAPPED),
              Objects.requireNonNull(reasons.get(entry.getKey()))));
      publish(world, domain, "mx." + domain, address);
    }
    // The attacker's own host, with a certificate of its own that is all right.
    var trap =
        new TlsMx(
            new InetSocketAddress(TRAP, port),
            certificate(trusted, "mx.trap.test"),
            certificate(trusted, "mx.trap.test"),
            TlsMx.Path.CLEAR);
    publish(world, "forged.test", "mx.trap.test", TRAP);
    try (trap;
        var web =
            new PolicyWeb(
                new InetSocketAddress(WEB, 0),
                certificate(trusted, policyNames.toArray(String[]::new)));
        var server =
            RunningServer.start(
                world,
                settings(world, web.port()),
                CryptoProviders.detect(),
                InstantSource.system())) {
      targets.keySet().forEach(domain -> web.enforce(domain, "mx." + domain));
      web.enforce("forged.test", "mx.forged.test");
      targets.put("forged.test", new Target(trap, "does not name mx.trap.test"));
      for (String domain : targets.keySet()) {
        server.mail("x@" + domain);
      }
      for (var entry : targets.entrySet()) {
        server.awaitDeferred("x@" + entry.getKey(), entry.getValue().reason());
      }
      targets.forEach((domain, target) -> assertEquals(List.of(), target.mx().taken(), domain));

      // Taking the policy's record away does not help: it is in the cache.
      world.names().remove(DomainName.of("_mta-sts.strip.test"), RecordType.TXT);
      targets.remove("forged.test");
      targets.values().forEach(target -> target.mx().path(TlsMx.Path.CLEAR));
      for (var entry : targets.entrySet()) {
        TlsMx mx = entry.getValue().mx();
        String recipient = "x@" + entry.getKey();
        server.retryUntil(
            () -> "not delivered: " + server.why(recipient), () -> mx.took(recipient));
        assertTrue(mx.taken().stream().allMatch(TlsMx.Taken::tls), mx.taken().toString());
      }
      assertEquals(List.of(), trap.taken());
    } finally {
      for (Target target : targets.values()) {
        target.mx().close();
      }
    }
  }

  private static void publish(World world, String domain, String mx, InetAddress address) {
    world.add(domain, RecordType.MX, new MxRecord(10, DomainName.of(mx)));
    world.add(mx, RecordType.A, address);
    world.add("_mta-sts." + domain, RecordType.TXT, TxtRecord.of("v=STSv1; id=1;"));
    world.add("mta-sts." + domain, RecordType.A, WEB);
  }

  private static String settings(World world, int policyPort) {
    return """
    delivery { authorities = "%s", mta-sts-port = %d, sources = [] }
    """
        .formatted(world.caFile(), policyPort);
  }
}
