package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.facteur.auth.message.HeaderField;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Generated messages, signed here and there, altered or not, and verified by this library and by
/// Python's dkim: both must say the same.
///
/// Left out are bodies whose last line ends in white space and has no CRLF, which no transport
/// brings: Python's dkim keeps that white space, and RFC 6376, section 3.4.4, says "Ignore all
/// whitespace at the end of lines".
@Tag("peer")
class DkimPeerTest {
  private static final int CASES = 2400;
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final ObjectMapper JSON = new ObjectMapper();

  /// After every signature's `t=`, whatever the clock of the oracle says.
  private static final Instant SIGNED = Instant.parse("2020-01-01T00:00:00Z");

  private record Case(Eml eml, Map<String, String> zone, String made) {}

  @Test
  void bothSayTheSame(@TempDir Path folder) throws Exception {
    requireOracle();
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    List<Case> cases = cases(random, folder);
    var requests = new ArrayList<Map<String, Object>>();
    for (Case c : cases) {
      requests.add(Map.of("do", "verify", "message", base64(c.eml()), "zone", c.zone()));
    }
    List<JsonNode> answers = ask(requests, folder);
    assertEquals(cases.size(), answers.size());
    int bad = 0;
    var disagreements = new ArrayList<String>();
    for (int i = 0; i < cases.size(); i++) {
      Case c = cases.get(i);
      DkimOutcome mine = verify(c);
      boolean pass = mine.result() == DkimResult.PASS;
      bad += pass ? 0 : 1;
      JsonNode theirs = answers.get(i);
      if (pass != theirs.path("pass").asBoolean()) {
        disagreements.add(
            c.made()
                + ": "
                + mine.result()
                + " ("
                + mine.reason()
                + "), they "
                + theirs
                + "\n"
                + new String(c.eml().octets(), StandardCharsets.ISO_8859_1)
                + c.zone());
      }
    }
    System.out.println(cases.size() + " cases, " + bad + " of them not pass");
    assertTrue(
        cases.size() >= 2000 && bad * 10 >= cases.size() * 3 && bad * 10 <= cases.size() * 8);
    assertEquals(List.of(), disagreements, () -> disagreements.size() + " disagreements");
  }

  private static void requireOracle() throws Exception {
    boolean there =
        Files.isExecutable(PYTHON)
            && new ProcessBuilder(PYTHON.toString(), "-c", "import dkim, nacl")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()
                == 0;
    if (!there) {
      String missing = "not run: apt-get install python3-dkim";
      System.out.println(missing);
      if ("true".equals(System.getenv("CI"))) {
        fail(missing);
      }
      abort(missing);
    }
  }

  private static List<Case> cases(RandomGenerator random, Path folder) throws Exception {
    var cases = new ArrayList<Case>();
    for (int i = 0; i < CASES / 2; i++) {
      Eml eml = message(random);
      cases.add(altered(random, signedHere(random, eml), "we sign"));
    }
    var requests = new ArrayList<Map<String, Object>>();
    var messages = new ArrayList<Eml>();
    for (int i = 0; i < CASES / 2; i++) {
      Eml eml = message(random);
      messages.add(eml);
      requests.add(signRequest(random, eml));
    }
    List<JsonNode> signed = ask(requests, folder);
    for (int i = 0; i < messages.size(); i++) {
      String text = signed.get(i).path("field").asString();
      assertTrue(!text.isEmpty(), signed.get(i)::toString);
      byte[] field = Base64.getDecoder().decode(text);
      HeaderField parsed = net.facteur.auth.message.MessageHeader.parse(field).fields().getFirst();
      Eml eml = messages.get(i);
      var whole = new Eml(eml.header().prepend(List.of(parsed)), eml.body());
      cases.add(altered(random, whole, "they sign"));
    }
    return cases;
  }

  private static Eml message(RandomGenerator random) {
    return withLastLineEnd(Samples.message(random));
  }

  private static Eml withLastLineEnd(Eml eml) {
    String body = new String(eml.body(), StandardCharsets.ISO_8859_1);
    if (!body.endsWith(" ") && !body.endsWith("\t")) {
      return eml;
    }
    return new Eml(eml.header(), (body + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Canonicalization canonicalization(RandomGenerator random) {
    var forms = List.of(Canonicalization.Form.values());
    return new Canonicalization(Samples.pick(random, forms), Samples.pick(random, forms));
  }

  private static Eml signedHere(RandomGenerator random, Eml eml) throws Exception {
    SigningKey key =
        random.nextBoolean() ? Samples.key(Samples.RSA, "rsa") : Samples.key(Samples.EDWARDS, "ed");
    var settings =
        DkimSigner.Settings.DEFAULT
            .withCanonicalization(canonicalization(random))
            .withOversigned(
                Samples.pick(
                    random, List.of(List.of(), List.of("From"), List.of("From", "To", "X"))),
                Samples.pick(random, List.of(List.of(), List.of("Subject", "Cc", "Y"))));
    HeaderField field =
        new DkimSigner(key, settings, () -> SIGNED).sign(eml.header(), eml.stream());
    return new Eml(eml.header().prepend(List.of(field)), eml.body());
  }

  private static Map<String, Object> signRequest(RandomGenerator random, Eml eml) {
    boolean rsa = random.nextBoolean();
    Canonicalization c = canonicalization(random);
    return Map.of(
        "do",
        "sign",
        "message",
        base64(eml),
        "selector",
        rsa ? "rsa" : "ed",
        "domain",
        "example.com",
        "algorithm",
        rsa ? "rsa-sha256" : "ed25519-sha256",
        "key",
        rsa ? Samples.RSA.toPem() : Base64.getEncoder().encodeToString(Samples.EDWARDS.seed()),
        "canonicalization",
        List.of(c.header().word(), c.body().word()),
        "fields",
        Samples.pick(random, List.of(List.of("From"), List.of("from", "to", "subject", "from"))));
  }

  /// One change or none, to the message or to the zone.
  private static Case altered(RandomGenerator random, Eml eml, String made) {
    var zone = new HashMap<String, String>();
    zone.put("rsa._domainkey.example.com", Samples.RSA.record().print());
    zone.put("ed._domainkey.example.com", Samples.EDWARDS.record().print());
    String text = new String(eml.octets(), StandardCharsets.ISO_8859_1);
    int body = text.indexOf("\r\n\r\n") + 4;
    int change = random.nextInt(16);
    String changed =
        switch (change) {
          case 0 -> text + Samples.pick(random, List.of("x", "\r\n", " \r\n\r\n", "\t"));
          case 1 -> insert(text, body + random.nextInt(text.length() - body + 1), "z");
          case 2 -> insert(text, body + random.nextInt(text.length() - body + 1), " ");
          case 3 -> text.replace("To:", "To: ");
          case 4 -> text.replace("Subject: ", "subject:\r\n ");
          case 5 -> "Subject: added\r\n" + text;
          case 6 ->
              text.substring(0, body) + "From: eve@example.com\r\n\r\n" + text.substring(body);
          case 7 -> text.replace("Alice", "Mallory");
          case 8 -> text.replaceFirst("d=example.com", "d=example.org");
          case 9 -> text.replaceFirst("v=1;", "v=1; y=unknown;");
          case 10 -> text.replaceFirst("bh=(.)", "bh=$1 ");
          case 11 -> text.replaceFirst("v=1", "v=2");
          case 12 -> text.replaceFirst("c=[^;]*;", "c=simple/relaxed;");
          case 13 -> {
            zone.replaceAll((_, record) -> record.replaceAll("p=.*", "p="));
            yield text;
          }
          case 14 -> {
            zone.clear();
            yield text;
          }
          default -> text;
        };
    return new Case(withLastLineEnd(Eml.of(changed)), zone, made + ", change " + change);
  }

  private static String insert(String text, int at, String what) {
    return text.substring(0, at) + what + text.substring(at);
  }

  private static DkimOutcome verify(Case c) throws IOException {
    var names = new ArrayList<String>();
    c.zone().forEach((name, record) -> names.addAll(List.of(name, record)));
    var verifier =
        new DkimVerifier(
            Samples.zone(names.toArray(String[]::new)),
            DkimCrypto.standard(),
            java.time.InstantSource.system(),
            DkimVerifier.Policy.DEFAULT);
    return verifier.verify(c.eml().header(), c.eml().stream()).getFirst();
  }

  private static String base64(Eml eml) {
    return Base64.getEncoder().encodeToString(eml.octets());
  }

  private static List<JsonNode> ask(List<Map<String, Object>> requests, Path folder)
      throws Exception {
    Path script = folder.resolve("dkim_batch.py");
    try (var in = DkimPeerTest.class.getResourceAsStream("/peer/dkim_batch.py")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    Path input = folder.resolve("cases.jsonl");
    Path output = folder.resolve("answers.jsonl");
    Files.write(input, requests.stream().map(JSON::writeValueAsString).toList());
    Process process =
        new ProcessBuilder(PYTHON.toString(), "-W", "ignore", script.toString())
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals(0, process.waitFor());
    return Files.readAllLines(output).stream().map(JSON::readTree).toList();
  }
}
