package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import org.junit.jupiter.api.Test;

class DkimVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
  private static final DkimVerifier.Policy DEFAULT = DkimVerifier.Policy.DEFAULT;
  private static final Eml PLAIN =
      Eml.of("From: a@example.com\r\nTo: b@example.org\r\nSubject: s\r\n\r\nHello  world\r\n");

  private static List<DkimOutcome> verify(Eml eml, Resolver dns, DkimVerifier.Policy policy)
      throws Exception {
    return new DkimVerifier(dns, DkimCrypto.standard(), () -> NOW, policy)
        .verify(eml.header(), eml.stream());
  }

  private static Eml sign(Eml eml, SigningKey key, DkimSigner.Settings settings) throws Exception {
    var signer = new DkimSigner(key, settings, () -> NOW);
    HeaderField field = signer.sign(eml.header(), eml.stream());
    return new Eml(eml.header().prepend(List.of(field)), eml.body());
  }

  private static SigningKey rsa() {
    return Samples.key(Samples.RSA, "rsa");
  }

  private static SigningKey edwards() {
    return Samples.key(Samples.EDWARDS, "ed");
  }

  /// Signs a message with a field made by hand, `b=` excepted.
  private static Eml signBy(String tags, Eml eml) throws Exception {
    HeaderField bare = HeaderField.of(DkimSignature.FIELD, " " + tags + "; b=");
    int end = bare.length() - 2;
    String names = tags.replaceAll("(?s).*h=([^;]*).*", "$1");
    byte[] data =
        new FieldIndex(eml.header())
            .headerData(
                DkimNames.colonList(names).orElseThrow(),
                Canonicalization.Form.SIMPLE,
                new SignatureField(bare, end, end));
    String b = Base64Text.encode(rsa().crypto().sign(data));
    HeaderField field = HeaderField.of(DkimSignature.FIELD, " " + tags + "; b=" + b);
    return new Eml(eml.header().prepend(List.of(field)), eml.body());
  }

  private static String tags(Eml eml, String more) {
    var selection = BodySelection.whole(Canonicalization.Form.SIMPLE, HashAlgorithm.SHA256);
    var pass = new BodyPass(List.of(selection));
    pass.update(eml.body(), 0, eml.body().length);
    pass.finish();
    String bh = Base64Text.encode(pass.hash(selection));
    return "v=1; a=rsa-sha256; d=example.com; s=rsa; bh=" + bh + "; " + more;
  }

  private static DkimOutcome only(List<DkimOutcome> outcomes) {
    assertEquals(1, outcomes.size());
    return outcomes.getFirst();
  }

  private static void assertVerdict(DkimResult result, String reason, DkimOutcome outcome) {
    assertEquals(result, outcome.result(), outcome::toString);
    assertTrue(outcome.reason().contains(reason), outcome::reason);
  }

  @Test
  void whatIsSignedVerifiesAndWhatIsAlteredFails() throws Exception {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      Eml eml = Samples.message(random);
      var settings =
          DkimSigner.Settings.DEFAULT.withCanonicalization(
              new Canonicalization(
                  Samples.pick(random, List.of(Canonicalization.Form.values())),
                  Samples.pick(random, List.of(Canonicalization.Form.values()))));
      Eml signed = sign(eml, random.nextBoolean() ? rsa() : edwards(), settings);
      DkimOutcome good = only(verify(signed, Samples.zone(), DEFAULT));
      assertEquals(DkimResult.PASS, good.result(), good::toString);

      byte[] body = signed.body().clone();
      byte[] visible = new byte[body.length + 1];
      System.arraycopy(body, 0, visible, 0, body.length);
      int at = random.nextInt(visible.length);
      visible[at] = (byte) (visible[at] == 'Q' ? 'R' : 'Q');
      assertVerdict(
          DkimResult.FAIL,
          "body hash",
          only(verify(new Eml(signed.header(), visible), Samples.zone(), DEFAULT)));

      Eml twoFroms =
          new Eml(
              signed.header().prepend(List.of(HeaderField.of("From", " eve@example.com"))),
              signed.body());
      assertVerdict(
          DkimResult.FAIL,
          "signature did not verify",
          only(verify(twoFroms, Samples.zone(), DEFAULT)));
    }
  }

  @Test
  void theTwoStepsOfSigningGiveWhatSigningAtOnceGives() throws Exception {
    var signer = new DkimSigner(edwards(), DkimSigner.Settings.DEFAULT, () -> NOW);
    var pass = new BodyPass(List.of(signer.body())).read(PLAIN.stream());
    DkimSigner.Prepared prepared = signer.prepare(PLAIN.header(), pass.hash(signer.body()));
    HeaderField field = prepared.complete(edwards().crypto().sign(prepared.octets()));
    assertEquals(signer.sign(PLAIN.header(), PLAIN.stream()).toString(), field.toString());
    assertEquals(32, prepared.octets().length);
  }

  @Test
  void theDefaultSignatureNamesWhatAReaderSeesOnceTooOftenAndNoTraceFields() throws Exception {
    Eml eml =
        Eml.of(
            "Received: x\r\nReturn-Path: <>\r\nAuthentication-Results: y\r\nFrom: a@example.com\r\n"
                + "To: b@example.org\r\n\r\n");
    Eml signed = sign(eml, rsa(), DkimSigner.Settings.DEFAULT.withExpiry(Duration.ofDays(3)));
    DkimSignature s =
        DkimSignature.parse(signed.header().fields().getFirst().value()).toOptional().orElseThrow();
    assertEquals(
        List.of("From", "From", "To", "To", "Cc", "Subject", "Date", "Reply-To", "Message-ID"),
        s.signedFields());
    assertEquals(NOW.getEpochSecond(), s.timestamp().orElseThrow());
    assertEquals(NOW.getEpochSecond() + 259_200, s.expiration().orElseThrow());
  }

  @Test
  void anUnsignedMessageHasNone() throws Exception {
    List<DkimOutcome> outcomes = verify(PLAIN, Samples.zone(), DEFAULT);
    assertEquals(List.of(), outcomes);
    assertEquals(DkimResult.NONE, DkimOutcome.best(outcomes));
  }

  @Test
  void fieldsAndTimesThatDecide() throws Exception {
    String from = "h=From; ";
    assertVerdict(
        DkimResult.PASS,
        "good signature",
        only(verify(signBy(tags(PLAIN, "h=From"), PLAIN), Samples.zone(), DEFAULT)));
    assertVerdict(
        DkimResult.PERMERROR,
        "From field not signed",
        only(verify(signBy(tags(PLAIN, "h=To"), PLAIN), Samples.zone(), DEFAULT)));
    assertVerdict(
        DkimResult.PERMERROR,
        "domain mismatch",
        only(verify(signBy(tags(PLAIN, from + "i=@example.org"), PLAIN), Samples.zone(), DEFAULT)));
    assertVerdict(
        DkimResult.PERMERROR,
        "expired",
        only(verify(signBy(tags(PLAIN, from + "x=1700000000"), PLAIN), Samples.zone(), DEFAULT)));
    assertVerdict(
        DkimResult.PERMERROR,
        "future",
        only(verify(signBy(tags(PLAIN, from + "t=9999999999"), PLAIN), Samples.zone(), DEFAULT)));
    assertVerdict(
        DkimResult.PERMERROR,
        "larger than the body",
        only(verify(signBy(tags(PLAIN, from + "l=999"), PLAIN), Samples.zone(), DEFAULT)));
  }

  @Test
  void bodyLengthsAreReportedAndMayBeRefused() throws Exception {
    Eml signed = signBy(tags(PLAIN, "h=From; l=" + PLAIN.body().length), PLAIN);
    String longer = new String(signed.body(), StandardCharsets.ISO_8859_1) + "more\r\n";
    Eml grown = new Eml(signed.header(), longer.getBytes(StandardCharsets.ISO_8859_1));
    DkimOutcome outcome = only(verify(grown, Samples.zone(), DEFAULT));
    assertEquals(DkimResult.PASS, outcome.result());
    assertEquals(6, outcome.bodyLength().orElseThrow().unsigned());
    var unsigned = DEFAULT.withBodyLengths(DkimVerifier.BodyLengths.REFUSE_UNSIGNED);
    assertVerdict(
        DkimResult.POLICY, "unsigned content", only(verify(grown, Samples.zone(), unsigned)));
    assertEquals(DkimResult.PASS, only(verify(signed, Samples.zone(), unsigned)).result());
    var never = DEFAULT.withBodyLengths(DkimVerifier.BodyLengths.REFUSE);
    assertEquals(DkimResult.POLICY, only(verify(signed, Samples.zone(), never)).result());
  }

  @Test
  void keyRecordsThatDecide() throws Exception {
    Eml signed = sign(PLAIN, rsa(), DkimSigner.Settings.DEFAULT);
    String p = Samples.RSA.record().publicKey();
    String name = "rsa._domainkey.example.com";
    record Case(String txt, DkimResult result, String reason) {}
    for (Case c :
        List.of(
            new Case("p=" + p, DkimResult.PASS, "good"),
            new Case("v=DKIM1; g=nobody; p=" + p, DkimResult.PASS, "good"),
            new Case("v=DKIM1; p=", DkimResult.PERMERROR, "revoked"),
            new Case("v=DKIM2; p=" + p, DkimResult.PERMERROR, "key syntax error"),
            new Case("p=" + p + "; p=" + p, DkimResult.PERMERROR, "key syntax error"),
            new Case("k=ed25519; p=" + p, DkimResult.PERMERROR, "inappropriate key algorithm"),
            new Case("k=dsa; p=" + p, DkimResult.PERMERROR, "inappropriate key algorithm"),
            new Case("h=sha1; p=" + p, DkimResult.PERMERROR, "inappropriate hash"),
            new Case("s=tlsrpt; p=" + p, DkimResult.PERMERROR, "not for mail"),
            new Case("s=email:x; h=sha256; t=s; p=" + p, DkimResult.PASS, "good"),
            new Case("p=YWJj", DkimResult.PERMERROR, "key syntax error"),
            new Case("v=spf1 -all", DkimResult.PERMERROR, "key syntax error"))) {
      DkimOutcome outcome = only(verify(signed, Samples.zone(name, c.txt()), DEFAULT));
      assertVerdict(c.result(), c.reason(), outcome);
    }
    DkimOutcome testing = only(verify(signed, Samples.zone(name, "t=y; p=" + p), DEFAULT));
    assertTrue(testing.testing());
    assertEquals(1024, testing.keyBits());
  }

  @Test
  void theDnsDecides() throws Exception {
    Eml signed = sign(PLAIN, rsa(), DkimSigner.Settings.DEFAULT);
    String name = "rsa._domainkey.example.com";
    String good = Samples.RSA.record().print();
    var failing = ZoneResolver.of(java.util.Map.of(name, "SERVFAIL"));
    assertVerdict(DkimResult.TEMPERROR, "key unavailable", only(verify(signed, failing, DEFAULT)));
    assertVerdict(
        DkimResult.PERMERROR,
        "no key",
        only(verify(signed, Samples.zone("x.example.com", "y"), DEFAULT)));
    var several =
        ZoneResolver.of(
            java.util.Map.of(
                name,
                java.util.Map.of(
                    "TXT", List.of(List.of("v=spf1 -all"), List.of("p="), List.of(good)))));
    assertEquals(DkimResult.PASS, only(verify(signed, several, DEFAULT)).result());
  }

  @Test
  void keysOfEverySizeGetTheirVerdict() throws Exception {
    Eml signed = sign(PLAIN, rsa(), DkimSigner.Settings.DEFAULT);
    String name = "rsa._domainkey.example.com";
    record Case(int bits, BigInteger exponent, DkimResult result, String reason) {}
    BigInteger usual = BigInteger.valueOf(65537);
    for (Case c :
        List.of(
            new Case(512, usual, DkimResult.PERMERROR, "insufficient key size"),
            new Case(1023, usual, DkimResult.PERMERROR, "insufficient key size"),
            new Case(8192, usual, DkimResult.FAIL, "did not verify"),
            new Case(16_384, usual, DkimResult.POLICY, "too large"),
            new Case(
                2048,
                BigInteger.ONE.shiftLeft(2000).add(BigInteger.ONE),
                DkimResult.POLICY,
                "exponent too large"))) {
      BigInteger modulus = BigInteger.ONE.shiftLeft(c.bits() - 1).add(BigInteger.TEN).setBit(0);
      var key = new DkimPublicKey.Rsa(modulus, c.exponent());
      String record = DkimKeyRecord.of(key).print();
      assertVerdict(
          c.result(), c.reason(), only(verify(signed, Samples.zone(name, record), DEFAULT)));
    }
  }

  @Test
  void tenThousandSignaturesCostTenLookUpsAtMost() throws Exception {
    var header = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      header
          .append("DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s")
          .append(i)
          .append("; h=From; bh=YWJj; b=YWJj\r\n");
    }
    var dns = ZoneResolver.of(java.util.Map.of());
    List<DkimOutcome> outcomes =
        verify(Eml.of(header + "From: a@example.com\r\n\r\nx"), dns, DEFAULT);
    assertEquals(11, outcomes.size());
    assertEquals(10, dns.lookups());
    assertVerdict(DkimResult.NEUTRAL, "9990 more", outcomes.getLast());
    assertEquals(DkimResult.PERMERROR, DkimOutcome.best(outcomes));
  }

  @Test
  void hugeAndOddHeadersGetAVerdict() throws Exception {
    String big = "x".repeat(1_000_000);
    for (String header :
        List.of(
            "Subject: " + big + "\r\nFrom: a@example.com\r\n",
            "From: \r\n",
            "From: a@example.com\r\nFrom: b@example.com\r\n",
            "From: \0\u00ff\u0080 a@example.com\r\nno colon here\r\n: empty name\r\n",
            big + "\r\nFrom : a@example.com\r\n")) {
      Eml signed = sign(Eml.of(header + "\r\nbody"), rsa(), DkimSigner.Settings.DEFAULT);
      assertEquals(DkimResult.PASS, only(verify(signed, Samples.zone(), DEFAULT)).result());
    }
    Eml hugeField = Eml.of("DKIM-Signature: v=1; b=" + big + "\r\nFrom: a@example.com\r\n\r\n");
    assertVerdict(
        DkimResult.PERMERROR, "syntax error", only(verify(hugeField, Samples.zone(), DEFAULT)));
    String many = "From" + ":X".repeat(2000);
    Eml manyNames = Eml.of("DKIM-Signature: " + tags(PLAIN, "h=" + many) + "; b=YWJj\r\n\r\n");
    assertVerdict(
        DkimResult.PERMERROR, "syntax error", only(verify(manyNames, Samples.zone(), DEFAULT)));
    String often = "From" + ":From".repeat(900);
    assertEquals(
        DkimResult.PASS,
        only(verify(signBy(tags(PLAIN, "h=" + often), PLAIN), Samples.zone(), DEFAULT)).result());
  }

  @Test
  void aFieldThatIsNamedTwiceIsTakenFromBelow() {
    Eml eml = Eml.of("X: 1\r\nx: 2\r\nX: 3\r\n\r\n");
    List<HeaderField> selected = new FieldIndex(eml.header()).select(List.of("x", "X", "Y"));
    assertEquals(List.of("X: 3", "x: 2"), selected.stream().map(HeaderField::toString).toList());
  }

  @Test
  void privateKeysSurviveTheirFile() {
    for (DkimPrivateKey key : List.of(Samples.RSA, Samples.EDWARDS)) {
      DkimPrivateKey again = DkimPrivateKey.parse(key.toPem()).toOptional().orElseThrow();
      assertEquals(key, again);
      assertEquals(key.publicKey(), again.record().key().toOptional().orElseThrow());
      assertNotEquals(key.toPem(), key.toString());
    }
  }
}
