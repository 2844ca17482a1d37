package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.CachingResolver;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DnssecResolver;
import net.facteur.auth.dns.DnssecSettings;
import net.facteur.auth.dns.DnssecStatus.Mode;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TrustAnchors;
import net.facteur.auth.mtasts.CachedPolicies;
import net.facteur.auth.mtasts.MtaStsLookup;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.auth.mtasts.PolicyStore;
import net.facteur.server.delivery.DestinationTls;
import net.facteur.server.delivery.MxHost;
import net.facteur.server.delivery.TlsPolicy;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;

/// Signed zones, and an attacker between the server and its resolver.
@RequiresProgram({Program.BIND, Program.UNBOUND})
class DnsAttackTest {
  private static final InetAddress RESOLVER = World.loopback(77, 153);
  private static final InetAddress ATTACKER = World.loopback(77, 154);

  /// The host that the zones name, and one of the attacker's that takes mail in the clear.
  private static final InetAddress HOST = World.loopback(77, 101);

  private static final InetAddress TRAP = World.loopback(77, 102);

  @TempDir private Path directory;
  private final SecureRandom random = new SecureRandom();
  private int port;
  private SignedZones zones;
  private DnsAttacker attacker;
  private TlsMx host;
  private TlsMx trap;
  private ServerCertificate attackers;

  @BeforeEach
  void start() throws Exception {
    port = World.freePort(HOST);
    var authority =
        new CertificateAuthority("Test", Duration.ofDays(2), InstantSource.system(), random);
    ServerCertificate own = authority.issue(DomainName.of("mx.signed.test"));
    attackers = authority.issue(DomainName.of("mx.signed.test"));
    host = new TlsMx(new InetSocketAddress(HOST, port), own, attackers, TlsMx.Path.CLEAR);
    trap = new TlsMx(new InetSocketAddress(TRAP, port), attackers, own, TlsMx.Path.STRIPPED);
    String records = TlsaRecords.ofKey(own.leaf()).toString();
    zones =
        SignedZones.start(
            new InetSocketAddress(RESOLVER, World.freePort(RESOLVER)),
            "@ MX 10 mx\n"
                + safe("mx", records)
                + "forged-mx MX 10 mx\n"
                + "forged-a MX 10 mx.forged-a\n"
                + safe("mx.forged-a", records)
                + "no-tlsa MX 10 mx.no-tlsa\n"
                + safe("mx.no-tlsa", records)
                + "forged-tlsa MX 10 mx.forged-tlsa\n"
                + safe("mx.forged-tlsa", records)
                + "servfail MX 10 mx.servfail\n"
                + safe("mx.servfail", records)
                + "stripped MX 10 mx\n"
                // what the wildcard says is true of other names, and has no TLSA records
                + "*.w MX 10 open\nopen A 127.0.77.102\nvictim.w MX 10 mx\n",
            "@ MX 10 mx\nmx A 127.0.77.102\n");
    attacker = new DnsAttacker(ATTACKER, zones.resolver());
  }

  private String safe(String name, String tlsa) {
    return "%s A 127.0.77.101\n_%d._tcp.%s TLSA %s\n".formatted(name, port, name, tlsa);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : new AutoCloseable[] {attacker, zones, host, trap}) {
      if (part != null) {
        part.close();
      }
    }
  }

  @Test
  void forgedAnswersMakeMailWaitAndNeverLeadItAstray() throws Exception {
    String trapHost = "10 mx.plain.test.";
    var attacks = new LinkedHashMap<String, Runnable>();
    attacks.put(
        "forged-mx",
        () -> attacker.forge("forged-mx.signed.test MX", DnsAttacker.unsigned(trapHost)));
    attacks.put(
        "forged-a",
        () -> attacker.forge("mx.forged-a.signed.test A", DnsAttacker.unsigned("127.0.77.102")));
    attacks.put(
        "no-tlsa", () -> attacker.forge(tlsa("mx.no-tlsa.signed.test"), DnsAttacker.unsigned()));
    attacks.put(
        "forged-tlsa",
        () ->
            attacker.forge(
                tlsa("mx.forged-tlsa.signed.test"),
                DnsAttacker.unsigned(TlsaRecords.ofKey(attackers.leaf()).toString())));
    attacks.put(
        "servfail",
        () -> attacker.forge(tlsa("mx.servfail.signed.test"), DnsAttacker.code(Rcode.SERVFAIL)));
    attacks.put(
        "stripped", () -> attacker.forge("stripped.signed.test MX", DnsAttacker.stripped()));
    attacks.put(
        "victim.w",
        () -> attacker.forge("victim.w.signed.test MX", attacker.replayed("other.w.signed.test")));
    var reasons =
        Map.of(
            "no-tlsa", "how to protect mail",
            "forged-tlsa", "how to protect mail",
            "servfail", "how to protect mail");
    try (var server = RunningServer.start(directory, settings())) {
      attacks.values().forEach(Runnable::run);
      for (String name : attacks.keySet()) {
        server.mail("x@" + name + ".signed.test");
      }
      for (String name : attacks.keySet()) {
        server.awaitDeferred(
            "x@" + name + ".signed.test", reasons.getOrDefault(name, "no usable answer"));
      }
      assertEquals(List.of(), host.taken());
      attacker.retreat();
      for (String name : attacks.keySet()) {
        server.retryUntil(
            () -> name + " not delivered: " + server.why("x@" + name + ".signed.test"),
            () -> host.took("x@" + name + ".signed.test"));
      }
    }
    assertTrue(host.taken().stream().allMatch(TlsMx.Taken::tls), host.taken().toString());
    assertEquals(List.of(), trap.taken());
  }

  private String tlsa(String name) {
    return "_" + port + "._tcp." + name + " TLSA";
  }

  private String settings() {
    return """
    dns { servers = ["%s:%d"], dnssec = required, trust-anchors = "%s" }
    delivery { port = %d, sources = [] }
    """
        .formatted(
            ATTACKER.getHostAddress(), attacker.address().getPort(), zones.trustAnchor(), port);
  }

  private DnssecResolver resolver(
      InetSocketAddress server, DnssecSettings.Validation validation, TrustAnchors anchors) {
    return new DnssecResolver(
        DnsSettings.DEFAULTS.withServers(List.of(server)),
        new DnssecSettings(validation, anchors, Optional.of(directory.resolve("dnssec-seen"))),
        random,
        InstantSource.system());
  }

  private TrustAnchors anchors() throws Exception {
    return TrustAnchors.parse(Files.readString(zones.trustAnchor())).toOptional().orElseThrow();
  }

  private static boolean secure(DnssecResolver resolver, String name) {
    return resolver.lookup(DomainName.of(name), RecordType.MX) instanceof Answer.Records<?> r
        && r.secure();
  }

  @Test
  void forgedKeysDoNotOutliveTheAttack() throws Exception {
    DnssecResolver resolver =
        resolver(attacker.address(), DnssecSettings.Validation.REQUIRED, anchors());
    assertEquals(Mode.VALIDATING, resolver.status().mode());
    attacker.forge(
        "signed.test DNSKEY",
        (question, genuine) -> {
          var forged = DnsAttacker.stripped().answer(question, genuine);
          return forged;
        });
    assertInstanceOf(
        Answer.Bogus.class, resolver.lookup(DomainName.of("signed.test"), RecordType.MX));
    attacker.retreat();
    assertTrue(secure(resolver, "signed.test"));
  }

  @Test
  void theAdBitCountsOnlyFromAResolverThatValidates() throws Exception {
    var trust = DnssecSettings.Validation.TRUST_AD;
    DnssecResolver unbound = resolver(zones.resolver(), trust, anchors());
    assertEquals(Mode.TRUSTING_AD, unbound.status().mode(), unbound.status().detail());
    assertTrue(secure(unbound, "signed.test"));
    assertInstanceOf(
        Answer.Records.class, unbound.lookup(DomainName.of("plain.test"), RecordType.MX));
    assertTrue(!secure(unbound, "plain.test"));
    assertInstanceOf(
        Answer.Failed.class, unbound.lookup(DomainName.of("bogus.test"), RecordType.MX));

    DnssecResolver bind = resolver(zones.authority(), trust, anchors());
    assertEquals(Mode.VALIDATING, bind.status().mode(), bind.status().detail());
    assertTrue(bind.status().detail().contains("does not set it"), bind.status().detail());
    assertTrue(secure(bind, "signed.test"));
    assertInstanceOf(Answer.Bogus.class, bind.lookup(DomainName.of("bogus.test"), RecordType.MX));

    // one that says AD of everything, what was signed wrongly on purpose included
    attacker.forgeAll(
        (_, genuine) -> {
          genuine.getHeader().setFlag(org.xbill.DNS.Flags.AD);
          return genuine;
        });
    attacker.forge(
        "dnssec-failed.org A",
        (question, genuine) -> {
          var answer = DnsAttacker.unsigned("192.0.2.1").answer(question, genuine);
          answer.getHeader().setFlag(org.xbill.DNS.Flags.AD);
          return answer;
        });
    DnssecResolver liar = resolver(attacker.address(), trust, anchors());
    assertEquals(Mode.VALIDATING, liar.status().mode(), liar.status().detail());
    assertTrue(liar.status().detail().contains("dnssec-failed.org"), liar.status().detail());
    assertInstanceOf(Answer.Bogus.class, liar.lookup(DomainName.of("bogus.test"), RecordType.MX));
  }

  @Test
  void aResolverThatStripsSignaturesIsSaidToDoSoAndOnceTheyWereSeenMailWaits() throws Exception {
    attacker.forgeAll(DnsAttacker.stripped());
    DnssecResolver never = resolver(attacker.address(), DnssecSettings.Validation.AUTO, anchors());
    assertEquals(Mode.UNAVAILABLE, never.status().mode());
    assertTrue(
        never.status().detail().contains("passes no signatures on"), never.status().detail());
    assertTrue(!secure(never, "signed.test"));
    assertInstanceOf(
        Answer.Records.class, never.lookup(DomainName.of("signed.test"), RecordType.MX));

    attacker.retreat();
    DnssecResolver seeing = resolver(attacker.address(), DnssecSettings.Validation.AUTO, anchors());
    assertEquals(Mode.VALIDATING, seeing.status().mode());

    attacker.forgeAll(DnsAttacker.stripped());
    DnssecResolver after = resolver(attacker.address(), DnssecSettings.Validation.AUTO, anchors());
    assertEquals(Mode.VALIDATING, after.status().mode());
    assertTrue(after.status().detail().contains("until that ends"), after.status().detail());
    assertInstanceOf(Answer.Bogus.class, after.lookup(DomainName.of("signed.test"), RecordType.MX));
  }

  @Test
  void aRootWhoseKeysMatchNoAnchorIsWarnedOf() throws Exception {
    var settings =
        """
        hostname = mail.example.org
        domains { "example.org" {} }
        dns { servers = ["%s:%d"]%s }
        """;
    InetSocketAddress server = zones.resolver();
    String address = server.getAddress().getHostAddress();
    Path strange = directory.resolve("strange.conf");
    Files.writeString(strange, settings.formatted(address, server.getPort(), ""));
    CommandLineRun warned = CommandLineRun.of("tls", "status", "-c", strange.toString());
    assertEquals(1, warned.code(), warned.text());
    assertTrue(warned.text().contains("root-keys-unknown"), warned.text());
    assertTrue(warned.text().contains("those that are trusted: 20326, 38696"), warned.text());
    assertTrue(warned.text().contains("warning: every signed domain"), warned.text());

    Path own = directory.resolve("own.conf");
    Files.writeString(
        own,
        settings.formatted(
            address, server.getPort(), ", trust-anchors = \"" + zones.trustAnchor() + "\""));
    CommandLineRun good = CommandLineRun.of("tls", "status", "-c", own.toString());
    assertEquals(0, good.code(), good.text());
    assertTrue(good.text().contains("validating"), good.text());
  }

  @Test
  void aSecondDeliveryToADestinationAsksTheDnsNothing() throws Exception {
    var cache =
        new CachingResolver(
            resolver(attacker.address(), DnssecSettings.Validation.REQUIRED, anchors()),
            DnsSettings.DEFAULTS,
            InstantSource.system());
    var policies =
        new CachedPolicies(
            cache,
            _ ->
                new PolicyFetch.Failed(
                    new MtaStsLookup.Unusable(MtaStsLookup.Cause.FETCH, "not asked")),
            new PolicyStore(
                directory.resolve("policies"), PolicyStore.Limits.DEFAULTS, Instant.now()),
            Runnable::run,
            InstantSource.system());
    var policy =
        new DestinationTls(
            new DestinationTls.Settings(port, DestinationTls.InsecureMx.DANE, Map.of()),
            cache,
            policies);
    decide(cache, policy);
    int asked = attacker.questions();
    assertTrue(asked > 4, "questions: " + asked);
    decide(cache, policy);
    assertEquals(asked, attacker.questions());
  }

  private static void decide(CachingResolver cache, DestinationTls policy) {
    DomainName domain = DomainName.of("signed.test");
    policy.expect(domain);
    var mx = assertInstanceOf(Answer.Records.class, cache.lookup(domain, RecordType.MX));
    DomainName host = DomainName.of("mx.signed.test");
    cache.lookup(host, RecordType.A);
    cache.lookup(host, RecordType.AAAA);
    var decision =
        policy.decide(domain, new MxHost(host, 10, mx.secure(), domain), TlsPolicy.Demand.NONE);
    assertEquals("dane", decision.requirement().word(), decision.why());
  }
}
