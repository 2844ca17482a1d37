package net.facteur.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.net.InheritedSockets;
import net.facteur.server.net.ListeningSockets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests as they should be and as they should not, octet by octet, and what stays of the server.
class WebRequestsTest {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
  private static final String HOST = "Host: a.example\r\n";
  private static final String LAST = HOST + "Connection: close\r\n\r\n";

  /// A request that is answered, and the last one.
  private static final String GOOD = "GET /name/good HTTP/1.1\r\n" + LAST;

  private static final Question QUESTION =
      new Question(
          Language.FRENCH, Text.of("L'adresse"), Text.of("<a@b.example> & co."), Text.of("Oui"));

  private final List<String> acted = new CopyOnWriteArrayList<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private WebServer server;

  @BeforeEach
  void start() throws IOException {
    server = open(WebLimits.DEFAULTS);
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  private WebServer open(WebLimits limits) throws IOException {
    Routes routes =
        Routes.of(
                Route.get(
                    Scheme.HTTP,
                    "/name/{name}",
                    request ->
                        Response.text(
                            Optional.of(
                                request.variable("name")
                                    + "@"
                                    + request.host().map(DomainName::text).orElse("-")))),
                Route.get(
                    Scheme.HTTP,
                    "/slow",
                    _ -> {
                      asked.countDown();
                      await(release);
                      return Response.text(Optional.of("at last"));
                    }),
                Route.get(
                    Scheme.HTTP,
                    "/broken",
                    _ -> {
                      throw new IOException("the disk is gone");
                    }),
                Route.post(
                    Scheme.HTTP,
                    "/form",
                    request ->
                        Response.text(
                            Stream.of("a", "b", "c")
                                .map(name -> name + "=" + request.field(name).orElse("-"))
                                .reduce((before, next) -> before + " " + next))),
                Route.get(Scheme.HTTPS, "/secure", _ -> Response.text(Optional.of("by TLS"))))
            .and(
                Route.link(
                    Scheme.HTTP,
                    "/link/{token}",
                    request ->
                        Optional.of(QUESTION)
                            .filter(_ -> request.variable("token").equals("t0ken")),
                    request -> {
                      acted.add(request.variable("token"));
                      return Response.text(Optional.of("done"));
                    }));
    return WebServer.open(
        new ListeningSockets(InheritedSockets.NONE),
        List.of(),
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
        _ -> Optional.empty(),
        () -> routes,
        CLOCK,
        limits);
  }

  private static void await(CountDownLatch latch) throws InterruptedIOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  private static WebLimits limits(Duration exchange, int requests, int burst) {
    return new WebLimits(200, 20, exchange, requests, burst, Duration.ofHours(1));
  }

  private Socket connect() throws IOException {
    var socket =
        new Socket(InetAddress.getLoopbackAddress(), server.addresses().getFirst().getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /// All that the server says until it ends the connection.
  private String talk(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      return rest(socket);
    }
  }

  private static void send(Socket socket, String octets) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static String statuses(String answers) {
    return STATUS
        .matcher(answers)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.joining(" "));
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private record Case(String name, String request, String statuses) {}

  private static Case get(String name, String fields, String rest, String statuses) {
    return new Case(name, "GET /name/x HTTP/1.1\r\n" + fields + "\r\n" + rest, statuses);
  }

  /// Where a proxy in front might see other requests than we do, there is one answer, and it ends
  /// the connection: what follows is nobody's request.
  @TestFactory
  Stream<DynamicTest> requestsThatTwoMayReadInTwoWaysAreRefused() {
    String hidden = "GET /name/hidden HTTP/1.1\r\n" + LAST;
    String chunked = "Transfer-Encoding: chunked\r\n";
    return cases(
        get("two lengths", HOST + "Content-Length: 0\r\nContent-Length: 5\r\n", hidden, "400"),
        get("one length twice", HOST + "Content-Length: 0\r\nContent-Length: 0\r\n", hidden, "400"),
        get("two lengths in one field", HOST + "Content-Length: 0, 5\r\n", hidden, "400"),
        get("a length with a sign", HOST + "Content-Length: +0\r\n", hidden, "400"),
        get("a length below zero", HOST + "Content-Length: -1\r\n", hidden, "400"),
        get("a length in hex", HOST + "Content-Length: 0x0\r\n", hidden, "400"),
        get("an endless length", HOST + "Content-Length: 99999999999999999999\r\n", hidden, "400"),
        get(
            "length and chunks",
            HOST + "Content-Length: 4\r\n" + chunked,
            "0\r\n\r\n" + hidden,
            "400"),
        get(
            "chunks and length",
            HOST + chunked + "Content-Length: 4\r\n",
            "0\r\n\r\n" + hidden,
            "400"),
        get("chunked twice", HOST + chunked + chunked, "0\r\n\r\n" + hidden, "400"),
        get("chunked, then not", HOST + "Transfer-Encoding: chunked, identity\r\n", hidden, "400"),
        get("a coding nobody knows", HOST + "Transfer-Encoding: xchunked\r\n", hidden, "400"),
        get(
            "another coding",
            HOST + "Transfer-Encoding: gzip, chunked\r\n",
            "0\r\n\r\n" + hidden,
            "501"),
        get("a coding in quotes", HOST + "Transfer-Encoding: \"chunked\"\r\n", hidden, "400"),
        get("a tab in a coding", HOST + "Transfer-Encoding:\u000bchunked\r\n", hidden, "400"),
        get("a folded coding", HOST + "Transfer-Encoding:\r\n chunked\r\n", hidden, "400"),
        get("a space before the colon", HOST + "Content-Length : 5\r\n", hidden, "400"),
        get("a field without colon", HOST + "Content-Length\r\n", hidden, "400"),
        get("an empty field name", HOST + ": 5\r\n", hidden, "400"),
        get("a bare CR in a field", HOST + "X: a\rContent-Length: 5\r\n", hidden, "400"),
        get("a NUL in a field", HOST + "X: a\0b\r\n", hidden, "400"),
        get("a folded first line", " X: y\r\n" + HOST, hidden, "400"),
        get("a chunk of endless size", HOST + chunked, "FFFFFFFFFFFFFFFFF\r\n" + hidden, "400"),
        get("a chunk below zero", HOST + chunked, "-1\r\n" + hidden, "400"),
        get("a chunk of no size", HOST + chunked, "\r\n" + hidden, "400"),
        get("a chunk longer than it says", HOST + chunked, "1\r\nabc\r\n0\r\n\r\n" + hidden, "400"),
        get("a bare LF after a chunk", HOST + chunked, "1\r\na\n0\r\n\r\n" + hidden, "400"),
        get("a bare LF in an extension", HOST + chunked, "0;a\nb\r\n\r\n" + hidden, "400"),
        new Case(
            "chunks of HTTP/1.0",
            "GET /name/x HTTP/1.0\r\n" + HOST + chunked + "\r\n0\r\n\r\n" + hidden,
            "400"));
  }

  @TestFactory
  Stream<DynamicTest> hostIsOneNameOrAddress() {
    String path = "/name/x";
    return cases(
        get("none", "", GOOD, "400"),
        get("two", HOST + HOST, GOOD, "400"),
        get("empty", "Host:\r\n", GOOD, "400"),
        get("with a space", "Host: a example\r\n", GOOD, "400"),
        get("folded", "Host: a.\r\n example\r\n", GOOD, "400"),
        get("with a path", "Host: a.example/b\r\n", GOOD, "400"),
        get("with a user", "Host: a@b.example\r\n", GOOD, "400"),
        get("with a port that is none", "Host: a.example:x\r\n", GOOD, "400"),
        get("half an address", "Host: [::1\r\n", GOOD, "400"),
        get("a name in brackets", "Host: [a.example]\r\n", GOOD, "400"),
        get("with a port", "Host: a.example:8080\r\n", GOOD, "200 200"),
        get("an address", "Host: 192.0.2.1\r\n", GOOD, "200 200"),
        get("an address of IPv6", "Host: [2001:db8::1]:80\r\n", GOOD, "200 200"),
        new Case("none in HTTP/1.0", "GET " + path + " HTTP/1.0\r\n\r\n", "200"),
        new Case("two in HTTP/1.0", "GET " + path + " HTTP/1.0\r\n" + HOST + HOST + "\r\n", "400"));
  }

  @TestFactory
  Stream<DynamicTest> requestLinesAreReadAsTheyAre() {
    return cases(
        new Case("HEAD", "HEAD /name/x HTTP/1.1\r\n" + LAST, "200"),
        new Case("a method that is not taken", "POST /name/x HTTP/1.1\r\n" + LAST, "405"),
        new Case("a method nobody knows", "BREW /name/x HTTP/1.1\r\n" + LAST, "405"),
        new Case("a method in small letters", "get /name/x HTTP/1.1\r\n" + LAST, "405"),
        new Case("all of the server", "OPTIONS * HTTP/1.1\r\n" + LAST, "400"),
        new Case("a tunnel", "CONNECT a.example:443 HTTP/1.1\r\n" + LAST, "400"),
        new Case("a path without a slash", "GET name/x HTTP/1.1\r\n" + LAST, "400"),
        new Case("another scheme", "GET ftp://a.example/name/x HTTP/1.1\r\n" + LAST, "400"),
        new Case("a user in it", "GET http://u@a.example/name/x HTTP/1.1\r\n" + LAST, "400"),
        new Case("no host in it", "GET http:///name/x HTTP/1.1\r\n" + LAST, "400"),
        new Case("no version", "GET /name/x\r\n" + LAST, "400"),
        new Case("an old version", "GET /name/x HTTP/0.9\r\n" + LAST, "505"),
        new Case("a new version", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"),
        new Case("TLS", "\u0016\u0003\u0001\u0001\u0002\u0001\r\n\r\n", "400"),
        new Case("a dot above", "GET /name/../name/x HTTP/1.1\r\n" + LAST, "404"),
        new Case("no name", "GET /name/ HTTP/1.1\r\n" + LAST, "404"),
        new Case("two names", "GET /name/x/y HTTP/1.1\r\n" + LAST, "404"),
        new Case("letters as octets", "GET /n%61me/x HTTP/1.1\r\n" + LAST, "404"),
        new Case("what is served by TLS only", "GET /secure HTTP/1.1\r\n" + LAST, "404"),
        new Case("a query", "GET /name/x?a=/b HTTP/1.1\r\n" + LAST, "200"),
        new Case("a query that is none", "GET /name/x?a=%zz HTTP/1.1\r\n" + LAST, "400"),
        new Case("empty lines before it", "\r\n\r\nGET /name/x HTTP/1.1\r\n" + LAST, "200"),
        new Case("a handler that fails", "GET /broken HTTP/1.1\r\n" + LAST, "500"));
  }

  @TestFactory
  Stream<DynamicTest> whatIsTooLongIsToldSo() {
    return cases(
        new Case("a path", "GET /" + "x".repeat(5_000) + " HTTP/1.1\r\n" + LAST, "414"),
        get("a field", HOST + "X: " + "y".repeat(9_000) + "\r\n", "", "431"),
        get("many fields", HOST + "X: y\r\n".repeat(3_000), "", "431"),
        get("a body", HOST + "Content-Length: 3000000\r\n", "z".repeat(3_000_000), "413"),
        get("a body yet to come", HOST + "Content-Length: 3000000\r\n", "", "413"),
        get(
            "a body in chunks",
            HOST + "Transfer-Encoding: chunked\r\n",
            ("400\r\n" + "z".repeat(1024) + "\r\n").repeat(20) + "0\r\n\r\n",
            "413"),
        get(
            "a body that asks first",
            HOST + "Expect: 100-continue\r\nContent-Length: 3000000\r\n",
            "",
            "413"),
        get(
            "a short one that asks first",
            HOST + "Expect: 100-continue\r\nContent-Length: 1\r\n",
            "z" + GOOD,
            "100 200 200"),
        get("a header of usual size", HOST + "X: " + "y".repeat(4_000) + "\r\n", GOOD, "200 200"));
  }

  private Stream<DynamicTest> cases(Case... cases) {
    return Stream.of(cases)
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.name(),
                    () -> {
                      String answers = talk(row.request());
                      assertEquals(row.statuses(), statuses(answers), answers);
                    }));
  }

  @Test
  void bodiesAndPipelinesKeepTheirOrder() throws IOException {
    String body = "GET /name/%s HTTP/1.1\r\n" + HOST + "%s\r\n%s";
    String answers =
        talk(
            body.formatted("one", "Content-Length: 3\r\n", "GET")
                + body.formatted("two", "Transfer-Encoding: Chunked\r\n", "1\r\nG\r\n0\r\n\r\n")
                + GOOD);
    assertEquals("200 200 200", statuses(answers), answers);
    assertTrue(
        answers.indexOf("one@") < answers.indexOf("two@")
            && answers.indexOf("two@") < answers.indexOf("good@"),
        answers);
  }

  private static String post(String path, String fields, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        + body.length()
        + "\r\n"
        + fields
        + LAST
        + body;
  }

  @Test
  void fieldsOfFormsAreRead() throws IOException {
    assertEquals("a=1+&=2 b= c=-", body(talk(post("/form", "", "a=1%2B%26%3D2&b=&c=x&c=y"))));
    assertEquals("a=x y b=- c=-", body(talk(post("/form", "", "a=x+y&B=1"))));
    assertEquals("a=1;b=2 b=- c=3", body(talk(post("/form", "", "a=1;b=2&c=3"))));
    assertEquals("400", statuses(talk(post("/form", "", "a=%zz"))));
    assertEquals(
        "a=- b=- c=-",
        body(talk(post("/form", "", "a=1").replace("x-www-form-urlencoded", "octet-stream"))));
  }

  @Test
  void linkOfAMailAsksBeforeItActs() throws IOException {
    String page = talk("GET /link/t0ken HTTP/1.1\r\n" + LAST);
    assertTrue(page.contains("\r\ncontent-type: text/html; charset=utf-8\r\n"), page);
    assertEquals(
        "<!DOCTYPE html>\n"
            + "<html lang=\"fr\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
            + " content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\""
            + " content=\"light dark\"><title>L&#39;adresse</title><link rel=\"icon\" href=\""
            + Assets.ICON.path()
            + "\"><link rel=\"stylesheet\" href=\""
            + Assets.STYLE.path()
            + "\"></head>"
            + "<body><main><h1>L&#39;adresse</h1><p>&lt;a@b.example&gt; &amp; co.</p>"
            + "<form method=\"post\"><button>Oui</button></form></main></body></html>\n",
        body(page));
    assertEquals("200", statuses(talk("HEAD /link/t0ken HTTP/1.1\r\n" + LAST)));
    assertEquals("404", statuses(talk("GET /link/other HTTP/1.1\r\n" + LAST)));
    assertEquals(List.of(), acted);
    assertEquals("done", body(talk(post("/link/t0ken", "", ""))));
    assertEquals(List.of("t0ken"), acted);
    String put = talk("PUT /link/t0ken HTTP/1.1\r\n" + LAST);
    assertTrue(put.contains("\r\nallow: GET, HEAD, POST\r\n"), put);
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site: same-origin, 200",
    "Sec-Fetch-Site: none, 200",
    "Sec-Fetch-Site: same-site, 403",
    "Sec-Fetch-Site: cross-site, 403",
    "Sec-Fetch-Site: cross-site; Origin: http://a.example, 403",
    "Sec-Fetch-Site: same-origin; Origin: null, 200",
    "Origin: http://a.example, 200",
    "Origin: HTTP://A.example, 200",
    "Origin: https://a.example, 403",
    "Origin: http://a.example:81, 403",
    "Origin: http://a.example.evil, 403",
    "Origin: null, 403",
    "X: no browser, 200"
  })
  void onlyPagesOfOursPost(String fields, String status) throws IOException {
    String answer = talk(post("/link/t0ken", fields.replace("; ", "\r\n") + "\r\n", ""));
    assertEquals(status, statuses(answer), answer);
    assertEquals(status.equals("200") ? List.of("t0ken") : List.of(), acted);
  }

  @Test
  void absoluteTargetNamesTheHost() throws IOException {
    for (String target :
        List.of("http://b.example:81/name/x", "HTTPS://B.example/name/x?http://c.example/")) {
      String answer = talk("GET " + target + " HTTP/1.1\r\n" + LAST);
      assertEquals("x@b.example", body(answer));
    }
  }

  @Test
  void addressIsNoNameOfAHost() throws IOException {
    for (String address : List.of("127.0.0.1", "127.0.0.1:8443", "[::1]", "[::1]:8443")) {
      String host = "Host: " + address + "\r\nConnection: close\r\n\r\n";
      assertEquals("x@-", body(talk("GET /name/x HTTP/1.1\r\n" + host)));
    }
  }

  @Test
  void headHasTheHeaderOfGetAndNoBody() throws IOException {
    String get = talk(GOOD);
    String head = talk(GOOD.replaceFirst("GET", "HEAD"));
    assertEquals(head + "good@a.example", get);
  }

  @Test
  void everyAnswerSaysWhatBrowsersMayDo() throws IOException {
    for (String request :
        List.of(
            GOOD, "GET / HTTP/1.1\r\n" + LAST, "POST /name/x HTTP/1.1\r\n" + LAST, "\0\r\n\r\n")) {
      String answer = talk(request);
      for (String field :
          List.of(
              "content-security-policy: default-src 'none'; style-src 'self'; img-src 'self' data:;"
                  + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
              "cross-origin-opener-policy: same-origin",
              "cross-origin-resource-policy: same-origin",
              "x-content-type-options: nosniff",
              "referrer-policy: same-origin",
              "cache-control: no-store",
              "connection: close",
              "date: Fri, 02 Jan 2026 03:04:05 GMT")) {
        assertTrue(answer.contains("\r\n" + field + "\r\n"), field + answer);
      }
      assertEquals(-1, answer.indexOf("strict-transport-security"), "by plain HTTP: " + answer);
    }
    assertTrue(talk("POST /name/x HTTP/1.1\r\n" + LAST).contains("\r\nallow: GET, HEAD\r\n"));
  }

  @Test
  void connectionHasSoManyRequestsAndNoMore() throws IOException {
    server.close();
    server = open(limits(Duration.ofMinutes(5), 3, 100));
    String answers = talk(("GET /name/x HTTP/1.1\r\n" + HOST + "\r\n").repeat(5));
    assertEquals("200 200 200", statuses(answers), answers);
    assertEquals(
        answers.lastIndexOf("HTTP/1.1"),
        answers.indexOf("HTTP/1.1", answers.indexOf("x@", answers.indexOf("x@") + 1)),
        answers);
    assertTrue(answers.lastIndexOf("connection: close") > answers.lastIndexOf("HTTP/1.1"), answers);
  }

  @Test
  void networkHasSoManyRequestsAndNoMore() throws IOException {
    server.close();
    server = open(limits(Duration.ofMinutes(5), 100, 3));
    assertEquals("200", statuses(talk(GOOD)));
    String answers = talk(("GET /name/x HTTP/1.1\r\n" + HOST + "\r\n").repeat(5));
    assertEquals("200 200 429", statuses(answers), answers);
    assertTrue(answers.contains("\r\nretry-after: 60\r\n"), answers);
    try (var other = new Socket()) {
      other.bind(new InetSocketAddress("127.0.9.1", 0));
      other.connect(server.addresses().getFirst());
      send(other, GOOD);
      assertEquals("200", statuses(rest(other)));
    }
  }

  /// Each octet resets no clock.
  @Test
  void whoSendsOctetByOctetIsSentAway() throws Exception {
    server.close();
    server = open(limits(Duration.ofMillis(500), 100, 100));
    for (String slow :
        List.of(
            "GET /name/x HTTP/1.1\r\nX: ",
            "GET /name/x HTTP/1.1\r\n" + HOST + "Content-Length: 9000\r\n\r\n")) {
      try (Socket socket = connect()) {
        send(socket, slow);
        boolean open = true;
        for (int i = 0; i < 600 && open; i++) {
          try {
            send(socket, "z");
            Thread.sleep(50);
          } catch (SocketException e) {
            open = false;
          }
        }
        assertEquals(false, open);
      }
    }
    assertEquals("200", statuses(talk(GOOD)));
  }

  @Test
  void whoSaysNothingIsSentAway() throws IOException {
    server.close();
    server = open(limits(Duration.ofMillis(200), 100, 100));
    assertEquals("", talk(""));
    String silent = talk("GET /name/x HTTP/1.1\r\n" + HOST + "\r\n");
    assertEquals("200", statuses(silent), silent);
    assertEquals("", talk("GET /slow HTTP/1.1\r\n" + LAST));
  }

  @Test
  void stopAnswersWhatWasAsked() throws Exception {
    try (Socket idle = connect();
        Socket busy = connect()) {
      send(idle, "GET /name/x HTTP/1.1\r\n" + HOST + "\r\n");
      assertEquals('H', idle.getInputStream().read());
      send(busy, "GET /slow HTTP/1.1\r\n" + HOST + "\r\n");
      asked.await();
      Thread stop = Thread.ofVirtual().start(server::close);
      rest(idle);
      release.countDown();
      String answer = rest(busy);
      assertEquals("at last", body(answer));
      assertTrue(answer.contains("\r\nconnection: close\r\n"), answer);
      stop.join();
    }
  }
}
