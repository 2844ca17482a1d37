package net.facteur.server.bounces;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.server.bounces.DeliveryReport.Fate;
import net.facteur.server.bounces.DeliveryReport.Form;
import net.facteur.server.bounces.DeliveryReport.Reported;
import net.facteur.server.mime.Entity;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The messages of flufl.bounce and of Sisimai, see SOURCE.txt beside them. What is decided
/// differently stands in the file `differently`, with why.
class BounceSuitesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SUITES = "/conformance/bounces/";

  /// Neither bounces nor complaints of the reader's.
  private static final Set<String> NO_FAILURE = Set.of("delivered", "feedback", "vacation");

  private static byte[] file(String name) throws IOException {
    try (InputStream in = BounceSuitesTest.class.getResourceAsStream(SUITES + name)) {
      return in.readAllBytes();
    }
  }

  private static Optional<DeliveryReport> read(String suite, String file) throws IOException {
    String text = new String(file(suite + "/" + file), ISO_8859_1);
    String mail = text.startsWith("From ") ? text.substring(text.indexOf('\n') + 1) : text;
    String lines = mail.replace("\r\n", "\n").replace("\n", "\r\n");
    return BounceReader.read(Entity.parse(lines.getBytes(ISO_8859_1)));
  }

  /// Files with the word that says why.
  private static Map<String, String> differently(String suffix) throws IOException {
    return new String(file("differently"), UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[ :]", 3))
        .filter(words -> words[0].endsWith(suffix))
        .collect(Collectors.toMap(words -> words[0], words -> words[1], (a, _) -> a, TreeMap::new));
  }

  private static Set<String> addresses(Form form, List<Reported> all, Fate fate) {
    return all.stream()
        .filter(r -> r.fate() == fate)
        .flatMap(
            r ->
                Stream.concat(
                    Stream.of(r.address()),
                    form == Form.FREE ? r.others().stream() : Stream.empty()))
        .map(address -> address.toLowerCase(Locale.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(node -> node.asString().toLowerCase(Locale.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void findsTheAddressesThatMailmanFinds() throws IOException {
    Map<String, String> different = new TreeMap<>();
    JsonNode rows = JSON.readTree(file("flufl-bounce/expected.json"));
    for (JsonNode row : rows) {
      String file = row.get("file").asString();
      Optional<DeliveryReport> report = read("flufl-bounce", file);
      List<Reported> all = report.map(DeliveryReport::recipients).orElse(List.of());
      Form form = report.map(DeliveryReport::form).orElse(Form.FREE);
      String found = addresses(form, all, Fate.FAILED) + " " + addresses(form, all, Fate.DELAYED);
      String wanted = texts(row.get("permanent")) + " " + texts(row.get("temporary"));
      if (!found.equals(wanted)) {
        different.put(file.substring(file.indexOf('/') + 1), found + " for " + wanted);
      }
    }

    assertEquals(77, rows.size());
    assertEquals(differently(".txt").keySet(), different.keySet(), different::toString);
  }

  @Test
  void findsAsManyRecipientsAsSisimaiAndJudgesThemAlike() throws IOException {
    Map<String, String> different = new TreeMap<>();
    Map<String, String> details = new TreeMap<>();
    JsonNode rows = JSON.readTree(file("sisimai/expected.json"));
    for (JsonNode row : rows) {
      String file = row.get("file").asString();
      List<JsonNode> wanted = new ArrayList<>();
      for (JsonNode result : row.get("results")) {
        if (!NO_FAILURE.contains(result.get("reason").asString())) {
          wanted.add(result);
        }
      }
      List<Reported> found =
          read("sisimai", file).map(DeliveryReport::recipients).orElse(List.of()).stream()
              .filter(r -> r.fate() == Fate.FAILED || r.fate() == Fate.DELAYED)
              .toList();
      String how = row.has("note") ? compare(wanted, found) : compare(row, wanted, found);
      if (!how.isEmpty()) {
        different.put(file.substring(file.indexOf('/') + 1), how);
        details.put(file, found + " for " + wanted);
      }
    }

    assertEquals(380, rows.size());
    assertEquals(differently(".eml"), different, details::toString);
  }

  private static String compare(JsonNode row, List<JsonNode> wanted, List<Reported> found) {
    String how = compare(wanted, found);
    Set<String> named = new TreeSet<>();
    for (JsonNode block : row.path("rfc3464")) {
      for (String field : List.of("final", "original")) {
        String text = block.path(field).asString("").toLowerCase(Locale.ROOT);
        named.add(text.substring(text.indexOf(';') + 1).replaceAll("[<>]", "").strip());
      }
    }
    named.remove("");
    boolean strange =
        !named.isEmpty()
            && !found.stream()
                .allMatch(
                    r ->
                        Stream.concat(Stream.of(r.address()), r.others().stream())
                            .anyMatch(name -> named.contains(name.toLowerCase(Locale.ROOT))));
    return how.isEmpty() && strange ? "address" : how;
  }

  /// In which way the recipients differ; empty where they do not.
  private static String compare(List<JsonNode> wanted, List<Reported> found) {
    if (wanted.size() != found.size()) {
      return found.isEmpty() ? "none" : "count";
    }
    String how = "";
    for (int i = 0; i < found.size(); i++) {
      boolean hard = wanted.get(i).get("hard").asBoolean();
      String status = wanted.get(i).get("status").asString();
      boolean invented = status.matches("[45]\\.0\\.9..");
      if (found.get(i).ground().lasting() != hard) {
        return hard ? "careful" : "words";
      }
      if (!invented && !found.get(i).status().map(Object::toString).orElse("").equals(status)) {
        how = "code";
      }
    }
    return how;
  }
}
