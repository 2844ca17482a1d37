package net.facteur.auth.arc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dkim.SigningAlgorithm;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;

class ArcSealerTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));
  private static final MessageBody BODY = body("Hello\r\n");
  private static final AuthenticationResults RESULTS =
      new AuthenticationResults(
          "mx.example.net", List.of(MethodResult.of("spf", "pass").with("smtp", "helo", "a;b")));

  private final KeyPair keys;
  private final ArcSealer sealer;
  private final ArcValidator validator;

  ArcSealerTest() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    keys = generator.generateKeyPair();
    sealer =
        new ArcSealer(
            new SigningKey(
                DomainName.of("example.net"),
                DomainName.of("arc"),
                SigningAlgorithm.RSA_SHA256,
                this::sign),
            CLOCK);
    String record =
        "v=DKIM1; p=" + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    validator =
        new ArcValidator(
            ZoneResolver.of(Map.of("arc._domainkey.example.net", Map.of("TXT", List.of(record)))),
            DkimCrypto.standard(),
            CLOCK,
            DkimVerifier.Policy.DEFAULT);
  }

  private byte[] sign(byte[] octets) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keys.getPrivate());
    signature.update(octets);
    return signature.sign();
  }

  private static MessageBody body(String text) {
    return MessageBody.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private MessageHeader sealed(int times) throws IOException, GeneralSecurityException {
    var header =
        new MessageHeader(
            List.of(
                HeaderField.of("From", " a@example.org"), HeaderField.of("Subject", " Greetings")));
    for (int i = 0; i < times; i++) {
      header = header.prepend(sealer.seal(header, BODY, RESULTS, validator.validate(header, BODY)));
    }
    return header;
  }

  @Test
  void chainsOfOneToFiftySealsPassAndEndThere() throws Exception {
    for (int times : new int[] {1, 2, 50}) {
      ArcOutcome outcome = validator.validate(sealed(times), BODY);
      assertEquals(ChainStatus.PASS, outcome.status(), outcome.reason());
      assertEquals(times, outcome.sets().size());
      assertEquals(0, outcome.oldestPass());
      assertTrue(outcome.sealedOnlyBy(Set.of(DomainName.of("example.net"))));
      assertEquals(Parsed.ok(RESULTS), outcome.sets().getLast().authenticationResults());
    }
    MessageHeader full = sealed(50);
    assertEquals(List.of(), sealer.seal(full, BODY, RESULTS, validator.validate(full, BODY)));
  }

  @Test
  void aChangedMessageOrSetBreaksTheChainWhichIsMarkedOnceAsFailed() throws Exception {
    MessageHeader header = sealed(2);
    assertEquals(ChainStatus.FAIL, validator.validate(header, body("Hullo\r\n")).status());
    String forged =
        new String(header.octets(), StandardCharsets.ISO_8859_1).replace("spf=pass", "spf=fail");
    MessageHeader changed = MessageHeader.parse(forged.getBytes(StandardCharsets.ISO_8859_1));
    ArcOutcome outcome = validator.validate(changed, BODY);
    assertEquals(ChainStatus.FAIL, outcome.status());
    List<HeaderField> mark = sealer.seal(changed, BODY, RESULTS, outcome);
    assertEquals(3, mark.size());
    assertTrue(mark.getFirst().value().contains("cv=fail"), mark::toString);
    MessageHeader marked = changed.prepend(mark);
    ArcOutcome after = validator.validate(marked, BODY);
    assertEquals(ChainStatus.FAIL, after.status());
    assertEquals(List.of(), sealer.seal(marked, BODY, RESULTS, after));
  }

  @Test
  void whatTheFirstOfTrustedSealersFoundToPassIsBelieved() throws Exception {
    var found =
        new AuthenticationResults(
            "mx.example.net",
            List.of(
                MethodResult.of("dmarc", "pass").with("header", "from", "Example.ORG"),
                MethodResult.of("dmarc", "fail").with("header", "from", "example.com"),
                MethodResult.of("dmarc", "pass")));
    var header = new MessageHeader(List.of(HeaderField.of("From", " a@example.org")));
    header = header.prepend(sealer.seal(header, BODY, found, validator.validate(header, BODY)));
    ArcOutcome chain = validator.validate(header, BODY);
    var us = Set.of(DomainName.of("example.net"));
    assertEquals(Set.of(DomainName.of("example.org")), chain.foundToPassDmarc(us));
    assertEquals(Set.of(), chain.foundToPassDmarc(Set.of(DomainName.of("example.com"))));
    ArcOutcome broken = validator.validate(header, body("Hullo\r\n"));
    assertEquals(Set.of(), broken.foundToPassDmarc(us));
    ArcOutcome none = validator.validate(new MessageHeader(List.of()), BODY);
    assertEquals(Set.of(), none.foundToPassDmarc(us));
  }
}
