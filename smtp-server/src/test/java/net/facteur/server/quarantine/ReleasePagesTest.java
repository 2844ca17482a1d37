package net.facteur.server.quarantine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.filter.Handling;
import net.facteur.server.language.Language;
import net.facteur.server.net.InheritedSockets;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.web.Routes;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.WebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The pages as a browser, a scanner of links and a forger see them, over the network.
class ReleasePagesTest {
  private static final MailAddress BOB = new MailAddress("bob", "example.org");
  private static final MailAddress ERIN = new MailAddress("erin", "example.org");
  private static final Instant EXPIRY = QuarantineBench.NOW.plus(QuarantineBench.KEEP);

  @TempDir Path data = Path.of("");
  private QuarantineBench bench = new QuarantineBench(data);
  private Language language = Language.ENGLISH;
  private WebServer server;

  @BeforeEach
  void start() throws IOException {
    bench = new QuarantineBench(data);
    server =
        WebServer.open(
            new ListeningSockets(InheritedSockets.NONE),
            List.of(),
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            _ -> Optional.empty(),
            () ->
                new Routes(
                    new ReleasePages(bench.store, bench.releases(), language, () -> bench.now)
                        .routes(Scheme.HTTP)),
            () -> bench.now);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String link(QueueId id, int number, MailAddress address) throws IOException {
    byte[] secret = ReleaseSecret.of(bench.store).open(new SecureRandom());
    return ReleasePages.PATH + new ReleaseLinks(secret).token(id, number, address, EXPIRY);
  }

  private String ask(String method, String path) throws IOException {
    try (var socket =
        new Socket(InetAddress.getLoopbackAddress(), server.addresses().getFirst().getPort())) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              (method
                      + " "
                      + path
                      + " HTTP/1.1\r\nHost: mail.example.org\r\nConnection: close\r\n"
                      + (method.equals("POST") ? "Content-Length: 0\r\n" : "")
                      + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Every file with its content and when it was written.
  private Set<String> disk() throws IOException {
    var all = new TreeSet<String>();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.toList()) {
        all.add(
            file
                + " "
                + Files.getLastModifiedTime(file)
                + (Files.isRegularFile(file) ? Files.readString(file) : ""));
      }
    }
    return all;
  }

  @Test
  void whoeverScansLinksChangesNothing() throws IOException {
    QueueId id = bench.keep("bob", "erin");
    List<String> links = List.of(link(id, 0, BOB), link(id, 1, ERIN));
    Set<String> before = disk();
    for (String link : links) {
      for (String method : List.of("GET", "HEAD", "GET", "HEAD")) {
        assertTrue(ask(method, link).startsWith("HTTP/1.1 200 "));
      }
    }
    assertEquals(before, disk());
    assertEquals(List.of(), bench.queued);
    assertEquals(List.of("kept", "kept"), bench.states(id));
  }

  @Test
  void thePageShowsTheMessageAndOneButton() throws IOException {
    String page = ask("GET", link(bench.keep("bob"), 0, BOB));
    assertTrue(page.contains("From: Zoë &lt;zoe@far.example&gt;"), page);
    assertTrue(page.contains("Subject: A bill?[31m &lt;b&gt;"), page);
    assertTrue(page.contains("looks like unwanted mail"), page);
    assertEquals(2, page.split("<button").length, "one button");
    assertTrue(page.contains("<form method=\"post\">"), page);
    assertFalse(page.contains("<script") || page.contains("BAYES"), page);
    assertTrue(page.contains("x-robots-tag: noindex, nofollow"), page);
    assertTrue(page.contains("content-security-policy: default-src 'none'"), page);
  }

  @Test
  void theButtonDeliversOnce() throws IOException {
    QueueId id = bench.keep("bob", "erin");
    String link = link(id, 0, BOB);
    assertTrue(ask("POST", link).contains("is on its way to bob@example.org"));
    String again = ask("POST", link);
    assertTrue(again.contains("was delivered already"), again);
    String page = ask("GET", link);
    assertTrue(page.contains("was delivered already") && !page.contains("<button"), page);
    assertEquals(List.of("bob@example.org"), bench.recipients());
    assertEquals(List.of("released", "kept"), bench.states(id));
    assertTrue(bench.release(id) instanceof Releases.Outcome.Released, "the other one is left");
    assertEquals(List.of("bob@example.org", "erin@example.org"), bench.recipients());
  }

  @Test
  void speaksFrench() throws IOException {
    language = Language.FRENCH;
    String link = link(bench.keep("bob"), 0, BOB);
    assertTrue(ask("GET", link).contains("<html lang=\"fr\">"));
    assertTrue(ask("GET", link).contains("Voulez-vous recevoir ce message ?"));
    assertTrue(ask("POST", link).contains("Le message est en route vers bob@example.org."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void aForgedTokenIsNone(String method) throws IOException {
    QueueId id = bench.keep("bob", "erin");
    QueueId other = bench.keep("bob");
    String link = link(id, 0, BOB);
    String token = link.substring(ReleasePages.PATH.length());
    byte[] elsewhere = new byte[32];
    String proof = token.substring(token.lastIndexOf('.') + 1);
    for (String forged :
        List.of(
            token.replace(id.text(), other.text()),
            token.replace(".0.", ".1."),
            token.replace(".0.", ".7."),
            token.replace(".0.", ".00."),
            token.replace("." + EXPIRY.getEpochSecond(), "." + (EXPIRY.getEpochSecond() + 1)),
            token.substring(0, token.length() - 1),
            token + "A",
            token.replace(proof, "A".repeat(43)),
            token.replace(proof, proof.substring(0, 42) + (proof.endsWith("A") ? "E" : "A")),
            token.toLowerCase(java.util.Locale.ROOT),
            new ReleaseLinks(elsewhere).token(id, 0, BOB, EXPIRY),
            "x",
            "..%2f..%2fsecret")) {
      assertTrue(ask(method, ReleasePages.PATH + forged).startsWith("HTTP/1.1 404 "), forged);
    }
    assertEquals(List.of(), bench.queued);
    Files.delete(bench.directory.resolve("secret"));
    assertTrue(ask(method, link).startsWith("HTTP/1.1 404 "), "a secret that was taken away");
  }

  @Test
  void itsTimeEnds() throws IOException {
    QueueId id = bench.keep("bob");
    String link = link(id, 0, BOB);
    bench.now = EXPIRY;
    assertTrue(ask("GET", link).contains("is over"));
    assertTrue(ask("POST", link).contains("is over"));
    assertEquals(List.of(), bench.queued);
  }

  @Test
  void noLinkReleasesWhatIsHarmful() throws IOException {
    QueueId id = bench.keep(Handling.Cause.VIRUS, true, "bob");
    String link = link(id, 0, BOB);
    assertFalse(ask("GET", link).contains("<button"));
    assertTrue(ask("POST", link).contains("harmful content"));
    assertEquals(List.of(), bench.queued);
    assertEquals(List.of("kept"), bench.states(id));
  }

  @Test
  void whatCannotBeQueuedIsNotCalledDone() throws IOException {
    String link = link(bench.keep("bob"), 0, BOB);
    bench.full = true;
    assertTrue(ask("POST", link).startsWith("HTTP/1.1 503 "));
    bench.full = false;
    assertTrue(ask("POST", link).startsWith("HTTP/1.1 200 "));
    assertEquals(1, bench.queued.size());
  }

  @Test
  void aFormOfAnotherSiteIsRefused() throws IOException {
    String link = link(bench.keep("bob"), 0, BOB);
    String answer =
        ask(
            "POST",
            link + " HTTP/1.1\r\nHost: mail.example.org\r\nOrigin: https://evil.example\r\nX:");
    assertTrue(answer.startsWith("HTTP/1.1 40"), answer);
    assertEquals(List.of(), bench.queued);
  }

  @Test
  void theSecretIsItsOwnersAlone() throws IOException {
    link(bench.keep("bob"), 0, BOB);
    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(
            Files.getPosixFilePermissions(bench.directory.resolve("secret"))));
  }
}
