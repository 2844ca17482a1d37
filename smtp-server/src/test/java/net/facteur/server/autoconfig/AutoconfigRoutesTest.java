package net.facteur.server.autoconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.web.Content;
import net.facteur.server.web.Method;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What mail programs get when they ask, and what others do.
class AutoconfigRoutesTest {
  private static final String SUITE = "/conformance/autoconfig/";
  private static final JsonMapper JSON = new JsonMapper();
  private static final DomainName HOST = DomainName.of("mail.example.org");

  static final AutoconfigSettings SETTINGS = settings(Optional.of("https://mail.example.org/mail"));

  static AutoconfigSettings settings(Optional<String> help) {
    return new AutoconfigSettings(
        HOST,
        Set.of(DomainName.of("example.org"), DomainName.of("example.net")),
        new MailServices(
            Stream.of(
                    "submission://mail.example.org",
                    "submissions://mail.example.org",
                    "imaps://imap.example.org",
                    "pop3s://imap.example.org",
                    "sieve://imap.example.org")
                .map(text -> MailService.parse(text).orElseThrow())
                .toList()),
        Optional.of(443),
        help);
  }

  private static InputStream sample(String name) {
    return Objects.requireNonNull(
        AutoconfigRoutesTest.class.getResourceAsStream(SUITE + name), name);
  }

  private static JsonNode expected(String directory) {
    return JSON.readTree(sample(directory + "/expected.json"));
  }

  private static Response ask(
      Scheme scheme,
      Method method,
      String host,
      String path,
      Map<String, String> query,
      Content body)
      throws IOException {
    return ask(SETTINGS, scheme, method, host, path, query, body);
  }

  private static Response ask(
      AutoconfigSettings settings,
      Scheme scheme,
      Method method,
      String host,
      String path,
      Map<String, String> query,
      Content body)
      throws IOException {
    var parameters = new TreeMap<String, List<String>>();
    query.forEach((name, value) -> parameters.put(name, List.of(value)));
    for (Route route : new AutoconfigRoutes(settings).routes()) {
      Optional<Map<String, String>> variables = route.path().match(path);
      if (route.scheme() == scheme && route.method() == method && variables.isPresent()) {
        return route
            .handler()
            .answer(
                new Request(
                    scheme,
                    InetAddress.getLoopbackAddress(),
                    DomainName.parse(host).toOptional(),
                    path,
                    variables.get(),
                    parameters,
                    Map.of(),
                    Map.of(),
                    body));
      }
    }
    return Response.of(Status.NOT_FOUND);
  }

  private static Response get(String host, String path, Map<String, String> query)
      throws IOException {
    return ask(Scheme.HTTPS, Method.GET, host, path, query, Content.NONE);
  }

  private static Map<String, Object> config(String host, Map<String, String> query)
      throws Exception {
    Response answer = get(host, ClientConfig.PATH, query);
    assertEquals(Status.OK, answer.status());
    assertEquals("text/xml; charset=utf-8", answer.type());
    return ReadConfig.of(answer.content().open());
  }

  @Test
  void thunderbirdFindsServersPortsProtectionAndLogin() throws Exception {
    Map<String, Object> found = config("autoconfig.example.org", Map.of());
    assertEquals("1.1", found.get("version"));
    assertEquals("example.org", found.get("id"));
    assertEquals(List.of("example.org"), found.get("domains"));
    assertEquals(
        List.of(server("imap", "imap", 993, "SSL"), server("pop3", "imap", 995, "SSL")),
        found.get("incoming"));
    assertEquals(
        List.of(server("smtp", "mail", 465, "SSL"), server("smtp", "mail", 587, "STARTTLS")),
        found.get("outgoing"));
  }

  private static Map<String, Object> server(String type, String host, int port, String security) {
    return new TreeMap<>(
        Map.of(
            "type",
            type,
            "hostname",
            host + ".example.org",
            "port",
            String.valueOf(port),
            "socketType",
            security,
            "username",
            "%EMAILADDRESS%",
            "authentication",
            List.of("password-cleartext")));
  }

  /// The reader of these tests finds in files of others what the suite says.
  @TestFactory
  Stream<DynamicTest> filesOfOthersAreReadLikeOurs() {
    return Stream.of("ispdb", "schema")
        .flatMap(
            directory ->
                StreamSupport.stream(expected(directory).spliterator(), false)
                    .map(
                        row ->
                            DynamicTest.dynamicTest(
                                row.get("file").asString(),
                                () -> {
                                  Map<String, Object> read =
                                      ReadConfig.of(
                                          sample(directory + "/" + row.get("file").asString()));
                                  for (String member : read.keySet()) {
                                    assertEquals(
                                        plain(row.get(member)),
                                        JSON.writeValueAsString(read.get(member)),
                                        member);
                                  }
                                })));
  }

  /// In the order of our rows, an absent value as `-`.
  private static String plain(JsonNode node) {
    Object value = JSON.treeToValue(node, Object.class);
    return JSON.writeValueAsString(sorted(value));
  }

  private static Object sorted(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var rows = new TreeMap<String, Object>();
        map.forEach((key, one) -> rows.put(String.valueOf(key), one == null ? "-" : sorted(one)));
        yield rows;
      }
      case List<?> list -> list.stream().map(AutoconfigRoutesTest::sorted).toList();
      default -> value;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "autoconfig.example.org, '', example.org",
    "autoconfig.example.org, nobody@example.net, example.net",
    "autoconfig.example.org, nobody@elsewhere.example, 404",
    "autoconfig.example.org, nobody, 404",
    "example.net, '', example.net",
    "mail.example.org, a@example.net, example.net",
    "mail.example.org, '', 404",
    "autoconfig.elsewhere.example, '', 404",
    "autoconfig.elsewhere.example, a@example.org, 404",
    "elsewhere.example, a@example.org, 404",
    "mta-sts.example.org, '', 404",
    "'', a@example.org, 404"
  })
  void domainsOfOursAreAnsweredAtHostsOfOurs(String host, String address, String id)
      throws Exception {
    Map<String, String> query = address.isEmpty() ? Map.of() : Map.of("emailaddress", address);
    if (id.equals("404")) {
      for (String path : List.of(ClientConfig.PATH, ClientConfig.WELL_KNOWN)) {
        assertEquals(Response.of(Status.NOT_FOUND), get(host, path, query));
      }
    } else {
      assertEquals(id, config(host, query).get("id"));
    }
  }

  @Test
  void addressThatIsNobodysGetsWhatEverybodyGets() throws Exception {
    assertEquals(
        get("autoconfig.example.org", ClientConfig.PATH, Map.of()),
        get("autoconfig.example.org", ClientConfig.PATH, Map.of("emailaddress", "x@example.org")));
  }

  @Test
  void plainHttpHasTheOnePlaceOfTheDraft() throws IOException {
    assertEquals(
        Status.OK,
        ask(
                Scheme.HTTP,
                Method.GET,
                "autoconfig.example.org",
                ClientConfig.PATH,
                Map.of(),
                Content.NONE)
            .status());
    for (String path :
        List.of(ClientConfig.WELL_KNOWN, Pacc.PATH, Autodiscover.JSON_PATHS.getFirst())) {
      assertEquals(
          Status.NOT_FOUND,
          ask(Scheme.HTTP, Method.GET, "example.org", path, Map.of(), Content.NONE).status());
    }
    assertEquals(
        Status.NOT_FOUND,
        ask(
                Scheme.HTTP,
                Method.GET,
                "mail.example.org",
                ClientConfig.PATH,
                Map.of("emailaddress", "a@example.org"),
                Content.NONE)
            .status());
  }

  @TestFactory
  Stream<DynamicTest> documentsOfOutlookAreAnsweredAsTheSuiteSays() {
    return StreamSupport.stream(expected("autodiscover").spliterator(), false)
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.get("file").asString(),
                    () -> {
                      byte[] body =
                          sample("autodiscover/" + row.get("file").asString()).readAllBytes();
                      for (String path : Autodiscover.PATHS) {
                        Response answer = post("mail.example.org", path, body);
                        String status = String.valueOf(answer.status().code());
                        assertTrue(
                            status.matches(row.get("status").asString().replaceAll("xx.*", "..")),
                            status);
                        assertFalse(answer.body().contains("root:"), answer.body());
                        if (answer.status() == Status.OK) {
                          protocols(answer.body(), row.get("address").asString());
                        } else {
                          assertEquals("", answer.body());
                        }
                      }
                    }));
  }

  private static void protocols(String answer, String address) {
    for (String protocol :
        List.of(
            "<Type>IMAP</Type><Server>imap.example.org</Server><Port>993</Port>",
            "<Type>POP3</Type><Server>imap.example.org</Server><Port>995</Port>",
            "<Type>SMTP</Type><Server>mail.example.org</Server><Port>465</Port>")) {
      int at = answer.indexOf(protocol);
      assertTrue(at > 0, answer);
      String rest = answer.substring(at, answer.indexOf("</Protocol>", at));
      assertTrue(
          rest.endsWith("<AuthRequired>on</AuthRequired><LoginName>" + address + "</LoginName>"),
          rest);
      assertTrue(rest.contains("<SSL>on</SSL><Encryption>SSL</Encryption>"), rest);
    }
    assertTrue(
        answer.contains(
            "<Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/"
                + "responseschema/2006a\"><Account><AccountType>email</AccountType>"
                + "<Action>settings</Action>"),
        answer);
  }

  private static Response post(String host, String path, byte[] body) throws IOException {
    return ask(Scheme.HTTPS, Method.POST, host, path, Map.of(), Content.of(body));
  }

  private static byte[] document(String inner) {
    return ("<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/"
            + "requestschema/2006\"><Request>"
            + inner
            + "</Request></Autodiscover>")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void addressInADocumentIsEscapedInTheAnswer() throws IOException {
    Response answer =
        post(
            "autodiscover.example.org",
            Autodiscover.PATHS.getFirst(),
            document("<EMailAddress>a&amp;b@example.org</EMailAddress>"));
    assertTrue(answer.body().contains("<LoginName>a&amp;b@example.org</LoginName>"), answer.body());
    assertEquals(
        Status.NOT_FOUND,
        post(
                "elsewhere.example",
                Autodiscover.PATHS.getFirst(),
                document("<EMailAddress>a@example.org</EMailAddress>"))
            .status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<EMailAddress>&lt;b&gt;@example.org</EMailAddress>",
        "<EMailAddress>a b@example.org</EMailAddress>",
        "<EMailAddress>a\u202eb@example.org</EMailAddress>",
        "<EMailAddress>@example.org</EMailAddress>",
        "<EMailAddress>a@example.org@elsewhere.example</EMailAddress>"
      })
  void whatIsNoAddressOfOursGetsNoSettings(String inner) throws IOException {
    assertEquals(
        Status.NOT_FOUND,
        post("mail.example.org", Autodiscover.PATHS.getFirst(), document(inner)).status());
  }

  @Test
  void brokenDocumentsAreRefusedWhateverTheyAre() throws IOException {
    byte[] deep = document("<a>".repeat(5000));
    byte[] many = document("<a/>".repeat(1500) + "<EMailAddress>a@example.org</EMailAddress>");
    byte[] bomb =
        ("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b"
                + " \"&a;&a;&a;&a;&a;&a;\">]>"
                + new String(
                    document("<EMailAddress>&b;@example.org</EMailAddress>"),
                    StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
    byte[] encoding =
        "<?xml version=\"1.0\" encoding=\"no-such-thing\"?><a/>".getBytes(StandardCharsets.UTF_8);
    byte[] octets = {(byte) 0xfe, (byte) 0xff, 0, '<', (byte) 0xd8};
    for (byte[] body : List.of(deep, many, bomb, encoding, octets, new byte[0])) {
      assertEquals(
          Status.BAD_REQUEST,
          post("mail.example.org", Autodiscover.PATHS.getFirst(), body).status());
    }
  }

  /// Whatever octets come, an address or none is found, and nothing is thrown.
  @Test
  void documentsWithBrokenOctetsNeverThrow() throws IOException {
    byte[] whole = sample("autodiscover/requests/outlook-ok.xml").readAllBytes();
    byte[] signs = "<>&;!?[]\"'=-/:\u0000xml".getBytes(StandardCharsets.UTF_8);
    var random = new Random(20261201);
    int found = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] body = Arrays.copyOf(whole, whole.length - random.nextInt(4) * random.nextInt(40));
      for (int n = random.nextInt(4); n > 0; n--) {
        body[random.nextInt(body.length)] =
            random.nextBoolean() ? signs[random.nextInt(signs.length)] : (byte) random.nextInt();
      }
      found += Autodiscover.address(Content.of(body)).isPresent() ? 1 : 0;
    }
    assertTrue(found > 100 && found < 2_900, String.valueOf(found));
  }

  @ParameterizedTest
  @CsvSource({
    "autodiscover.example.org, Email, a@example.org, AutodiscoverV1, 200",
    "mail.example.org, email, a@example.net, autodiscoverv1, 200",
    "mail.example.org, Email, a@example.org, ActiveSync, 400",
    "mail.example.org, Email, a@elsewhere.example, AutodiscoverV1, 404",
    "mail.example.org, Other, a@example.org, AutodiscoverV1, 404",
    "elsewhere.example, Email, a@example.org, AutodiscoverV1, 404"
  })
  void outlookIsToldWhereItsDocumentGoes(
      String host, String name, String address, String protocol, int status) throws IOException {
    Response answer =
        get(host, Autodiscover.JSON_PATHS.getFirst(), Map.of(name, address, "Protocol", protocol));
    assertEquals(status, answer.status().code());
    if (status == 200) {
      assertEquals("application/json", answer.type());
      assertEquals(
          "{\"Protocol\":\"AutodiscoverV1\",\"Url\":\"https://"
              + host
              + "/autodiscover/autodiscover.xml\"}",
          answer.body());
    } else if (status == 400) {
      assertEquals("{\"ErrorCode\":\"InvalidProtocol\"}", answer.body());
    }
  }

  @Test
  void addressMayStandInThePath() throws IOException {
    for (String address : List.of("a@example.org", "a%40example.org")) {
      assertEquals(
          Status.OK,
          get(
                  "mail.example.org",
                  "/autodiscover/autodiscover.json/v1.0/" + address,
                  Map.of("Protocol", "AutodiscoverV1"))
              .status());
    }
  }

  @Test
  void paccNamesHostsAndItsDigestIsThatOfWhatIsServed() throws Exception {
    Response answer = get("ua-auto-config.example.org", Pacc.PATH, Map.of());
    assertEquals("application/json", answer.type());
    JsonNode read = JSON.readTree(answer.body());
    assertEquals("imap.example.org", read.at("/protocols/imap/host").asString());
    assertEquals("imap.example.org", read.at("/protocols/pop3/host").asString());
    assertEquals("mail.example.org", read.at("/protocols/smtp/host").asString());
    assertEquals("imap.example.org", read.at("/protocols/managesieve/host").asString());
    assertTrue(read.at("/authentication/password").asBoolean());
    assertEquals("example.org", read.at("/info/provider/name").asString());
    assertEquals(Pacc.txt(answer.body()), Pacc.of(SETTINGS, DomainName.of("example.org")).txt());
    assertNotEquals(
        Pacc.of(settings(Optional.empty()), DomainName.of("example.org")).txt(),
        Pacc.of(SETTINGS, DomainName.of("example.org")).txt());
    for (String host :
        List.of("mail.example.org", "example.org", "ua-auto-config.elsewhere.example")) {
      assertEquals(Status.NOT_FOUND, get(host, Pacc.PATH, Map.of()).status());
    }
  }

  @TestFactory
  Stream<DynamicTest> digestsOfTheDraftAreOurs() {
    return StreamSupport.stream(expected("pacc").spliterator(), false)
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.get("file").asString(),
                    () ->
                        assertEquals(
                            row.get("txt").asString(),
                            Pacc.txt(text("pacc/" + row.get("file").asString())))));
  }

  private static String text(String name) {
    try {
      return new String(sample(name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whoever can only send here would get an account that reads nothing.
  @Test
  void whereNobodyReadsMailThereAreNoSettings() throws IOException {
    var sending =
        new AutoconfigSettings(
            HOST,
            SETTINGS.domains(),
            new MailServices(
                List.of(MailService.parse("submissions://mail.example.org").orElseThrow())),
            Optional.of(443),
            Optional.empty());
    assertEquals(
        Status.NOT_FOUND,
        ask(
                sending,
                Scheme.HTTPS,
                Method.GET,
                "autoconfig.example.org",
                ClientConfig.PATH,
                Map.of(),
                Content.NONE)
            .status());
    assertEquals(
        Status.NOT_FOUND,
        ask(
                sending,
                Scheme.HTTPS,
                Method.POST,
                "mail.example.org",
                Autodiscover.PATHS.getFirst(),
                Map.of(),
                Content.of(document("<EMailAddress>a@example.org</EMailAddress>")))
            .status());
  }

  @Test
  void ourDocumentIsTheSameForAReaderWithoutHelp() throws Exception {
    String without =
        new ClientConfig(DomainName.of("example.org"), SETTINGS.services(), Optional.empty())
            .print();
    assertEquals(
        ReadConfig.of(new ByteArrayInputStream(without.getBytes(StandardCharsets.UTF_8))),
        config("autoconfig.example.org", Map.of()));
  }
}
