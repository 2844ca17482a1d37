package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import net.facteur.auth.tlsrpt.TlsReportFile;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a domain is told of TLS to its hosts.
@RequiresProgram({Program.BIND, Program.UNBOUND})
class TlsReportTest {
  private static final InetAddress RESOLVER = World.loopback(77, 253);
  private static final InetAddress HOST = World.loopback(77, 201);

  @TempDir private Path directory;

  /// A domain with a passing MTA-STS policy and TLSA records of another key: the policy does not
  /// open what DANE closes.
  @Test
  void brokenTlsaRecordsAreReportedAndAPassingPolicyDoesNotMakeUpForThem() throws Exception {
    var world = new World(directory);
    int port = world.theirMx().getPort();
    ServerCertificate certificate =
        world
            .authority()
            .issue(
                List.of(HostPattern.of("mx.signed.test"), HostPattern.of("mx.broken.signed.test")),
                List.of());
    var web =
        new PolicyWeb(
            new InetSocketAddress(HOST, 0),
            world
                .authority()
                .issue(List.of(HostPattern.of("mta-sts.broken.signed.test")), List.of()));
    web.enforce("broken.signed.test", "mx.broken.signed.test");
    String tlsa = "_" + port + "._tcp.";
    String records =
        """
        @ MX 10 mx
        mx A 127.0.77.201
        %1$smx TLSA %2$s
        reports MX 10 mx
        broken MX 10 mx.broken
        mx.broken A 127.0.77.201
        %1$smx.broken TLSA 3 1 1 %3$s
        _mta-sts.broken TXT "v=STSv1; id=1;"
        mta-sts.broken A 127.0.77.201
        _smtp._tls.broken TXT "v=TLSRPTv1; rua=mailto:tls@reports.signed.test"
        """
            .formatted(tlsa, TlsaRecords.ofKey(certificate.leaf()), "ab".repeat(32));
    var time = new AtomicReference<>(Duration.ZERO);
    InstantSource clock = () -> Instant.now().plus(time.get());
    try (web;
        var host =
            new TlsMx(
                new InetSocketAddress(HOST, port), certificate, certificate, TlsMx.Path.CLEAR);
        var zones =
            SignedZones.start(
                new InetSocketAddress(RESOLVER, World.freePort(RESOLVER)),
                records,
                "@ MX 10 mx.signed.test.\n");
        var server =
            RunningServer.start(
                world, settings(world, zones, web.port()), CryptoProviders.detect(), clock)) {
      server.mail("x@broken.signed.test");
      server.awaitDeferred("x@broken.signed.test", "usable TLSA record");
      assertEquals(List.of(), host.taken());

      Instant noon =
          LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC)
              .plusDays(1)
              .atTime(12, 0)
              .toInstant(ZoneOffset.UTC);
      time.set(Duration.between(Instant.now(), noon));
      server.server().sendReports();
      Await.until(() -> "no report", () -> host.took("tls@reports.signed.test"));
      assertTrue(!host.took("x@broken.signed.test"));
      check(host.taken().getFirst());
    }
  }

  private static void check(TlsMx.Taken taken) {
    var mail = new Mail(taken.text());
    assertEquals(List.of("no"), mail.fields("TLS-Required"));
    assertEquals(List.of("broken.signed.test"), mail.fields("TLS-Report-Domain"));
    assertTrue(
        mail.fields("DKIM-Signature").stream().anyMatch(f -> f.contains("d=example.org")),
        taken.text());
    TlsReport report =
        new TlsReportFile()
            .read(taken.text().getBytes(StandardCharsets.ISO_8859_1))
            .toOptional()
            .orElseThrow();
    Map<String, PolicyResult> policies =
        report.policies().stream()
            .collect(Collectors.toMap(PolicyResult::type, Function.identity()));
    PolicyResult tlsa = Objects.requireNonNull(policies.get("tlsa"));
    assertTrue(tlsa.failures().orElse(0) > 0, report.toString());
    assertEquals(OptionalLong.of(0), tlsa.successes(), report.toString());
    assertTrue(
        tlsa.details().stream()
            .allMatch(
                d ->
                    d.type().equals("validation-failure")
                        && d.receivingHost().equals("mx.broken.signed.test")
                        && d.reasonCode().contains("TLSA")),
        report.toString());
    PolicyResult sts = Objects.requireNonNull(policies.get("sts"));
    assertEquals(OptionalLong.of(0), sts.failures(), report.toString());
    assertTrue(sts.successes().orElse(0) > 0, report.toString());
  }

  private static String settings(World world, SignedZones zones, int policyPort) {
    return """
    dns { servers = ["%s:%d"], dnssec = required, trust-anchors = "%s" }
    delivery { authorities = "%s", mta-sts-port = %d, sources = [] }
    reports.hour = 0
    """
        .formatted(
            RESOLVER.getHostAddress(),
            zones.resolver().getPort(),
            zones.trustAnchor(),
            world.caFile(),
            policyPort);
  }
}
