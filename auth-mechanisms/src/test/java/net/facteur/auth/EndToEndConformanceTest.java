package net.facteur.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Whole messages of another implementation, checked by everything together.
class EndToEndConformanceTest {
  private static final String FOLDER = "end-to-end/valimail-authheaders/";

  /// What the table says in words, read with RFC 9989. Where it leaves a choice, the sentence that
  /// decides stands beside.
  ///
  /// @param source the tag that gives the policy, empty where there is no policy
  private record Expected(String dkim, String dmarc, String source, String applied) {}

  private static final Map<String, Expected> EXPECTED =
      Map.ofEntries(
          Map.entry("test.message_signed", new Expected("pass", "pass", "p", "reject")),
          // 4.8: the stray word is ignored
          Map.entry("test.bad.message", new Expected("none", "fail", "p", "none")),
          // 4.4: no identifier alignment without a well-formed From; permerror, not none, so that
          // local policy can tell it from a domain without DMARC
          Map.entry("test.nofrom.message", new Expected("none", "permerror", "", "")),
          Map.entry("test.gov.message", new Expected("none", "fail", "np", "reject")),
          Map.entry("test.message_sub", new Expected("fail", "fail", "sp", "reject")),
          Map.entry("test.message_np1", new Expected("", "fail", "np", "reject")),
          Map.entry("test.message_np2", new Expected("", "fail", "sp", "quarantine")),
          // 4.10.1: no valid p and no rua, so no DMARC processing
          Map.entry("test_nop.message", new Expected("none", "none", "", "")),
          Map.entry("testcomma.message", new Expected("pass", "pass", "p", "reject")),
          // 11.5: the most strict policy among the checks that fail
          Map.entry("test.message_multi", new Expected("fail", "fail", "p", "reject")),
          Map.entry("test.message_multi2", new Expected("fail", "fail", "p", "reject")));

  @TestFactory
  Stream<DynamicTest> everyMessageComesOutAsItsTableSays() {
    ZoneResolver zone = zone();
    return ConformanceCases.cases(FOLDER + "cases.json")
        .map(c -> c.get("file").asString())
        .map(file -> DynamicTest.dynamicTest(file, () -> check(file, zone)));
  }

  private static void check(String file, ZoneResolver zone) throws IOException {
    Expected expected = Objects.requireNonNull(EXPECTED.get(file), file);
    AuthenticationReport report = authenticate(file, zone);
    if (!expected.dkim().isEmpty()) {
      assertEquals(expected.dkim(), report.dkim().word(), () -> report.trace().toString());
    }
    assertEquals(expected.dmarc(), report.dmarc().result().word(), () -> report.trace().toString());
    if (!expected.source().isEmpty()) {
      var evaluated = assertInstanceOf(DmarcOutcome.Evaluated.class, report.dmarc());
      assertEquals(expected.source(), evaluated.policySource().tag());
      assertEquals(expected.applied(), evaluated.applied().word());
    }
  }

  private static AuthenticationReport authenticate(String file, ZoneResolver zone)
      throws IOException {
    String message =
        new String(ConformanceCases.octets(FOLDER + file), StandardCharsets.ISO_8859_1)
            .replace("\r\n", "\n")
            .replace("\n", "\r\n");
    int end = message.indexOf("\r\n\r\n");
    var authenticator =
        new MessageAuthenticator(
            zone,
            DkimCrypto.standard(),
            InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)),
            new MessageAuthenticator.Settings(
                "mx.example.org",
                Duration.ofSeconds(20),
                DkimVerifier.Policy.DEFAULT,
                DmarcLocalPolicy.asPublished()));
    return authenticator.authenticate(
        new AuthenticationRequest(
            IpLiteral.parse("192.0.2.1").toOptional().orElseThrow(),
            "mail.example.test",
            "bounce@example.test"),
        MessageHeader.parse(octets(message.substring(0, end + 2))),
        MessageBody.of(octets(message.substring(end + 4))));
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The table's DNS: a text is a TXT record; an address record is only told to exist.
  private static ZoneResolver zone() {
    var zone = new HashMap<String, Object>();
    JsonNode dns = ConformanceCases.file(FOLDER + "cases.json").get("dns");
    dns.properties()
        .forEach(
            e -> {
              String text = e.getValue().asString();
              if (e.getKey().endsWith(" A")) {
                String name = e.getKey().substring(0, e.getKey().length() - 2);
                zone.put(name, Map.of("A", List.of("192.0.2.9")));
              } else if (!text.equals("NXDOMAIN")) {
                zone.put(e.getKey(), Map.of("TXT", List.of(text)));
              }
            });
    return ZoneResolver.of(zone);
  }
}
