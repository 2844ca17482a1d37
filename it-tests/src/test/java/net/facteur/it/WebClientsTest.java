package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The web of the whole server, read by clients of others.
class WebClientsTest {
  private static final String KEY = "-----BEGIN PRIVATE KEY-----\nno secret any more\n";
  private static final String REVEALED = "/.well-known/dkim-revealed/s.example.org.rsa.pem";

  @TempDir private Path directory;
  private RunningServer server;
  private InetSocketAddress secure;
  private InetSocketAddress plain;

  @BeforeEach
  void start() throws IOException {
    server =
        RunningServer.start(
            directory, "listen { policy = [\"127.0.0.2:0\"], acme = [\"127.0.0.2:0\"] }\n");
    secure = server.server().webListeners().getFirst();
    plain = server.server().webListeners().getLast();
    file("revealed/s.example.org.rsa.pem", KEY);
    file("acme/challenges/tok-en_1", "tok-en_1.print");
  }

  private void file(String name, String content) throws IOException {
    Path file = server.site().data().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Command curl(String... arguments) throws IOException {
    var line =
        new ArrayList<>(
            List.of(
                Program.CURL.path(),
                "--silent",
                "--show-error",
                "--cacert",
                server.world().caFile().toString(),
                "--resolve",
                Site.HOST + ":" + secure.getPort() + ":127.0.0.2"));
    line.addAll(List.of(arguments));
    return Command.run(line.toArray(String[]::new));
  }

  private String url(String path) {
    return "https://" + Site.HOST + ":" + secure.getPort() + path;
  }

  @Test
  @RequiresProgram(Program.CURL)
  void curlReadsSeveralOverOneConnection() throws Exception {
    String[] each = {"--http2", "-w", "%{http_code} %{http_version} %{num_connects}\n"};
    var several = new ArrayList<>(List.of(each));
    for (String path : List.of(REVEALED, "/", REVEALED + "/")) {
      several.addAll(List.of("-o", "/dev/null", url(path)));
    }
    assertEquals(
        "200 1.1 1\n404 1.1 0\n404 1.1 0\n", curl(several.toArray(String[]::new)).succeeded());
    String posted = curl("-d", "a=b", "--include", url(REVEALED)).succeeded();
    assertTrue(posted.startsWith("HTTP/1.1 405 Method Not Allowed\r\n"), posted);
    assertTrue(posted.contains("allow: GET, HEAD\r\n"), posted);
    assertEquals(KEY, curl(url(REVEALED)).succeeded());
    String head = curl("--head", url(REVEALED)).succeeded();
    assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
    assertTrue(head.contains("content-length: " + KEY.length() + "\r\n"), head);
    assertTrue(head.contains("strict-transport-security: max-age="), head);
  }

  @Test
  @RequiresProgram(Program.CURL)
  void curlGetsItsAnswerThoughItSendsTooMuch() throws Exception {
    Path much = directory.resolve("much");
    Files.writeString(much, "x".repeat(2_000_000));
    String[] send = {"-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@" + much};
    for (List<String> how :
        List.of(
            List.of("-H", "Expect:"),
            List.of("-H", "Transfer-Encoding: chunked"),
            List.<String>of())) {
      var line = new ArrayList<>(List.of(send));
      line.addAll(how);
      line.add(url(REVEALED));
      assertEquals("413", curl(line.toArray(String[]::new)).succeeded(), how.toString());
    }
  }

  @Test
  @RequiresProgram(Program.PYTHON)
  void pythonKeepsItsConnection() throws Exception {
    Path script = directory.resolve("client.py");
    Files.writeString(
        script,
        """
        import http.client, socket, ssl, sys
        ca, host, port, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
        trust = ssl.create_default_context(cafile=ca)
        web = http.client.HTTPSConnection(host, port, timeout=60)
        web.sock = trust.wrap_socket(socket.create_connection(("127.0.0.2", port)), server_hostname=host)
        first = web.sock
        for method in ("GET", "HEAD", "DELETE", "GET"):
            web.request(method, path)
            answer = web.getresponse()
            body = answer.read()
            print(method, answer.status, len(body), answer.getheader("allow"), web.sock is first)
        web.request("GET", "/", headers={"Connection": "close"})
        answer = web.getresponse()
        print(answer.status, answer.getheader("connection"), len(answer.read()), web.sock)
        """);
    int length = KEY.length();
    assertEquals(
        List.of(
            "GET 200 " + length + " None True",
            "HEAD 200 0 None True",
            "DELETE 405 0 GET, HEAD True",
            "GET 200 " + length + " None True",
            "404 close 0 None"),
        Command.run(
                Program.PYTHON.path(),
                script.toString(),
                server.world().caFile().toString(),
                Site.HOST,
                Integer.toString(secure.getPort()),
                REVEALED)
            .succeeded()
            .lines()
            .toList());
  }

  @Test
  void javaAsksManyAtOnce() throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.2:" + plain.getPort() + "/.well-known/acme-challenge/tok-en_1"))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      for (int round = 0; round < 10; round++) {
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
          asked.add(client.sendAsync(request, BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> answer : asked) {
          assertEquals("tok-en_1.print", answer.get().body());
        }
      }
    }
  }

  /// What OpenSSL's client says to the server, and all that it hears.
  private String talk(String octets) throws IOException {
    Path input = directory.resolve("said");
    Files.writeString(input, octets, StandardCharsets.ISO_8859_1);
    return Command.with(
            input,
            Program.OPENSSL.path(),
            "s_client",
            "-quiet",
            "-ign_eof",
            "-verify_return_error",
            "-CAfile",
            server.world().caFile().toString(),
            "-servername",
            Site.HOST,
            "-connect",
            "127.0.0.2:" + secure.getPort())
        .output();
  }

  @Test
  @RequiresProgram(Program.OPENSSL)
  void nothingIsSmuggledPastTheFirstAnswer() throws Exception {
    String host = "Host: " + Site.HOST + "\r\n";
    String hidden = "GET " + REVEALED + " HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n";
    String post = "POST / HTTP/1.1\r\n" + host;
    for (String request :
        List.of(
            post + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
            post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")) {
      String answer = talk(request + hidden);
      assertTrue(answer.contains("HTTP/1.1 400 Bad Request\r\n"), request + answer);
      assertEquals(-1, answer.indexOf("200 OK"), request + answer);
      assertEquals(-1, answer.indexOf("no secret"), request + answer);
    }
    assertTrue(talk(hidden).contains(KEY));
    assertTrue(
        talk("GET " + url(REVEALED) + " HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n")
            .contains(KEY));
  }

  /// A path may hold a secret, such as the token of a link, and is a stranger's text.
  @Test
  @RequiresProgram(Program.CURL)
  void logTellsTheRouteAndNotThePath() throws Exception {
    try (var log = new ServerLog()) {
      curl(url("/.well-known/dkim-revealed/token-17?secret=18")).succeeded();
      curl(url("/token-19")).succeeded();
      Await.until(
          () -> log.lines().toString(),
          () -> log.lines().stream().filter(line -> line.startsWith("web ")).count() == 2);
      List<String> told = log.lines().stream().filter(line -> line.startsWith("web ")).toList();
      String begins = "web client=127.0.0.1 host=" + Site.HOST + " method=GET route=";
      assertTrue(
          told.getFirst().startsWith(begins + "/.well-known/dkim-revealed/{file} status=404 ms="),
          told.toString());
      assertTrue(told.getLast().startsWith(begins + "- status=404 ms="), told.toString());
    }
  }
}
