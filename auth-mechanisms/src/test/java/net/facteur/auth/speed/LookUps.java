package net.facteur.auth.speed;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dmarc.DnsTreeWalk;
import net.facteur.auth.dns.CachingResolver;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.spf.SpfOutcome;
import net.facteur.auth.spf.SpfRequest;
import net.facteur.auth.spf.SpfResult;
import net.facteur.auth.spf.SpfVerifier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What works on DNS answers alone, all of them in the cache.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LookUps {
  private static final DomainName DEEP = DomainName.of("a.b.c.d.e.f.g.h.mail.example.com");

  private Resolver dns;
  private SpfVerifier spf;
  private SpfRequest request;

  @Setup
  public void prepare() throws UnknownHostException {
    var zone = new HashMap<String, Object>();
    // ten terms that need a look-up, the last of which matches
    zone.put("example.com", Map.of("TXT", List.of("v=spf1 include:n1.example.com a mx -all")));
    zone.put("_dmarc.example.com", Map.of("TXT", List.of("v=DMARC1; p=reject; psd=n")));
    for (int i = 1; i <= 9; i++) {
      String more = i < 9 ? " include:n" + (i + 1) + ".example.com" : " a:web.example.com";
      String record =
          "v=spf1 ip4:198.51.100." + i + " ip6:2001:db8:" + i + "::/48" + more + " -all";
      zone.put("n" + i + ".example.com", Map.of("TXT", List.of(record)));
    }
    zone.put("web.example.com", Map.of("A", List.of("192.0.2.80")));
    dns = new CachingResolver(ZoneResolver.of(zone), DnsSettings.DEFAULTS, Fixture.CLOCK);
    spf = new SpfVerifier(dns, Fixture.CLOCK, "mx.example.org");
    InetAddress client = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 80});
    request = SpfRequest.mailFrom(client, "web.example.com", "alice@example.com");
    if (spfOfTenLookUps().result() != SpfResult.PASS
        || !dmarcTreeWalk().organizationalDomain().equals(DomainName.of("example.com"))) {
      throw new IllegalStateException("the answers are not as they should be");
    }
  }

  @Benchmark
  public SpfOutcome spfOfTenLookUps() {
    return spf.check(request);
  }

  @Benchmark
  public DnsTreeWalk.Walk dmarcTreeWalk() {
    return new DnsTreeWalk(dns).walk(DEEP);
  }
}
