package net.facteur.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The public suites as lines for `facteur verify --batch`.
final class BatchSuites {
  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
  private static final String CLIENT = "192.0.2.77";
  private static final JsonMapper JSON = new JsonMapper();

  private final Path root;
  private final DkimPrivateKey key = TestKeys.ed25519();
  private final List<Case> cases = new ArrayList<>();

  /// One line, and what is wrong with its answer; empty where it is right.
  record Case(Map<String, Object> line, Function<JsonNode, Optional<String>> problem) {}

  private BatchSuites(Path root) {
    this.root = root;
  }

  static List<Case> load() throws Exception {
    Path here = Path.of("../auth-mechanisms/src/test/resources/conformance");
    var suites =
        new BatchSuites(
            Files.isDirectory(here)
                ? here
                : Path.of("auth-mechanisms/src/test/resources/conformance"));
    suites.spf();
    suites.arc();
    suites.adsp();
    suites.dmarc();
    suites.dkim();
    return List.copyOf(suites.cases);
  }

  private String text(String file) throws IOException {
    return Files.readString(root.resolve(file), StandardCharsets.UTF_8);
  }

  private void add(String id, Map<String, Object> line, Map<String, List<String>> expected) {
    var whole = new LinkedHashMap<String, Object>();
    whole.put("id", id);
    whole.putAll(line);
    cases.add(
        new Case(
            whole,
            answer ->
                expected.entrySet().stream()
                    .filter(e -> !e.getValue().contains(answer.at(e.getKey()).asString("null")))
                    .map(e -> id + " " + e + " in " + answer)
                    .findFirst()));
  }

  /// The suite says SPF where it means TXT too, and may stop a server from answering.
  private static Map<String, Object> spfZone(Map<?, ?> zonedata) {
    var zone = new HashMap<String, Object>();
    zonedata.forEach(
        (name, records) -> {
          var types = new HashMap<String, Object>();
          for (Object record : (List<?>) records) {
            if (record instanceof Map<?, ?> map) {
              map.forEach((type, value) -> listed(types, type.toString()).add(value));
            } else {
              types.put("*", record);
            }
          }
          Object spf = types.remove("SPF");
          if (spf != null) {
            types.putIfAbsent("TXT", spf);
          }
          if (List.of("NONE").equals(types.get("TXT"))) {
            types.remove("TXT");
          }
          zone.put(name.toString(), types);
        });
    return zone;
  }

  @SuppressWarnings("unchecked") // only lists are put there
  private static List<Object> listed(Map<String, Object> types, String type) {
    return (List<Object>) types.computeIfAbsent(type, _ -> new ArrayList<>());
  }

  private static Iterable<Object> documents(String yaml) {
    var settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
    return new Load(settings).loadAllFromString(yaml);
  }

  private static Map<?, ?> map(Map<?, ?> of, String key) {
    return of.get(key) instanceof Map<?, ?> map ? map : Map.of();
  }

  private static String text(Map<?, ?> of, String key) {
    return of.get(key) == null ? "" : String.valueOf(of.get(key));
  }

  private void spf() throws IOException {
    for (Object document : documents(text("spf/openspf-rfc7208/rfc7208-tests.yml"))) {
      if (document instanceof Map<?, ?> scenario) {
        Map<String, Object> zone = spfZone(map(scenario, "zonedata"));
        map(scenario, "tests").forEach((name, test) -> spf("spf " + name, (Map<?, ?>) test, zone));
      }
    }
  }

  private void spf(String id, Map<?, ?> test, Map<String, Object> zone) {
    List<String> results =
        test.get("result") instanceof List<?> list
            ? list.stream().map(Object::toString).toList()
            : List.of(text(test, "result"));
    var expected = new HashMap<>(Map.of("/spf/mailfrom/result", results));
    String explanation = text(test, "explanation");
    if (!explanation.isEmpty()) {
      expected.put(
          "/spf/mailfrom/explanation", List.of(explanation.equals("DEFAULT") ? "" : explanation));
    }
    add(
        id,
        Map.of(
            "ip", text(test, "host"),
            "helo", text(test, "helo"),
            "mail_from", text(test, "mailfrom"),
            "now", NOW.toString(),
            "zone", zone),
        expected);
  }

  private void arc() throws IOException {
    String yaml = text("arc/valimail-suite/open/arc-draft-validation-tests.yml");
    for (Object document : documents(mended(yaml))) {
      if (document instanceof Map<?, ?> scenario) {
        var zone = new HashMap<String, Object>();
        map(scenario, "txt-records")
            .forEach((name, text) -> zone.put(name.toString(), Map.of("TXT", text.toString())));
        map(scenario, "tests")
            .forEach((name, test) -> arc(name.toString(), (Map<?, ?>) test, zone));
      }
    }
  }

  /// The suite has block scalars that begin with lines of white space, which YAML 1.2 forbids.
  private static String mended(String yaml) {
    var out = new StringBuilder();
    boolean begins = false;
    for (String line : yaml.split("\n", -1)) {
      out.append(begins && line.isBlank() ? "" : line).append('\n');
      begins = line.endsWith("|") || (begins && line.isBlank());
    }
    return out.toString();
  }

  private void arc(String name, Map<?, ?> test, Map<String, Object> zone) {
    String cv = text(test, "cv");
    // cases without an expectation fail (RFC 8617, 5.2, step 2); the other is signed as relaxed
    String expected = cv.isEmpty() || name.equals("ams_fields_c_na") ? "fail" : cv;
    add(
        "arc " + name,
        Map.of("message", text(test, "message"), "now", 12_350, "zone", zone),
        Map.of("/arc/cv", List.of(lower(expected))));
  }

  private static String lower(String word) {
    return word.toLowerCase(java.util.Locale.ROOT);
  }

  private static Map<String, Object> zone(JsonNode dns) {
    var zone = new HashMap<String, Object>();
    Map<?, ?> names = JSON.convertValue(dns, Map.class);
    names.forEach((name, held) -> zone.put(String.valueOf(name), held));
    return zone;
  }

  private void adsp() throws Exception {
    for (JsonNode c : JSON.readTree(text("adsp/rfc5617-A/cases.json")).get("cases")) {
      Map<String, Object> zone = zone(c.get("dns"));
      String message = "From: " + c.get("from").asString() + "\r\n";
      for (JsonNode signature : c.get("dkim")) {
        if (signature.get(1).asString().equals("pass")) {
          message = signed(message, signature.get(0).asString(), zone);
        }
      }
      add(
          "adsp " + c.get("id").asString(),
          Map.of("message", message + "\r\n", "zone", zone),
          Map.of("/adsp", List.of(c.at("/expect/authres").asString())));
    }
  }

  /// The header with a signature of `domain` on top, whose key is put into the zone.
  private String signed(String header, String domain, Map<String, Object> zone)
      throws GeneralSecurityException, IOException {
    zone.put("s._domainkey." + domain, Map.of("TXT", List.of(key.record().print())));
    var with =
        new SigningKey(
            DomainName.of(domain),
            DomainName.of("s"),
            key.algorithm(),
            DkimCrypto.standard().signer(key));
    MessageHeader fields = MessageHeader.parse(header.getBytes(StandardCharsets.UTF_8));
    var signer = new DkimSigner(with, DkimSigner.Settings.DEFAULT, InstantSource.fixed(NOW));
    return new String(
            signer.sign(fields, MessageBody.of(new byte[0])).raw(), StandardCharsets.UTF_8)
        + header;
  }

  private void dmarc() throws Exception {
    for (JsonNode c : JSON.readTree(text("dmarc/rfc9989-text/cases.json")).get("cases")) {
      Map<String, Object> zone = zone(c.get("dns"));
      String message = "From: a@" + c.get("from").asString() + "\r\n";
      for (JsonNode signature : c.get("dkim")) {
        if (signature.get(1).asString().equals("pass")) {
          message = signed(message, signature.get(0).asString(), zone);
        }
      }
      String mailFrom = "";
      if (!c.get("spf").isNull()) {
        String domain = c.get("spf").get(0).asString();
        mailFrom = "b@" + domain;
        String record = c.get("spf").get(1).asString().equals("pass") ? "+all" : "-all";
        publish(zone, domain, "v=spf1 " + record);
      }
      var expected = new HashMap<String, List<String>>();
      expect(c.get("expect"), "result", "/dmarc/result", expected);
      expect(c.get("expect"), "policy_domain", "/dmarc/policy_domain", expected);
      expect(c.get("expect"), "org_domain", "/dmarc/organizational_domain", expected);
      expect(c.get("expect"), "policy", "/dmarc/policy", expected);
      expect(c.get("expect"), "spf_aligned", "/dmarc/alignment/spf", expected);
      expect(c.get("expect"), "dkim_aligned", "/dmarc/alignment/dkim", expected);
      add(
          "dmarc " + c.get("id").asString(),
          Map.of(
              "message", message + "\r\n",
              "ip", CLIENT,
              "helo", "helo.invalid",
              "mail_from", mailFrom,
              "zone", zone),
          expected);
    }
  }

  private static void publish(Map<String, Object> zone, String name, String text) {
    var types = new HashMap<String, Object>();
    if (zone.get(name) instanceof Map<?, ?> there) {
      there.forEach((type, values) -> types.put(type.toString(), values));
    }
    types.put("TXT", text);
    zone.put(name, types);
  }

  private static void expect(
      JsonNode all, String key, String pointer, Map<String, List<String>> expected) {
    if (all.has(key)) {
      expected.put(pointer, List.of(all.get(key).asString()));
    }
  }

  /// The corpus with the verdicts that the library's own tests prove: valid ones pass unless the
  /// list of differences says otherwise, and nothing else does.
  private void dkim() throws Exception {
    JsonNode suite = JSON.readTree(text("dkim/mail-dkim-corpus/cases.json"));
    JsonNode different =
        JSON.readTree(text("dkim/decided-differently.json")).path("mail-dkim-corpus");
    var zone = new HashMap<String, Object>();
    suite
        .get("dns")
        .properties()
        .forEach(
            e -> {
              String text = e.getValue().asString();
              if (text.equals("TEMPERROR")) {
                zone.put(e.getKey(), "SERVFAIL");
              } else if (!text.equals("NXDOMAIN")) {
                zone.put(e.getKey(), Map.of("TXT", List.of(List.of(text))));
              }
            });
    Path corpus = root.resolve("dkim/mail-dkim-corpus").toAbsolutePath();
    for (JsonNode c : suite.get("cases")) {
      String id = c.get("id").asString();
      boolean modern = c.path("class").asString().equals("modern");
      if (modern && different.path(id).isMissingNode()) {
        boolean pass = c.get("expect").asString().equals("pass");
        var line =
            Map.<String, Object>of(
                "id",
                "dkim " + id,
                "file",
                corpus.resolve(c.get("file").asString()).toString(),
                "now",
                NOW.getEpochSecond(),
                "zone",
                zone);
        cases.add(
            new Case(
                line,
                answer ->
                    answer
                                .path("dkim")
                                .valueStream()
                                .anyMatch(s -> s.path("result").asString().equals("pass"))
                            == pass
                        ? Optional.empty()
                        : Optional.of(id + ", expected " + c.get("expect") + ": " + answer)));
      }
    }
  }
}
