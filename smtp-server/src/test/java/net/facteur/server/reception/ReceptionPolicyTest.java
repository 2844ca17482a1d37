package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.arc.ArcSealer;
import net.facteur.auth.arc.ArcValidator;
import net.facteur.auth.arc.ChainStatus;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.server.providers.Providers;
import net.facteur.server.signing.ActiveKeys;
import net.facteur.server.signing.ArcMessageSealer;
import net.facteur.server.signing.KeysInForce;
import net.facteur.server.signing.SigningPool;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.SmtpReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each setting about reception does to a message, settings as a file has them.
class ReceptionPolicyTest {
  private static final DkimPrivateKey RSA = generate(1024);
  private static final DomainName LIST = DomainName.of("lists.example");

  private final ReceptionBench bench = new ReceptionBench();

  ReceptionPolicyTest() {
    publish("plain.example", "v=spf1 ip4:192.0.2.7 -all");
    publish("soft.example", "v=spf1 ~all");
    publish("mute.example", "v=spf1 ?all");
    publish("broken.example", "v=spf1 nonsense");
    bench.zone.put("slow.example", "TIMEOUT");
    publish("strict.example", "v=spf1 -all");
    publish("_dmarc.strict.example", "v=DMARC1; p=reject");
    publish("lax.example", "v=spf1 -all");
    publish("_dmarc.lax.example", "v=DMARC1; p=none");
    publish("adsp.example", "v=spf1 -all");
    publish("_adsp._domainkey.adsp.example", "dkim=discardable");
    publish("_adsp._domainkey.strict.example", "dkim=discardable");
    publish("mx.client.example", "v=spf1 -all");
    publish("s._domainkey.lists.example", RSA.record().print());
    publish("s._domainkey.plain.example", RSA.record().print());
  }

  private void publish(String name, String text) {
    bench.zone.put(name, Map.of("TXT", List.of(List.of(text)), "A", List.of("192.0.2.7")));
  }

  private static DkimPrivateKey generate(int bits) {
    return DkimPrivateKey.generate(KeyType.RSA, bits, new SecureRandom());
  }

  private static SigningKey key(DomainName domain) {
    try {
      return new SigningKey(
          domain, DomainName.of("s"), RSA.algorithm(), DkimCrypto.standard().signer(RSA));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String outcome(String settings, String domain) {
    return outcome(settings, domain, "From: alice@" + domain + "\r\n\r\n");
  }

  private String outcome(String settings, String domain, String header) {
    SmtpReply reply = bench.receive(ReceptionBench.settings(settings), 9, domain, header);
    return reply.code() == 250
        ? bench.destination().replace(":bob@example.org", "")
        : reply.code() + " " + reply.status().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reception.spf.mailfrom { }                          | plain.example  | maildir",
        "reception.spf.mailfrom { fail = note }              | plain.example  | maildir",
        "reception.spf.mailfrom { fail = quarantine }        | plain.example  | junk",
        "reception.spf.mailfrom { fail = defer }             | plain.example  | 451 4.7.1",
        "reception.spf.mailfrom { fail = reject }            | plain.example  | 550 5.7.23",
        "reception.spf.mailfrom { fail = reject 554 5.7.0 }  | plain.example  | 554 5.7.0",
        "reception.spf.mailfrom { fail = defer 450 4.7.23 }  | plain.example  | 450 4.7.23",
        "reception.spf.mailfrom { softfail = quarantine }    | soft.example   | junk",
        "reception.spf.mailfrom { neutral = quarantine }     | mute.example   | junk",
        "reception.spf.mailfrom { none = reject }            | none.example   | 550 5.7.23",
        "reception.spf.mailfrom { temperror = defer }        | slow.example   | 451 4.7.24",
        "reception.spf.mailfrom { permerror = reject }       | broken.example | 550 5.7.24",
        "reception.spf.mailfrom { softfail = reject }        | plain.example  | maildir",
        "reception.spf.helo { fail = quarantine }            | plain.example  | junk",
        // the stricter of both
        "reception.spf { helo { fail = defer }, mailfrom { fail = reject } } | plain.example"
            + " | 550 5.7.23",
        "reception.spf { helo { fail = reject }, mailfrom { fail = defer } } | plain.example"
            + " | 550 5.7.23",
        // SPF alone never rejects where DMARC decides
        "reception.spf { helo { fail = reject }, mailfrom { fail = reject } } | strict.example"
            + " | junk",
        "reception.spf { helo { fail = reject }, mailfrom { fail = reject } } | lax.example"
            + " | maildir",
      })
  void theSpfTableDecidesWhereDmarcDoesNot(String settings, String domain, String outcome) {
    assertEquals(outcome, outcome(settings, domain));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reception.spf.mailfrom { fail = reject 450 5.7.1 } | do not fit reject",
        "reception.spf.mailfrom { fail = defer 451 5.7.1 }  | do not fit defer",
        "reception.spf.mailfrom { fail = note 250 2.0.0 }   | allowed is note, quarantine",
        "reception.spf.mailfrom { fail = quarantine 550 5.7.1 } | do not fit quarantine",
        "reception.spf.mailfrom { fail = drop }             | allowed is note, quarantine",
        "reception.spf.mailfrom { bad = reject }            | allowed is one of none, neutral",
        "reception.adsp-discardable = defer                 | allowed is one of note, quarantine",
      })
  void mistakesAreTold(String settings, String words) {
    String said =
        assertThrows(AssertionError.class, () -> ReceptionBench.settings(settings)).getMessage();
    assertTrue(String.valueOf(said).contains(words), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reception.dmarc = quarantine                                  | junk",
        "reception.dmarc = follow                                      | 550 5.7.1",
        "reception.dmarc = note                                        | maildir",
        "reception.dmarc-domains { \"strict.example\" = none }         | maildir",
        "reception.dmarc-domains { \"strict.example\" = reject }       | 550 5.7.1",
        "reception.dmarc-domains { \"example\" = none }                | maildir",
        "reception.dmarc-domains { \"other.example\" = none }          | junk",
      })
  void theListOfDomainsGoesBeforeWhatTheyPublish(String settings, String outcome) {
    assertEquals(outcome, outcome(settings, "strict.example"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // as strict as the same address well written
        "follow     | From: alice@strict.example                      | 550 5.7.1",
        "follow     | From: <alice@strict.example                     | 550 5.7.1",
        "follow     | From: alice@strict.example>                     | 550 5.7.1",
        "follow     | From: \"alice@strict.example                    | 550 5.7.1",
        "follow     | From: <<alice@strict.example>>                  | 550 5.7.1",
        "follow     | From: <alice@strict..example>                   | 550 5.7.1",
        "follow     | From: <alice@[strict.example]>                  | 550 5.7.1",
        "follow     | From: alice@strict.example b@plain.example      | 550 5.7.1",
        "follow     | From: b@plain.example/From: a@strict.example    | 550 5.7.1",
        "follow     | From: b@plain.example/From : a@strict.example   | 550 5.7.1",
        "follow     | From: b@plain.example/From\u00a0: a@strict.example | 550 5.7.1",
        "follow     | From: =?utf-8?q?a=40strict.example?=            | 550 5.7.1",
        "follow     | Sender: alice@strict.example                    | 550 5.7.1",
        "follow     | From: a@p.test,b@q.test,c@r.test,d@s.test,e@strict.example | 550 5.7.1",
        "quarantine | From: <alice@strict.example                     | junk",
        "note       | From: <alice@strict.example                     | maildir",
        // nothing to read
        "follow     | From: CEO                                       | junk",
        "follow     | Subject: x                                      | junk",
        "follow     | Sender: alice@plain.example                     | junk",
        "follow     | From: a@[192.0.2.1]                             | junk",
        "follow     | From: CEO/From: a@plain.example                 | junk",
        "reject     | From: CEO                                       | 550 5.6.0",
        "reject     | Subject: x                                      | 550 5.6.0",
        "unnoted    | From: CEO                                       | maildir",
        // readable, and nobody objects
        "follow     | From: <alice@plain.example                      | maildir",
        "reject     | From: alice@plain.example>                      | maildir",
        // a display name never counts
        "follow     | From: \"a@strict.example\" <b@plain.example>    | maildir",
        "follow     | From: 'a@strict.example' via L <b@plain.example> | maildir",
        // more than can be looked at, and look-ups that a forger makes fail
        "follow     | From: a@a.q,a@b.q,a@c.q,a@d.q,a@e.q,a@f.q,a@g.q,a@h.q,a@i.q,a@j.q,a@k.q"
            + " | 550 5.6.0",
        "quarantine | From: a@a.q,a@b.q,a@c.q,a@d.q,a@e.q,a@f.q,a@g.q,a@h.q,a@i.q,a@j.q,a@k.q"
            + " | junk",
        "follow     | From: a@timeout.example, b@plain.example        | 451 4.7.1",
        "quarantine | From: a@timeout.example, b@plain.example        | junk",
        "follow     | From: a@timeout.example                         | maildir",
      })
  void aFromThatCannotBeReadIsTreatedNoBetterThanOneThatCan(
      String setting, String fields, String outcome) {
    bench.zone.put("_dmarc.timeout.example", "TIMEOUT");
    String settings =
        switch (setting) {
          case "reject" -> "reception { dmarc = follow, dmarc-unclear = reject }";
          case "unnoted" -> "reception { dmarc = follow, dmarc-unclear = note }";
          default -> "reception.dmarc = " + setting;
        };
    assertEquals(
        outcome, outcome(settings, "plain.example", fields.replace("/", "\r\n") + "\r\n\r\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "note, adsp.example, maildir",
    "quarantine, adsp.example, junk",
    "reject, adsp.example, 550 5.7.22",
    // DMARC goes first
    "reject, strict.example, junk",
    "reject, plain.example, maildir",
  })
  void adspActsOnlyWhereItIsToldToAndDmarcIsSilent(String action, String domain, String outcome) {
    assertEquals(outcome, outcome("reception.adsp-discardable = " + action, domain));
  }

  @Test
  void adspIsNotedUnlessSomebodySaysMore() {
    assertEquals("maildir", outcome("", "adsp.example"));
    assertTrue(verdict().contains("dkim-adsp=discard header.from=adsp.example"), verdict());
  }

  private String verdict() {
    return bench.header().first("Authentication-Results").orElseThrow().unfolded();
  }

  @ParameterizedTest
  @CsvSource({
    "'', Hello, pass",
    "'', Hello/more, policy",
    "accept, Hello, pass",
    "accept, Hello/more, pass",
    "refuse-unsigned, Hello, pass",
    "refuse-unsigned, Hello/more, policy",
    "refuse, Hello, policy",
  })
  void bodyLengthsAreWorthWhatTheSettingSays(String setting, String body, String result)
      throws Exception {
    var header =
        MessageHeader.parse("From: a@plain.example\r\n".getBytes(StandardCharsets.US_ASCII));
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(ReceptionBench.BODY);
    String tags =
        "v=1; a=rsa-sha256; c=relaxed/relaxed; d=plain.example; s=s; h=from; l=7; bh="
            + Base64.getEncoder().encodeToString(hash)
            + "; b=";
    String signed = "from:a@plain.example\r\ndkim-signature:" + tags;
    byte[] signature =
        key(DomainName.of("plain.example"))
            .crypto()
            .sign(signed.getBytes(StandardCharsets.US_ASCII));
    HeaderField field =
        HeaderField.of(
            "DKIM-Signature", " " + tags + Base64.getEncoder().encodeToString(signature));
    ReceptionSettings settings =
        ReceptionBench.settings(
            setting.isEmpty() ? "" : "reception.dkim.body-lengths = " + setting);
    var report =
        new net.facteur.auth.MessageAuthenticator(
                ZoneResolver.of(bench.zone),
                DkimCrypto.standard(),
                ReceptionBench.CLOCK,
                settings.authentication("mail.example.org"))
            .authenticate(
                new net.facteur.auth.AuthenticationRequest(
                    java.net.InetAddress.getLoopbackAddress(), "h.example", ""),
                header.prepend(List.of(field)),
                MessageBody.of(
                    (body.replace("/", "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII)));
    assertEquals(result, report.dkim().word(), report.trace()::toString);
    boolean unsigned = result.equals("pass") && body.length() > 5;
    assertEquals(
        unsigned,
        report
            .toAuthenticationResults("mail.example.org")
            .toString()
            .contains("6 octets of the body unsigned"),
        () -> report.toAuthenticationResults("mail.example.org").toString());
  }

  @Test
  void onlyASettingLetsSha1Pass() {
    assertFalse(ReceptionBench.settings("").dkim().legacySha1());
    DkimVerifier.Policy legacy = ReceptionBench.settings("reception.dkim.rsa-sha1 = on").dkim();
    assertEquals(
        DkimVerifier.Policy.DEFAULT
            .withBodyLengths(DkimVerifier.BodyLengths.REFUSE_UNSIGNED)
            .withLegacySha1(true),
        legacy);
    assertEquals(1024, legacy.minRsaBits(), "small keys stay refused");
  }

  /// A message of `strict.example` that a list changed and sealed.
  private String fromTheList(String found) throws Exception {
    var header =
        MessageHeader.parse("From: alice@strict.example\r\n".getBytes(StandardCharsets.US_ASCII));
    MessageBody body = MessageBody.of(ReceptionBench.BODY);
    var results =
        new AuthenticationResults(
            "mx.lists.example",
            List.of(MethodResult.of("dmarc", found).with("header", "from", "strict.example")));
    List<HeaderField> seals =
        new ArcSealer(key(LIST), ReceptionBench.CLOCK)
            .seal(header, body, results, validated(header));
    return new String(header.prepend(seals).section(), StandardCharsets.US_ASCII);
  }

  private ArcOutcome validated(MessageHeader header) throws Exception {
    return new ArcValidator(
            ZoneResolver.of(bench.zone),
            DkimCrypto.standard(),
            ReceptionBench.CLOCK,
            DkimVerifier.Policy.DEFAULT)
        .validate(header, MessageBody.of(ReceptionBench.BODY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arc.trusted-sealers = [\"lists.example\"] | pass | maildir",
        "arc.trusted-sealers = [\"lists.example\"] | fail | junk",
        "arc.trusted-sealers = [\"other.example\"] | pass | junk",
        "arc.trusted-sealers = []                  | pass | junk",
      })
  void whatATrustedListFoundToPassIsNotHeldAgainstItsChanges(
      String settings, String found, String outcome) throws Exception {
    assertEquals(outcome, outcome(settings, "lists.example", fromTheList(found)));
  }

  @Test
  void forwardedMailIsSealedAfterOurVerdictWhereThatIsOn() throws Exception {
    var pool =
        SigningPool.start(
            new SigningSettings(
                1, 10, Map.of(), net.facteur.auth.dkim.DkimSigner.Settings.DEFAULT));
    try (pool) {
      var keys = new ActiveKeys(Map.of(DomainName.of("example.org"), List.of(ours())));
      var sealer = new ArcMessageSealer(pool, new KeysInForce(keys), ReceptionBench.CLOCK);
      ReceptionService service =
          bench.service(ReceptionBench.settings("arc.seal-forwards = on"), Optional.of(sealer));
      assertEquals(250, bench.receive(service, "carol", 7, "plain.example", MAIL).code());
      assertEquals(
          List.of(
              "ARC-Seal",
              "ARC-Message-Signature",
              "ARC-Authentication-Results",
              "Authentication-Results",
              "Received",
              "From"),
          bench.header().fields().stream().map(HeaderField::name).toList());
      publish("s._domainkey.example.org", RSA.record().print());
      ArcOutcome chain = validated(bench.header());
      assertEquals(ChainStatus.PASS, chain.status(), chain.reason());
      assertTrue(
          chain.sets().getFirst().results().unfolded().contains("spf=pass"),
          chain.sets().getFirst().results()::unfolded);
      assertTrue(threads.stream().allMatch(n -> n.startsWith(SigningPool.THREAD_NAME)));
      assertEquals(2, threads.size());
      bench.queued.clear();
      bench.receive(service, "bob", 7, "plain.example", MAIL);
      assertTrue(bench.header().all("ARC-Seal").isEmpty(), "what stays here is not sealed");
      bench.queued.clear();
      bench.receive(
          bench.service(ReceptionBench.settings("arc.seal-forwards = off"), Optional.of(sealer)),
          "carol",
          7,
          "plain.example",
          MAIL);
      assertTrue(bench.header().all("ARC-Seal").isEmpty(), "off");
    }
  }

  /// Carol's mail goes on to `far.example`.
  @ParameterizedTest
  @CsvSource({
    "auto, google, true",
    "auto, microsoft, true",
    "auto, orange, false",
    "auto, '', false",
    "on, '', true",
    "true, orange, true",
    "off, google, false",
    "no, google, false",
  })
  void mailIsSealedForProvidersThatAskForwardersForIt(String when, String provider, boolean sealed)
      throws IOException {
    var asked = new ArrayList<String>();
    ReceptionService service =
        bench.service(
            ReceptionBench.settings("arc.seal-forwards = " + when),
            Optional.of(
                (domain, _, _, _, _) -> {
                  asked.add(domain.text());
                  return CompletableFuture.completedFuture(List.of());
                }),
            domain ->
                domain.equals("far.example")
                    ? Providers.shipped().named(provider)
                    : Optional.empty());
    assertEquals(250, bench.receive(service, "carol", 7, "plain.example", MAIL).code());
    assertEquals(sealed ? List.of("example.org") : List.of(), asked);
    asked.clear();
    assertEquals(250, bench.receive(service, "bob", 7, "plain.example", MAIL).code());
    assertEquals(List.of(), asked, "what stays here is not sealed");
  }

  @Test
  void mailIsSealedWhereItHelpsUnlessTheSettingsSayOtherwise() {
    assertEquals(SealForwards.AUTO, ReceptionSettings.DEFAULTS.sealForwards());
  }

  private static final String MAIL = "From: alice@plain.example\r\n\r\n";

  private final List<String> threads = new ArrayList<>();

  /// A key that tells who used it.
  private SigningKey ours() {
    SigningKey key = key(DomainName.of("example.org"));
    return new SigningKey(
        key.domain(),
        key.selector(),
        key.algorithm(),
        octets -> {
          threads.add(Thread.currentThread().getName());
          return key.crypto().sign(octets);
        });
  }

  @Test
  void aFullSigningQueuePutsTheClientOff() {
    ReceptionService service =
        bench.service(
            ReceptionBench.settings("arc.seal-forwards = on"),
            Optional.of(
                (_, _, _, _, _) ->
                    java.util.concurrent.CompletableFuture.failedFuture(
                        new net.facteur.server.signing.SigningBusyException(
                            new IllegalStateException("full")))));
    assertEquals(451, bench.receive(service, "carol", 7, "plain.example", MAIL).code());
    assertEquals(List.of(), bench.queued);
  }
}
