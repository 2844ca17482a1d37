package net.facteur.auth.spf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import org.junit.jupiter.api.Test;

class ReceivedSpfTest {
  private static final ZoneResolver ZONE =
      ZoneResolver.of(
          Map.of(
              "example.com", Map.of("TXT", "v=spf1 ip4:192.0.2.1 -all"),
              "broken.test", Map.of("TXT", "v=spf1 nonsense")));

  private static String value(String client, String helo, String reversePath) {
    var request =
        SpfRequest.mailFrom(IpLiteral.parse(client).toOptional().orElseThrow(), helo, reversePath);
    var verifier = new SpfVerifier(ZONE, () -> Instant.EPOCH, "mx.example.org");
    return ReceivedSpf.value(verifier.check(request), request, "mx.example.org");
  }

  /// Reads the key-value-list of a value written above.
  private static Map<String, String> pairs(String value) {
    var pairs = new LinkedHashMap<String, String>();
    String[] lines = value.split("\r\n ", -1);
    for (int i = 2; i < lines.length; i++) {
      int equals = lines[i].indexOf('=');
      assertTrue(lines[i].endsWith(";"), lines[i]);
      String text = lines[i].substring(equals + 1, lines[i].length() - 1);
      if (text.startsWith("\"")) {
        text = text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
      }
      pairs.put(lines[i].substring(0, equals), text);
    }
    return pairs;
  }

  @Test
  void tellsWhatIsNeededToCheckAgain() {
    String value = value("192.0.2.1", "mail.example.com", "alice@example.com");
    assertTrue(value.startsWith(" pass (mx.example.org:\r\n domain of example.com "), value);
    assertEquals(
        Map.of(
            "receiver", "mx.example.org",
            "identity", "mailfrom",
            "client-ip", "192.0.2.1",
            "envelope-from", "alice@example.com",
            "helo", "mail.example.com",
            "mechanism", "ip4:192.0.2.1"),
        pairs(value));
  }

  @Test
  void ipv6AddressesAndMailboxesAreQuoted() {
    String value = value("2001:db8::1", "mail.example.com", "alice@example.com");
    assertTrue(value.contains("client-ip=\"2001:db8::1\";"), value);
    assertTrue(value.contains("envelope-from=\"alice@example.com\";"), value);
    assertEquals("-all", pairs(value).get("mechanism"));
  }

  @Test
  void errorsNameTheProblem() {
    Map<String, String> pairs = pairs(value("192.0.2.1", "h.test", "a@broken.test"));
    String problem = pairs.getOrDefault("problem", "");
    assertTrue(problem.contains("error at character 8"), problem);
  }

  @Test
  void theSuitesKeysAreThere() {
    for (SpfSuite.Case c : SpfSuite.load("pyspf-adhoc/test.yml")) {
      if (c.header().isEmpty() || !c.results().equals(java.util.List.of("pass"))) {
        continue;
      }
      var verifier = new SpfVerifier(c.zone(), () -> Instant.EPOCH, c.receiver());
      var pairs = pairs(ReceivedSpf.value(verifier.check(c.request()), c.request(), c.receiver()));
      for (String key :
          new String[] {"client-ip", "envelope-from", "helo", "receiver", "identity"}) {
        String quoted = key + "=\"" + pairs.get(key) + "\"";
        assertTrue(
            c.header().contains(key + "=" + pairs.get(key)) || c.header().contains(quoted),
            c.name() + ": " + key);
      }
    }
  }

  @Test
  void nothingFromAPeerBreaksTheField() {
    long seed = Long.getLong("facteur.seed", 7208);
    var random = new Random(seed);
    String alphabet = "a.@\"\\()\r\n\t ;=\0\u00e9\u4e2d:<>";
    for (int n = 0; n < 5_000; n++) {
      var helo = new StringBuilder();
      var path = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        helo.append(alphabet.charAt(random.nextInt(alphabet.length())));
        path.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String value = value("192.0.2.9", helo.toString(), path.toString());
      HeaderField.of("Received-SPF", value); // refuses bare line ends and NUL
      assertFalse(value.replace("\r\n ", "").matches("(?s).*[^ -~].*"), "seed " + seed);
      assertEquals(
          SpfExplanation.printable(helo.toString(), 256), pairs(value).get("helo"), "seed " + seed);
    }
  }

  @Test
  void linesStayWithinTheLimitOfMail() {
    String value = value("192.0.2.9", "h\"".repeat(5000), "a\\".repeat(5000) + "@example.com");
    for (String line : value.split("\r\n", -1)) {
      assertTrue(line.length() <= 998 - "Received-SPF:".length(), line.length() + " characters");
    }
  }
}
