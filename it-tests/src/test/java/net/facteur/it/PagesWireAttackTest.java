package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.it.WebVisitor.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Attacks on the connections of the pages: requests that a proxy in front reads in another way,
/// clients that send as slowly as they can, and a crowd. Continues [PagesAttackTest].
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesWireAttackTest {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");
  private static final String HOST = "Host: " + Site.HOST + "\r\n";

  /// What an attacker wants to be read as a request of the next visitor.
  private static final String HIDDEN = "GET /signin HTTP/1.1\r\n" + HOST + "\r\n";

  private LivedInServer lived;
  private int networks = 20;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    lived = LivedInServer.start(directory);
  }

  @AfterAll
  void stop() throws Exception {
    lived.close();
  }

  private WebVisitor visitor() throws IOException {
    return new WebVisitor(lived, World.loopback(networks++, 5), Site.HOST);
  }

  /// The statuses of all answers to some octets, until the server ends the connection.
  private String statuses(String octets) throws IOException {
    try (Socket socket = visitor().connect()) {
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return STATUS
          .matcher(answers)
          .results()
          .map((MatchResult found) -> found.group(1))
          .collect(Collectors.joining(" "));
    }
  }

  private record Smuggled(String name, String head, String rest) {}

  /// There is one answer, and nothing after it is read.
  @TestFactory
  List<DynamicTest> nothingIsSmuggledBehindAForm() {
    String chunked = "Transfer-Encoding: chunked\r\n";
    return List.of(
            new Smuggled("CL.TE", "Content-Length: 4\r\n" + chunked, "0\r\n\r\n"),
            new Smuggled("TE.CL", chunked + "Content-Length: 4\r\n", "5c\r\n"),
            new Smuggled(
                "TE.TE, one of them in disguise",
                chunked + "Transfer-Encoding: x\r\n",
                "0\r\n\r\n"),
            new Smuggled("TE folded (obs-fold)", "Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
            new Smuggled("TE behind a space", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
            new Smuggled("TE behind a tab", "Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"),
            new Smuggled(
                "TE behind a vertical tab", "Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n"),
            new Smuggled("two lengths", "Content-Length: 0\r\nContent-Length: 44\r\n", ""),
            new Smuggled("two lengths in one", "Content-Length: 0, 44\r\n", ""),
            new Smuggled("a length with a sign", "Content-Length: +0\r\n", ""),
            new Smuggled("a length behind a bare LF", "X: y\nContent-Length: 44\r\n", ""),
            new Smuggled("a length behind a bare CR", "X: y\rContent-Length: 44\r\n", ""),
            new Smuggled("a NUL", "X: y\0Content-Length: 44\r\n", ""),
            new Smuggled("a bare LF after a chunk", chunked, "1\na\n0\n\n"),
            new Smuggled("a chunk that is too short", chunked, "1\r\nabc\r\n0\r\n\r\n"),
            new Smuggled("a chunk whose size overflows", chunked, "100000000\r\n\r\n0\r\n\r\n"))
        .stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.name(),
                    () ->
                        assertEquals(
                            "400",
                            statuses(
                                "POST /signin HTTP/1.1\r\n"
                                    + HOST
                                    + one.head()
                                    + "\r\n"
                                    + one.rest()
                                    + HIDDEN))))
        .toList();
  }

  /// The body might be anything.
  @Test
  void aCodingThatNobodyUnderstandsEndsTheConnection() throws Exception {
    for (String coding : List.of("gzip, chunked", "deflate, chunked", "x, y, chunked")) {
      assertEquals(
          "501",
          statuses(
              "POST /signin HTTP/1.1\r\n"
                  + HOST
                  + "Transfer-Encoding: "
                  + coding
                  + "\r\n\r\n0\r\n\r\n"
                  + HIDDEN),
          coding);
    }
  }

  /// What says how long it is and is as long is followed by the next request.
  @Test
  void requestsInARowAreAnsweredInTheirOrder() throws Exception {
    String page = "GET / HTTP/1.1\r\n" + HOST + "\r\n";
    String form = "POST /signin HTTP/1.1\r\n" + HOST;
    assertEquals(
        "200 403 403 404 200",
        statuses(
            page
                + form
                + "Content-Length: 3\r\n\r\na=b"
                + form
                + "Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"
                + "GET /x HTTP/1.1\r\n"
                + HOST
                + "\r\n"
                + "GET / HTTP/1.1\r\n"
                + HOST
                + "Connection: close\r\n\r\n"));
  }

  /// An octet of a header or of a form now and then keeps no connection: it ends after the time
  /// that a whole request may take, however much came meanwhile.
  @Test
  @Tag("long")
  void slowHeadersAndSlowBodiesEnd() throws Exception {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      slow.add(visitor().connect());
    }
    say(slow.get(0), "GET / HTTP/1.1\r\nX: ");
    say(slow.get(1), "POST /signin HTTP/1.1\r\n" + HOST + "Content-Length: 9000\r\n\r\na=");
    say(
        slow.get(2),
        "POST /signin HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n1f40\r\na");
    say(slow.get(3), "G");
    long began = System.nanoTime();
    var left = new ArrayList<>(slow);
    while (!left.isEmpty()) {
      left.removeIf(socket -> !says(socket, "x"));
      assertTrue(System.nanoTime() - began < 120_000_000_000L, "a slow client is still connected");
      assertEquals(200, visitor().get("/").status());
      Thread.sleep(500);
    }
    for (Socket socket : slow) {
      socket.close();
    }
  }

  private static void say(Socket socket, String octets) throws IOException {
    socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /// False once the server has ended the connection.
  private static boolean says(Socket socket, String octets) {
    try {
      say(socket, octets);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// A thousand connections from fifty networks, which ask for something and read no answer, or say
  /// nothing: whoever comes then sees the pages, signs in, and mail goes on.
  @Test
  void aCrowdKeepsNobodyOut() throws Exception {
    var crowd = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 1_000; i++) {
        var socket = new Socket();
        crowd.add(socket);
        socket.bind(new InetSocketAddress(World.loopback(100 + i % 50, 9), 0));
        socket.connect(lived.pages(), 10_000);
        if (i % 3 == 0) {
          var _ = says(socket, "\u0016\u0003\u0001\u0002");
        }
        if (i % 100 == 99) {
          assertEquals(200, visitor().get("/").status(), i + " connections");
        }
      }
      WebVisitor bob = visitor();
      assertEquals("/me", bob.signIn(Site.BOB, Site.PASSWORD).field("location"));
      assertEquals(200, bob.get("/me").status());
      int before = lived.server().site().mailbox(Site.BOB).mails().size();
      lived.server().mail(Site.BOB);
      Await.until(
          () -> "no mail came",
          () -> lived.server().site().mailbox(Site.BOB).mails().size() > before);
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
  }

  /// One network that asks without end is told to wait, and others are answered.
  @Test
  void whoAsksWithoutEndIsToldToWait() throws Exception {
    WebVisitor greedy = new WebVisitor(lived, World.loopback(90, 5), Site.HOST);
    int asked = 0;
    Answer answer = greedy.get("/nothing");
    while (answer.status() == 404 && asked < 2_000) {
      asked++;
      answer = greedy.get("/nothing");
    }
    assertEquals(429, answer.status(), asked + " requests");
    assertFalse(answer.field("retry-after").isEmpty());
    assertEquals(200, visitor().get("/").status());
  }
}
