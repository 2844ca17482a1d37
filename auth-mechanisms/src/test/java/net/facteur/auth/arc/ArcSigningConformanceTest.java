package net.facteur.auth.arc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.auth.ConformanceCases;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The signing suite of the ARC working group: the three fields have to be the suite's but for
/// white space, signatures and all, and the message has to validate with them.
class ArcSigningConformanceTest {
  private static final String SUITE = "arc/valimail-suite/arc-draft-sign-tests.yml";

  /// The seals of the suite were made over message signatures that are not folded yet.
  private static final int UNFOLDED = 990;

  /// What all cases of one document share.
  private record Scenario(SigningKey key, ZoneResolver zone) {}

  @TestFactory
  Stream<DynamicTest> everySetIsTheSuites() {
    String text = ArcConformanceTest.emptyScalarsMended(ConformanceCases.octets(SUITE));
    var settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
    return StreamSupport.stream(new Load(settings).loadAllFromString(text).spliterator(), false)
        .flatMap(d -> d instanceof Map<?, ?> scenario ? scenario(scenario) : Stream.empty());
  }

  private static Stream<DynamicTest> scenario(Map<?, ?> document) {
    var zone = new HashMap<String, Object>();
    if (document.get("txt-records") instanceof Map<?, ?> records) {
      records.forEach(
          (name, value) ->
              zone.put(
                  String.valueOf(name),
                  Map.of("TXT", List.of(String.valueOf(value).replace("\n", "")))));
    }
    var scenario = new Scenario(key(document), ZoneResolver.of(zone));
    if (!(document.get("tests") instanceof Map<?, ?> tests)) {
      throw new IllegalStateException("a scenario without tests");
    }
    return tests.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    String.valueOf(e.getKey()), () -> check((Map<?, ?>) e.getValue(), scenario)));
  }

  private static SigningKey key(Map<?, ?> document) {
    DkimPrivateKey key =
        DkimPrivateKey.parse(text(document, "privatekey")).toOptional().orElseThrow();
    try {
      return new SigningKey(
          DomainName.of(text(document, "domain")),
          DomainName.of(text(document, "sel")),
          key.algorithm(),
          DkimCrypto.standard().signer(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(Map<?, ?> of, String name) {
    return of.get(name) == null ? "" : String.valueOf(of.get(name));
  }

  private static void check(Map<?, ?> test, Scenario scenario) throws Exception {
    String message = text(test, "message").replace("\n", "\r\n");
    int end = message.indexOf("\r\n\r\n");
    MessageHeader header = MessageHeader.parse(octets(message.substring(0, end + 2)));
    MessageBody body = MessageBody.of(octets(message.substring(end + 4)));
    InstantSource clock =
        InstantSource.fixed(Instant.ofEpochSecond(Long.parseLong(text(test, "t"))));
    var validator =
        new ArcValidator(
            scenario.zone(), DkimCrypto.standard(), clock, DkimVerifier.Policy.DEFAULT);
    AuthenticationResults results = results(header, text(test, "srv-id"));
    ArcOutcome chain = asFound(validator.validate(header, body), results);
    List<String> fields = List.of(text(test, "sig-headers").split(":", -1));
    List<HeaderField> set =
        new ArcSealer(scenario.key(), clock, fields, UNFOLDED).seal(header, body, results, chain);
    assertEquals(
        Stream.of("AS", "AMS", "AAR")
            .map(name -> compact(text(test, name)))
            .filter(value -> !value.isEmpty())
            .toList(),
        set.stream().map(field -> compact(field.value())).toList());
    // the older sets of the suite do not validate, so only fresh chains can
    if (!set.isEmpty() && chain.sets().isEmpty()) {
      ArcOutcome after = validator.validate(header.prepend(set), body);
      assertEquals(ChainStatus.PASS, after.status(), after::reason);
    }
  }

  /// The status is the one that the host wrote down when the message came in.
  private static ArcOutcome asFound(ArcOutcome chain, AuthenticationResults results) {
    ChainStatus status =
        results.results().stream()
            .filter(result -> result.method().equals("arc"))
            .map(result -> ChainStatus.of(result.result()).orElseThrow())
            .findFirst()
            .orElse(chain.status());
    return new ArcOutcome(status, chain.reason(), chain.sets(), chain.oldestPass(), chain.trace());
  }

  /// All results that the host wrote, in order.
  private static AuthenticationResults results(MessageHeader header, String host) {
    var all = new ArrayList<MethodResult>();
    for (HeaderField field : header.all(AuthenticationResults.FIELD_NAME)) {
      if (AuthenticationResults.parseLeniently(field.value())
              instanceof Parsed.Ok<AuthenticationResults>(AuthenticationResults read)
          && read.authservId().equals(host)) {
        all.addAll(read.results());
      }
    }
    return new AuthenticationResults(host, all);
  }

  private static String compact(String value) {
    return value.replaceAll("\\s+", "");
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
