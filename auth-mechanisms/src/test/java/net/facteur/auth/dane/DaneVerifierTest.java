package net.facteur.auth.dane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.syntax.Parsed;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class DaneVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  private static final DomainName MX = DomainName.of("mx.example.com");
  private static final DomainName DOMAIN = DomainName.of("example.com");

  private static KeyPair pair() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(
      String subject,
      KeyPair key,
      String issuer,
      KeyPair signer,
      boolean ca,
      Instant end,
      String... names)
      throws Exception {
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + issuer),
            BigInteger.valueOf(new Random(7).nextLong() & 0xffffff),
            Date.from(end.minus(Duration.ofDays(90))),
            Date.from(end),
            new X500Name("CN=" + subject),
            key.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
    if (names.length > 0) {
      var all = new GeneralName[names.length];
      for (int i = 0; i < names.length; i++) {
        all[i] = new GeneralName(GeneralName.dNSName, names[i]);
      }
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
  }

  private static DaneVerdict verify(List<TlsaRecord> records, X509Certificate... chain) {
    return new DaneVerifier(TlsaSet.of(records), List.of(MX, DOMAIN)).verify(List.of(chain), NOW);
  }

  private static void mismatch(DaneVerdict.Cause cause, DaneVerdict verdict) {
    assertEquals(cause, assertInstanceOf(DaneVerdict.Mismatch.class, verdict).cause());
  }

  @Test
  void theHostsOwnKeyCountsWhateverNamesAndDatesSay() throws Exception {
    KeyPair key = pair();
    var expired =
        certificate("elsewhere.test", key, "elsewhere.test", key, false, NOW.minusSeconds(1));
    assertInstanceOf(
        DaneVerdict.Matched.class, verify(List.of(TlsaRecords.ofKey(expired)), expired));
    mismatch(
        DaneVerdict.Cause.VALIDATION_FAILURE,
        verify(
            List.of(TlsaRecords.ofKey(expired)),
            certificate(
                "mx.example.com", pair(), "x", key, false, NOW.plusSeconds(99), "mx.example.com")));
  }

  @Test
  void duringARollTheOldAndTheNewKeyBothMatch() throws Exception {
    KeyPair old = pair();
    KeyPair next = pair();
    Instant end = NOW.plusSeconds(99);
    var before = certificate("mx.example.com", old, "mx.example.com", old, false, end);
    var after = certificate("mx.example.com", next, "mx.example.com", next, false, end);
    var both = List.of(TlsaRecords.ofKey(before), TlsaRecords.ofKey(after));
    assertInstanceOf(DaneVerdict.Matched.class, verify(both, before));
    assertInstanceOf(DaneVerdict.Matched.class, verify(both, after));
    mismatch(DaneVerdict.Cause.VALIDATION_FAILURE, verify(both.subList(0, 1), after));
  }

  @Test
  void belowAnAuthorityNamesDatesAndSignaturesCount() throws Exception {
    KeyPair ca = pair();
    Instant later = NOW.plus(Duration.ofDays(9));
    var authority = certificate("CA", ca, "CA", ca, true, later);
    var records = List.of(TlsaRecords.ofAuthority(authority));
    for (String name : List.of("mx.example.com", "*.example.com", "example.com", "EXAMPLE.com")) {
      var good = certificate("host", pair(), "CA", ca, false, later, name);
      var matched = assertInstanceOf(DaneVerdict.Matched.class, verify(records, good, authority));
      assertEquals(1, matched.depth());
    }
    for (String name :
        List.of("a.mx.example.com", "*.com", "m*.example.com", "mx.example.net", "*")) {
      var other = certificate("mx.example.com", pair(), "CA", ca, false, later, name);
      mismatch(DaneVerdict.Cause.CERTIFICATE_HOST_MISMATCH, verify(records, other, authority));
    }
    var byCommonName = certificate("mx.example.com", pair(), "CA", ca, false, later);
    assertInstanceOf(DaneVerdict.Matched.class, verify(records, byCommonName, authority));
    var expired =
        certificate(
            "mx.example.com", pair(), "CA", ca, false, NOW.minusSeconds(1), "mx.example.com");
    mismatch(DaneVerdict.Cause.CERTIFICATE_EXPIRED, verify(records, expired, authority));
    var forged =
        certificate("mx.example.com", pair(), "CA", pair(), false, later, "mx.example.com");
    mismatch(DaneVerdict.Cause.CERTIFICATE_NOT_TRUSTED, verify(records, forged, authority));
    var good = certificate("mx.example.com", pair(), "CA", ca, false, later, "mx.example.com");
    mismatch(DaneVerdict.Cause.VALIDATION_FAILURE, verify(records, good));
    var full = List.of(new TlsaRecord(2, 0, 0, authority.getEncoded()));
    assertInstanceOf(DaneVerdict.Matched.class, verify(full, good));
    var bareKey = List.of(new TlsaRecord(2, 1, 0, authority.getPublicKey().getEncoded()));
    assertInstanceOf(DaneVerdict.Matched.class, verify(bareKey, good));
  }

  @Test
  void aHostCertificateIsNoAuthority() throws Exception {
    KeyPair ca = pair();
    KeyPair host = pair();
    Instant later = NOW.plus(Duration.ofDays(9));
    var authority = certificate("CA", ca, "CA", ca, true, later);
    var notCa = certificate("mx.example.com", host, "CA", ca, false, later, "mx.example.com");
    var below =
        certificate(
            "mx.example.com", pair(), "mx.example.com", host, false, later, "mx.example.com");
    mismatch(
        DaneVerdict.Cause.CERTIFICATE_NOT_TRUSTED,
        verify(List.of(TlsaRecords.ofAuthority(authority)), below, notCa, authority));
  }

  @Test
  void onlyTheStrongestDigestOfAKindCounts() throws Exception {
    KeyPair key = pair();
    var leaf =
        certificate("mx.example.com", key, "mx.example.com", key, false, NOW.plusSeconds(99));
    var weaker = TlsaRecords.ofKey(leaf);
    var wrongButStronger = new TlsaRecord(3, 1, 2, new byte[64]);
    mismatch(DaneVerdict.Cause.VALIDATION_FAILURE, verify(List.of(weaker, wrongButStronger), leaf));
    // of another selector, so it says nothing about the first
    assertInstanceOf(
        DaneVerdict.Matched.class,
        verify(List.of(weaker, new TlsaRecord(3, 0, 2, new byte[64])), leaf));
    assertInstanceOf(
        DaneVerdict.Matched.class,
        verify(
            List.of(new TlsaRecord(3, 1, 0, leaf.getPublicKey().getEncoded()), wrongButStronger),
            leaf));
  }

  @Test
  void recordsThatCannotBeUsedAreNamedAndNeverThrow() {
    long seed = 20260801;
    var random = new Random(seed);
    for (int length = 0; length <= 70; length++) {
      for (int usage = 0; usage < 6; usage++) {
        for (int selector = 0; selector < 3; selector++) {
          for (int matching = 0; matching < 4; matching++) {
            var octets = new byte[length];
            random.nextBytes(octets);
            var set = TlsaSet.of(List.of(new TlsaRecord(usage, selector, matching, octets)));
            boolean right =
                (usage == 2 || usage == 3)
                    && selector < 2
                    && length == new int[] {-1, 32, 64, -1}[matching];
            assertEquals(right, !set.allUnusable(), "seed " + seed + " " + set);
            assertEquals(right ? 0 : 1, set.unusable().size());
          }
        }
      }
    }
  }

  @Test
  void aThousandRecordsAreComparedAndMoreAreLeftOut() throws Exception {
    KeyPair key = pair();
    var leaf =
        certificate("mx.example.com", key, "mx.example.com", key, false, NOW.plusSeconds(99));
    var many = new ArrayList<>(Collections.nCopies(999, new TlsaRecord(3, 1, 1, new byte[32])));
    many.add(TlsaRecords.ofKey(leaf));
    assertInstanceOf(DaneVerdict.Matched.class, verify(many, leaf));
    many.addAll(0, Collections.nCopies(100, new TlsaRecord(3, 1, 1, new byte[32])));
    mismatch(DaneVerdict.Cause.VALIDATION_FAILURE, verify(many, leaf));
  }

  @Test
  void printedRecordsAreReadBack() {
    long seed = 42;
    var random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      var octets = new byte[random.nextInt(80)];
      random.nextBytes(octets);
      var record =
          new TlsaRecord(random.nextInt(256), random.nextInt(256), random.nextInt(256), octets);
      assertEquals(Parsed.ok(record), TlsaRecord.parse(record.toString()), "seed " + seed);
    }
    for (String bad :
        List.of("", "3", "3 1", "3 1 256 00", "3 1 1 0", "3 1 1 zz", "a 1 1 00", "3  1x1 00")) {
      assertInstanceOf(Parsed.Malformed.class, TlsaRecord.parse(bad), bad);
    }
    assertTrue(TlsaRecord.parse("3 1 1 AB cd EF").toOptional().isPresent());
    assertFalse(TlsaRecord.parse("-1 1 1 00").toOptional().isPresent());
  }
}
