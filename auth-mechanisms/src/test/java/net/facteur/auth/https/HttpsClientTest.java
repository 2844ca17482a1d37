package net.facteur.auth.https;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.https.HttpsOutcome.Answered;
import net.facteur.auth.https.HttpsOutcome.Cause;
import net.facteur.auth.https.HttpsOutcome.Failed;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class HttpsClientTest {
  private static final String HOST = "mta-sts.example.com";
  private static final Duration MONTH = Duration.ofDays(30);
  private static final Resolver ZONE =
      ZoneResolver.of(Map.of(HOST, Map.of("A", List.of("127.0.0.1"))));

  private static TestAuthority authority = make();

  private static TestAuthority make() {
    try {
      return new TestAuthority(Instant.now());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext good;

  @BeforeAll
  static void issue() throws Exception {
    good = authority.serve("x", MONTH, HOST);
  }

  private static HttpsOutcome get(SSLContext served, TlsHost.Behaviour behaviour, Duration limit)
      throws Exception {
    try (var host = new TlsHost(served, behaviour)) {
      var limits = new HttpsClient.Limits(limit, limit, 64 << 10);
      return new HttpsClient(ZONE, authority.trust(), limits)
          .send(HttpsRequest.get(DomainName.of(HOST), host.port(), "/x"));
    }
  }

  private static HttpsOutcome get(SSLContext served, TlsHost.Behaviour behaviour) throws Exception {
    return get(served, behaviour, Duration.ofMinutes(1));
  }

  private static String body(HttpsOutcome outcome) {
    return new String(
        assertInstanceOf(Answered.class, outcome, outcome.toString()).body(),
        StandardCharsets.UTF_8);
  }

  @Test
  void bodiesAreReadHoweverTheyAreFramed() throws Exception {
    for (String answer :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello",
            "HTTP/1.0 200 OK\n\nhello",
            "HTTP/1.1 200\r\n"
                + "Transfer-Encoding: Chunked\r\n\r\n"
                + "2;x=y\r\n"
                + "he\r\n"
                + "3\r\n"
                + "llo\r\n"
                + "0\r\n\r\n",
            "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello")) {
      assertEquals("hello", body(get(good, TlsHost.text(answer))), answer);
    }
  }

  @Test
  void mediaTypeIsToldWithoutParametersInLowerCase() {
    assertEquals(
        "text/plain", new Answered(200, "Text/PLAIN ; charset=utf-8", new byte[0]).mediaType());
  }

  @Test
  void redirectsAreAnswersThatLeadNowhere() throws Exception {
    String answer =
        "HTTP/1.1 301 Moved\r\nLocation: https://other.test/\r\nContent-Length: 0\r\n\r\n";
    HttpsOutcome outcome = get(good, TlsHost.text(answer));
    assertEquals(301, assertInstanceOf(Answered.class, outcome).status());
  }

  @TestFactory
  Stream<DynamicTest> answersThatCannotBeUsed() {
    return Map.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n",
            Cause.SIZE,
            "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(70_000),
            Cause.SIZE,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
            Cause.SIZE,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
            Cause.PROTOCOL,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
            Cause.PROTOCOL,
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
            Cause.PROTOCOL,
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            Cause.PROTOCOL,
            "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(10_000) + "\r\n",
            Cause.PROTOCOL,
            "220 mail.example.com ESMTP\r\n",
            Cause.PROTOCOL,
            "",
            Cause.PROTOCOL)
        .entrySet()
        .stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.getValue() + " " + c.getKey().lines().findFirst().orElse("nothing"),
                    () -> {
                      HttpsOutcome outcome = get(good, TlsHost.text(c.getKey()));
                      assertEquals(
                          c.getValue(),
                          assertInstanceOf(Failed.class, outcome, outcome.toString()).cause());
                    }));
  }

  @Test
  void bodyWithoutEndIsCutOffByItsSize() throws Exception {
    HttpsOutcome outcome =
        get(
            good,
            out -> {
              TlsHost.text("HTTP/1.1 200 OK\r\n\r\n").answer(out);
              while (true) {
                out.write(new byte[8192]);
              }
            });
    assertEquals(Cause.SIZE, assertInstanceOf(Failed.class, outcome).cause());
  }

  @Test
  void answerThatDripsIsCutOffByTheTime() throws Exception {
    HttpsOutcome outcome =
        get(
            good,
            out -> {
              TlsHost.text("HTTP/1.1 200 OK\r\n\r\n").answer(out);
              while (true) {
                out.write('x');
                out.flush();
                pause();
              }
            },
            Duration.ofSeconds(2));
    assertEquals(Cause.CONNECTION, assertInstanceOf(Failed.class, outcome).cause());
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void certificatesMustNameTheHostAndBeTrustedAndAlive() throws Exception {
    TlsHost.Behaviour hello = TlsHost.text("HTTP/1.1 200 OK\r\n\r\nhello");
    assertEquals("hello", body(get(authority.serve("x", MONTH, "*.example.com"), hello)));
    for (SSLContext bad :
        List.of(
            authority.serve("x", Duration.ofDays(-1), HOST),
            authority.serve("x", MONTH, "www.example.com"),
            authority.serve("x", MONTH, "*.com"),
            authority.serve("x", MONTH, "mta-*.example.com"),
            authority.serve(HOST, MONTH),
            new TestAuthority(Instant.now()).serve("x", MONTH, HOST))) {
      HttpsOutcome outcome = get(bad, hello);
      Failed failed = assertInstanceOf(Failed.class, outcome, outcome.toString());
      assertEquals(Cause.CERTIFICATE, failed.cause(), failed.reason());
    }
  }

  @Test
  void expiryIsNamed() throws Exception {
    HttpsOutcome outcome =
        get(
            authority.serve("x", Duration.ofDays(-1), HOST),
            TlsHost.text("HTTP/1.1 200 OK\r\n\r\n"));
    assertEquals("the certificate has expired", assertInstanceOf(Failed.class, outcome).reason());
  }

  @Test
  void unknownHostsAndClosedPortsAreFailures() throws Exception {
    var client = new HttpsClient(ZONE, authority.trust(), HttpsClient.Limits.DEFAULTS);
    HttpsOutcome none = client.send(HttpsRequest.get(DomainName.of("nowhere.test"), 443, "/"));
    assertEquals(Cause.NAME, assertInstanceOf(Failed.class, none).cause());
    // bound and not listening: refused for certain, where a port just closed may be anyone's
    try (var bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      HttpsOutcome refused =
          client.send(HttpsRequest.get(DomainName.of(HOST), bound.getLocalPort(), "/"));
      assertEquals(Cause.CONNECTION, assertInstanceOf(Failed.class, refused).cause());
    }
  }

  @Test
  void urisOfStrangersAreReadNarrowly() {
    byte[] body = {1};
    HttpsRequest read =
        HttpsRequest.post("HTTPS://reports.example.com:8443/v1/tls?a=b%20c", "a/b", body)
            .toOptional()
            .orElseThrow();
    assertEquals(DomainName.of("reports.example.com"), read.host());
    assertEquals(8443, read.port());
    assertEquals("/v1/tls?a=b%20c", read.target());
    assertArrayEquals(body, read.body());
    for (String bad :
        List.of(
            "http://example.com/",
            "https:example.com",
            "https://user@example.com/",
            "https://192.0.2.1/",
            "https://[2001:db8::1]/",
            "https://example.com:0/",
            "https://example.com:65536/",
            "https://example.com/#x",
            "https://exam ple.com/",
            "https://example.com/\r\nX: y",
            "https:///x",
            "https://a_b.example/")) {
      assertInstanceOf(Parsed.Malformed.class, HttpsRequest.post(bad, "a/b", body), bad);
    }
  }

  @Test
  void reasonsAreOneLineOfAscii() {
    String reason = HttpsClient.failed(Cause.PROTOCOL, "a\r\nb\u00e9" + "x".repeat(500)).reason();
    assertTrue(reason.startsWith("a??b?x"));
    assertEquals(200, reason.length());
  }
}
