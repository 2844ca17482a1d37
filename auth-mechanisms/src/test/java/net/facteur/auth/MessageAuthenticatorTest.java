package net.facteur.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.spf.SpfResult;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;

class MessageAuthenticatorTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));
  private static final Map<String, Object> ZONE =
      Map.of(
          "example.org", Map.of("TXT", List.of("v=spf1 ip4:192.0.2.1 -all")),
          "mail.example.org", Map.of("TXT", List.of("v=spf1 ip4:192.0.2.1 -all")),
          "_dmarc.example.org", Map.of("TXT", List.of("v=DMARC1; p=reject")),
          "_dmarc.broken.example", "SERVFAIL");

  private static AuthenticationReport authenticate(
      Resolver resolver, String client, String reversePath, String header) throws IOException {
    return authenticate(resolver, CLOCK, client, reversePath, header);
  }

  private static AuthenticationReport authenticate(
      Resolver resolver, InstantSource clock, String client, String reversePath, String header)
      throws IOException {
    return new MessageAuthenticator(
            resolver,
            DkimCrypto.standard(),
            clock,
            MessageAuthenticator.Settings.defaults("mx.example.net"))
        .authenticate(
            new AuthenticationRequest(
                IpLiteral.parse(client).toOptional().orElseThrow(),
                "mail.example.org",
                reversePath),
            MessageHeader.parse(header.getBytes(StandardCharsets.ISO_8859_1)),
            MessageBody.of("Hello\r\n".getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void spfOfTheReversePathCarriesDmarc() throws IOException {
    var report =
        authenticate(
            ZoneResolver.of(ZONE), "192.0.2.1", "a@example.org", "From: b@example.org\r\n");
    assertEquals(SpfResult.PASS, report.spfMailFrom().result());
    assertEquals(DmarcResult.PASS, report.dmarc().result());
    AuthenticationResults results = report.toAuthenticationResults("mx.example.net");
    assertEquals(
        List.of("spf=pass", "spf=pass", "dkim=none", "dkim-adsp=none", "dmarc=pass", "arc=none"),
        results.results().stream().map(r -> r.method() + "=" + r.result()).toList());
    assertEquals(List.of("a@example.org"), results.results().getFirst().values("smtp", "mailfrom"));
    assertEquals(Parsed.ok(results), AuthenticationResults.parse(results.toField().value()));
    assertTrue(report.trace().stream().anyMatch(line -> line.contains("_dmarc.example.org")));
  }

  @Test
  void theHeloNameNeverCarriesDmarcBesideAReversePath() throws IOException {
    var report =
        authenticate(
            ZoneResolver.of(ZONE), "192.0.2.1", "a@example.com", "From: b@example.org\r\n");
    assertEquals(SpfResult.PASS, report.spfHelo().result());
    assertEquals(DmarcResult.FAIL, report.dmarc().result());
    assertEquals(DmarcPolicy.QUARANTINE, report.dmarc().disposition().handling());
  }

  @Test
  void aNullReversePathIsCheckedAsThatOfTheHeloName() throws IOException {
    var report =
        authenticate(ZoneResolver.of(ZONE), "192.0.2.1", "", "From: postmaster@example.org\r\n");
    assertEquals(DmarcResult.PASS, report.dmarc().result());
    assertEquals(5, report.methodResults().size());
  }

  @Test
  void aFailingResolverGivesTemporaryErrors() throws IOException {
    var report =
        authenticate(
            ZoneResolver.of(ZONE), "192.0.2.1", "a@example.com", "From: b@broken.example\r\n");
    assertEquals(DmarcResult.TEMPERROR, report.dmarc().result());
  }

  @Test
  void lookUpsEndWithTheirBudget() throws IOException {
    var seconds = new AtomicInteger();
    InstantSource clock = () -> Instant.ofEpochSecond(1_700_000_000 + seconds.get());
    var zone = ZoneResolver.of(ZONE);
    Resolver slow =
        new Resolver() {
          @Override
          public <T> net.facteur.auth.dns.Answer<T> lookup(
              net.facteur.auth.dns.DomainName name, net.facteur.auth.dns.RecordType<T> type) {
            seconds.addAndGet(15);
            return zone.lookup(name, type);
          }
        };
    String deep = "From: b@a.b.c.d.e.example.org\r\n";
    var report = authenticate(slow, clock, "192.0.2.1", "a@example.org", deep);
    assertEquals(DmarcResult.TEMPERROR, report.dmarc().result());
    assertTrue(zone.lookups() <= 6, () -> "" + zone.lookups());
  }

  @Test
  void slowKeysOfAForgerDoNotHideThePolicyOfTheAuthor() throws IOException {
    var seconds = new AtomicInteger();
    InstantSource clock = () -> Instant.ofEpochSecond(1_700_000_000 + seconds.get());
    var zone = new HashMap<String, Object>(ZONE);
    zone.put("_dmarc.victim.example", Map.of("TXT", List.of("v=DMARC1; p=reject")));
    var answers = ZoneResolver.of(zone);
    Resolver slow =
        new Resolver() {
          @Override
          public <T> net.facteur.auth.dns.Answer<T> lookup(
              net.facteur.auth.dns.DomainName name, net.facteur.auth.dns.RecordType<T> type) {
            if (name.text().contains("_domainkey")) {
              seconds.addAndGet(30);
            }
            return answers.lookup(name, type);
          }
        };
    String signature =
        "DKIM-Signature: v=1; a=rsa-sha256; d=forger.example; s=s; h=from; bh=AAAA; b=AAAA\r\n";
    var report =
        authenticate(
            slow,
            clock,
            "192.0.2.1",
            "a@forger.example",
            signature.repeat(3) + "From: b@victim.example\r\n");
    assertEquals(DmarcResult.FAIL, report.dmarc().result());
  }

  @Test
  void aBodyThatCannotBeReadIsOurFaultAndThrown() {
    String signed =
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA; b=AAAA\r\n"
            + "From: b@example.org\r\n";
    var authenticator =
        new MessageAuthenticator(
            ZoneResolver.of(ZONE),
            DkimCrypto.standard(),
            CLOCK,
            MessageAuthenticator.Settings.defaults("mx.example.net"));
    var request =
        new AuthenticationRequest(
            IpLiteral.parse("192.0.2.1").toOptional().orElseThrow(), "mail.example.org", "");
    MessageHeader header = MessageHeader.parse(signed.getBytes(StandardCharsets.ISO_8859_1));
    assertThrows(
        IOException.class,
        () ->
            authenticator.authenticate(
                request,
                header,
                () -> {
                  throw new IOException("disk");
                }));
  }

  @Test
  void noMessageAndNoTransactionThrows() throws IOException {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("MessageAuthenticatorTest seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      String path = noise(random, 30) + "@" + noise(random, 20);
      String header =
          "From: "
              + noise(random, 40)
              + "@example.org\r\nDKIM-Signature: v=1; a=rsa-sha256; d="
              + noise(random, 20)
              + "; s=x; h=from; bh="
              + noise(random, 9)
              + "; b=AA\r\n"
              + noise(random, 40);
      var report = authenticate(ZoneResolver.of(ZONE), "2001:db8::1", path, header);
      assertNotNull(report.trace());
      assertInstanceOf(
          Parsed.Ok.class,
          AuthenticationResults.parse(
              report.toAuthenticationResults("mx.example.net").toField().value()));
    }
  }

  private static String noise(Random random, int max) {
    var out = new StringBuilder();
    for (int n = random.nextInt(max); n > 0; n--) {
      out.append(
          random.nextBoolean()
              ? (char) random.nextInt(256)
              : "a.@;=\"<>(),\r\n ".charAt(random.nextInt(14)));
    }
    return out.toString();
  }

  @Test
  void tenThousandSignaturesAndFromFieldsAreOnlyCounted() throws IOException {
    String signature =
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA; b=AAAA\r\n";
    var zone = ZoneResolver.of(ZONE);
    var report =
        authenticate(
            zone,
            "192.0.2.1",
            "a@example.org",
            signature.repeat(10_000) + "From: b@example.org\r\n".repeat(10_000));
    assertEquals(11, report.signatures().size());
    assertEquals(DmarcResult.PERMERROR, report.dmarc().result());
    assertTrue(zone.lookups() < 40, () -> "" + zone.lookups());
  }
}
