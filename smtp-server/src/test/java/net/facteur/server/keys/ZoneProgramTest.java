package net.facteur.server.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.auth.dns.DomainName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The programs that are shipped, against servers that speak as the providers do.
class ZoneProgramTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final JsonMapper JSON = new JsonMapper();
  private static final String LONG = "\"v=DKIM1; k=rsa; p=" + "A".repeat(230) + "\" \"BBBB\"";

  @TempDir private Path directory;
  private HttpServer server;

  /// What the provider holds: `label TYPE` to values.
  private final Map<String, List<String>> zone = new TreeMap<>();

  private final Map<Integer, String[]> numbered = new TreeMap<>();
  private final List<String> refreshed = new ArrayList<>();
  private boolean refuses;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/gandi", this::gandi);
    server.createContext("/desec", this::desec);
    server.createContext("/ovh", this::ovh);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  // ---- the providers

  private static void answer(HttpExchange exchange, int code, String body) throws IOException {
    byte[] octets = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(code, octets.length == 0 ? -1 : octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  private boolean refused(HttpExchange exchange, String name, String value) throws IOException {
    if (refuses || !value.equals(exchange.getRequestHeaders().getFirst(name))) {
      answer(exchange, 403, "{\"message\": \"Access denied\u001b[31m\"}");
      return true;
    }
    return false;
  }

  private static JsonNode body(HttpExchange exchange) throws IOException {
    return JSON.readTree(exchange.getRequestBody().readAllBytes());
  }

  private static List<String> strings(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  private void gandi(HttpExchange exchange) throws IOException {
    if (refused(exchange, "Authorization", "Bearer t0ken")) {
      return;
    }
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    assertEquals(
        "/gandi/domains/example.org/records", String.join("/", List.of(path).subList(0, 5)));
    String key = path[5] + " " + path[6];
    switch (exchange.getRequestMethod()) {
      case "GET" -> {
        if (zone.containsKey(key)) {
          answer(exchange, 200, JSON.writeValueAsString(Map.of("rrset_values", zone.get(key))));
        } else {
          answer(exchange, 404, "{}");
        }
      }
      case "PUT" -> {
        JsonNode set = body(exchange);
        assertTrue(set.get("rrset_ttl").asInt(0) >= 300);
        zone.put(key, strings(set.get("rrset_values")));
        answer(exchange, 201, "{}");
      }
      case "DELETE" -> {
        zone.remove(key);
        answer(exchange, 204, "");
      }
      default -> answer(exchange, 405, "");
    }
  }

  private void desec(HttpExchange exchange) throws IOException {
    if (refused(exchange, "Authorization", "Token t0ken")) {
      return;
    }
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    if (exchange.getRequestMethod().equals("GET")) {
      String key = path[5] + " " + path[6];
      if (zone.containsKey(key)) {
        answer(exchange, 200, JSON.writeValueAsString(Map.of("records", zone.get(key))));
      } else {
        answer(exchange, 404, "{}");
      }
      return;
    }
    assertEquals("PUT", exchange.getRequestMethod());
    for (JsonNode set : body(exchange)) {
      assertTrue(set.get("ttl").asInt(0) >= 3600, "the shortest that deSEC takes");
      String key = set.get("subname").asString() + " " + set.get("type").asString();
      List<String> records = strings(set.get("records"));
      if (records.isEmpty()) {
        zone.remove(key);
      } else {
        zone.put(key, records);
      }
    }
    answer(exchange, 200, "[]");
  }

  private void ovh(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/ovh/auth/time")) {
      answer(exchange, 200, "1796000000");
      return;
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + exchange.getRequestURI();
    String signed =
        String.join(
            "+",
            "s3cret",
            "c0nsumer",
            exchange.getRequestMethod(),
            url,
            new String(body, UTF_8),
            "1796000000");
    if (refused(exchange, "X-Ovh-Signature", "$1$" + sha1(signed))) {
      return;
    }
    String method = exchange.getRequestMethod();
    if (path.endsWith("/refresh")) {
      refreshed.add(path);
      answer(exchange, 200, "null");
    } else if (method.equals("GET") && path.endsWith("/record")) {
      String query = exchange.getRequestURI().getQuery();
      List<Integer> ids =
          numbered.entrySet().stream()
              .filter(
                  e ->
                      query.equals(
                          "fieldType=" + e.getValue()[1] + "&subDomain=" + e.getValue()[0]))
              .map(Map.Entry::getKey)
              .toList();
      answer(exchange, 200, JSON.writeValueAsString(ids));
    } else if (method.equals("POST")) {
      JsonNode record = JSON.readTree(body);
      numbered.put(
          numbered.size() + 1,
          new String[] {
            record.get("subDomain").asString(),
            record.get("fieldType").asString(),
            record.get("target").asString()
          });
      ofNumbers();
      answer(exchange, 200, "{}");
    } else {
      int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      if (method.equals("DELETE")) {
        numbered.remove(id);
        ofNumbers();
        answer(exchange, 200, "null");
      } else {
        answer(
            exchange,
            200,
            JSON.writeValueAsString(Map.of("target", Objects.requireNonNull(numbered.get(id))[2])));
      }
    }
  }

  private void ofNumbers() {
    zone.clear();
    numbered
        .values()
        .forEach(r -> zone.computeIfAbsent(r[0] + " " + r[1], _ -> new ArrayList<>()).add(r[2]));
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  // ---- the programs

  private ZoneProgram program(String name, String conf) throws IOException {
    Path copy = directory.resolve("dns-" + name);
    Files.copy(Path.of("../conf/dns-providers", name), copy);
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(directory.resolve("dns-" + name + ".conf"), conf);
    return new ZoneProgram(copy, Duration.ofSeconds(60));
  }

  private ZoneProgram program(String name) throws IOException {
    return program(
        name,
        "# sample\napi = http://127.0.0.1:"
            + server.getAddress().getPort()
            + "/"
            + name
            + "\ntoken = t0ken\napplication-key = k\napplication-secret = s3cret\n"
            + "consumer-key = c0nsumer\n");
  }

  private static ZoneProgram shell(Path file, String script, Duration patience) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new ZoneProgram(file, patience);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gandi", "desec", "ovh"})
  void recordsComeAndGoAtTheProvider(String provider) throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/python3")), "not run: apt-get install python3");
    ZoneProgram program = program(provider);
    String name = "jan2027._domainkey.example.org.";
    String add = "add " + name + " 3600 TXT " + LONG;
    assertEquals(Optional.empty(), program.run(ORG, List.of(add)));
    assertEquals(Map.of("jan2027._domainkey TXT", List.of(LONG)), zone);
    assertEquals(Optional.empty(), program.run(ORG, List.of(add)), "once more does no harm");
    assertEquals(Map.of("jan2027._domainkey TXT", List.of(LONG)), zone);
    String revoked = "\"v=DKIM1; k=rsa; p=\"";
    assertEquals(
        Optional.empty(),
        program.run(
            ORG,
            List.of(
                "remove " + name + " TXT " + LONG.replace("\" \"", ""),
                "add " + name + " 3600 TXT " + revoked)));
    assertEquals(Map.of("jan2027._domainkey TXT", List.of(revoked)), zone);
    String tlsa = "3 1 1 " + "ab".repeat(32);
    assertEquals(
        Optional.empty(),
        program.run(
            ORG,
            List.of(
                "remove " + name + " TXT " + revoked,
                "remove " + name + " TXT \"gone already\"",
                "add _25._tcp.mail.example.org. 3600 TLSA " + tlsa)));
    assertEquals(Map.of("_25._tcp.mail TLSA", List.of(tlsa)), zone);
    assertEquals(provider.equals("ovh"), !refreshed.isEmpty());

    refuses = true;
    String why = program.run(ORG, List.of(add)).orElseThrow();
    assertTrue(why.startsWith("it ended with 1: ") && why.contains("403"), why);
    assertTrue(why.chars().noneMatch(c -> c < ' '), "nothing of the provider reaches a terminal");
    server.stop(0);
    String silent = program.run(ORG, List.of(add)).orElseThrow();
    assertTrue(silent.contains("cannot be reached"), silent);
  }

  @Test
  void nsupdateGetsTheZoneAndTheChanges() throws IOException {
    Path bin = directory.resolve("nsupdate-stand-in");
    shell(
        bin,
        "shift; echo \"key $1\" >" + directory + "/said; cat >>" + directory + "/said",
        Duration.ofSeconds(9));
    ZoneProgram program =
        program("nsupdate", "server = 192.0.2.53 5353\nkey = /etc/facteur/tsig.key\n");
    Path file = directory.resolve("dns-nsupdate");
    Files.writeString(file, Files.readString(file).replace("| nsupdate ", "| " + bin + " "));
    assertEquals(
        Optional.empty(),
        program.run(
            ORG, List.of("remove a.example.org. TXT \"x\"", "add a.example.org. 60 TXT \"y\"")));
    assertEquals(
        """
        key /etc/facteur/tsig.key
        server 192.0.2.53 5353
        zone example.org
        update delete a.example.org. TXT "x"
        update add a.example.org. 60 TXT "y"
        send
        """,
        Files.readString(directory.resolve("said")));
  }

  @Test
  void aProgramThatHangsFloodsOrReadsNothingDoesNoHarm() throws IOException {
    Path file = directory.resolve("p");
    String hangs =
        shell(file, "sleep 600", Duration.ofMillis(300)).run(ORG, List.of("x")).orElseThrow();
    assertTrue(hangs.startsWith("it ended with "), hangs);
    String floods =
        shell(file, "yes \"$FACTEUR_ZONE\" | head -c 3000000; exit 3", Duration.ofSeconds(60))
            .run(ORG, List.of("x".repeat(200_000)))
            .orElseThrow();
    assertTrue(floods.startsWith("it ended with 3: example.org"), floods);
    String environment =
        shell(file, "env | cut -d= -f1 | sort | tr '\\n' ' '; echo; exit 1", Duration.ofSeconds(60))
            .run(ORG, List.of())
            .orElseThrow();
    assertTrue(environment.contains("FACTEUR_ZONE LC_ALL"), environment);
    assertTrue(!environment.contains("HOME"), environment);
  }
}
