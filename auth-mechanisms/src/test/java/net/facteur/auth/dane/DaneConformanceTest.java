package net.facteur.auth.dane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TlsaRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// The DANE cases of OpenSSL's own test, with the rules for mail servers.
class DaneConformanceTest {
  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  private static final int HOST_MISMATCH = 62;

  @TestFactory
  Stream<DynamicTest> openSslCases() {
    List<DynamicTest> tests =
        ConformanceCases.cases("dane/openssl/open.json")
            .map(
                c ->
                    DynamicTest.dynamicTest(
                        c.get("id").asString() + " " + c.get("section").asString(), () -> check(c)))
            .toList();
    assertEquals(28, tests.size());
    return tests.stream();
  }

  private static void check(JsonNode c) {
    var records = new ArrayList<TlsaRecord>();
    for (JsonNode tlsa : c.get("tlsa")) {
      TlsaRecord record = TlsaRecord.parse(tlsa.asString()).toOptional().orElseThrow();
      assertEquals(record, TlsaRecord.parse(record.toString()).toOptional().orElseThrow());
      records.add(record);
    }
    TlsaSet set = TlsaSet.of(records);
    if (records.stream().allMatch(r -> r.usage() < 2)) {
      // RFC 7672, section 3.1.3
      assertTrue(set.allUnusable(), "usages 0 and 1 are for browsers");
      return;
    }
    var chain = new ArrayList<byte[]>();
    for (JsonNode der : c.get("chain_der_b64")) {
      chain.add(Base64.getDecoder().decode(der.asString()));
    }
    var host = DomainName.of(c.get("host").asString());
    DaneVerdict verdict = new DaneVerifier(set, List.of(host)).verifyEncoded(chain, NOW);
    int verify = c.get("openssl_verify").asInt();
    if (verify == 0) {
      var matched = assertInstanceOf(DaneVerdict.Matched.class, verdict, verdict.toString());
      assertEquals(c.get("match_depth").asInt(), matched.depth());
    } else {
      var mismatch = assertInstanceOf(DaneVerdict.Mismatch.class, verdict);
      if (verify == HOST_MISMATCH) {
        assertEquals(DaneVerdict.Cause.CERTIFICATE_HOST_MISMATCH, mismatch.cause());
      } else {
        assertNotEquals(DaneVerdict.Cause.CERTIFICATE_HOST_MISMATCH, mismatch.cause());
      }
    }
  }
}
