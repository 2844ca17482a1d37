package net.facteur.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import org.junit.jupiter.api.Test;

class PublishedTlsaGuardTest {
  private static final DomainName HOST = DomainName.of("mail.example.org");
  private static final InstantSource NOW =
      InstantSource.fixed(Instant.parse("2026-11-01T00:00:00Z"));
  private static final InstantSource LATER =
      InstantSource.fixed(Instant.parse("2026-12-01T00:00:00Z"));

  private final CertificateAuthority authority =
      new CertificateAuthority("Test CA", Duration.ofDays(9), NOW, new SecureRandom());
  private final X509Certificate current = authority.issue(HOST).leaf();
  private final X509Certificate next = authority.issue(HOST).leaf();

  private Optional<String> refusal(InstantSource clock, Object tlsa) {
    var zone = ZoneResolver.of(Map.of("_25._tcp.mail.example.org", Map.of("TLSA", tlsa)));
    return new PublishedTlsaGuard(HOST, () -> zone, clock).refusal(current, next);
  }

  @Test
  void aCertificateWaitsUntilItsRecordIsPublished() {
    String old = TlsaRecords.ofKey(current).toString();
    String coming = TlsaRecords.ofKey(next).toString();
    assertTrue(refusal(NOW, List.of(old)).orElseThrow().contains("_25._tcp.mail.example.org"));
    assertEquals(Optional.empty(), refusal(NOW, List.of(old, coming)));
    assertEquals(Optional.empty(), refusal(NOW, List.of()));
    assertEquals(Optional.empty(), refusal(NOW, List.of("1 1 1 00")));
    assertTrue(refusal(NOW, "SERVFAIL").isPresent());
    assertEquals(Optional.empty(), refusal(LATER, List.of(old)), "an expired one is replaced");
  }
}
