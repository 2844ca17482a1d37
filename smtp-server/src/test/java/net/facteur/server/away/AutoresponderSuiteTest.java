package net.facteur.server.away;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.NewMessage;
import net.facteur.queue.ReversePath;
import net.facteur.server.mime.Entity;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The facts of Pigeonhole's vacation tests and of RFC 3834 and RFC 5230, and the automatic replies
/// of Sisimai, which are never answered; see SOURCE.txt beside them. All cases run.
class AutoresponderSuiteTest {
  private static final String SUITES = "/conformance/autoresponder/";

  @TempDir private Path directory = Path.of("");

  private static byte[] file(String name) throws IOException {
    try (InputStream in = AutoresponderSuiteTest.class.getResourceAsStream(SUITES + name)) {
      return in.readAllBytes();
    }
  }

  private static JsonNode json(String name) throws IOException {
    return new JsonMapper().readTree(file(name));
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(one -> one.asString("")).toList();
  }

  @TestFactory
  Stream<DynamicTest> eachCaseOfTheRfcs() throws IOException {
    JsonNode all = json("rfc3834-5230/cases.json");
    Map<String, JsonNode> byId = new HashMap<>();
    all.forEach(row -> byId.put(text(row, "id"), row));
    assertEquals(21, byId.size());
    return byId.keySet().stream()
        .sorted()
        .map(id -> DynamicTest.dynamicTest(id, () -> look(byId, byId.getOrDefault(id, all))));
  }

  private void look(Map<String, JsonNode> byId, JsonNode row) throws IOException {
    String user = text(row, "rcpt_to");
    Map<String, List<String>> aliases = new HashMap<>();
    texts(row.path("user_addresses")).stream()
        .filter(address -> !address.equals(user))
        .forEach(address -> aliases.put(address, List.of(user)));
    Set<String> users = new HashSet<>(List.of(user));
    // Whoever wrote is somebody to whom an answer has a way.
    users.add(text(row, "mail_from").isEmpty() ? user : text(row, "mail_from"));
    Path place = java.nio.file.Files.createDirectories(directory.resolve(text(row, "id")));
    try (var bench = new AwayBench(place, users, aliases, Map.of())) {
      Optional<String> end =
          text(row, "vacation_until").equals("yesterday")
              ? Optional.of("2026-12-01")
              : Optional.empty();
      var _ = bench.absences.put(AwayBench.away(user, "2026-11-01", end), Optional.empty());
      for (String before : texts(row.path("before"))) {
        bench.answered(mail(Optional.ofNullable(byId.get(before)).orElseThrow()));
      }
      bench.sent.clear();
      assertEquals(row.path("reply").asBoolean(false), bench.answered(mail(row)), row.toString());
      if (row.path("reply").asBoolean(false)) {
        reply(row, bench.sent.getFirst());
      }
    }
  }

  private static AnsweredMail mail(JsonNode row) {
    var header = new ArrayList<String>(texts(row.path("headers")));
    return AwayBench.mail(
        text(row, "mail_from"), text(row, "rcpt_to"), header.toArray(String[]::new));
  }

  private static void reply(JsonNode row, NewMessage answer) {
    var envelope = answer.envelopes().getFirst();
    assertEquals(ReversePath.Null.NULL, envelope.reversePath(), row.toString());
    if (row.has("reply_rcpt")) {
      assertEquals(text(row, "reply_rcpt"), envelope.recipients().getFirst().address().text());
    }
    row.path("expect")
        .properties()
        .forEach(
            field ->
                assertEquals(
                    field.getValue().asString(""), AwayBench.field(answer, field.getKey())));
    texts(row.path("expect_present"))
        .forEach(name -> assertFalse(AwayBench.field(answer, name).isEmpty(), name));
    assertEquals("auto-replied", AwayBench.field(answer, "Auto-Submitted"));
    assertTrue(
        AwayBench.lines(answer).stream().allMatch(line -> line.length() <= 78),
        AwayBench.lines(answer).toString());
  }

  @TestFactory
  Stream<DynamicTest> automaticRepliesOfOthersAreNotAnswered() throws IOException {
    return StreamSupport.stream(json("sisimai-rfc3834/expected.json").spliterator(), false)
        .map(row -> text(row, "file"))
        .map(name -> DynamicTest.dynamicTest(name, () -> notAnswered(name)));
  }

  private void notAnswered(String name) throws IOException {
    String lines =
        new String(file("sisimai-rfc3834/" + name), ISO_8859_1)
            .replace("\r\n", "\n")
            .replace("\n", "\r\n");
    MessageHeader header = Entity.parse(lines.getBytes(ISO_8859_1)).header();
    Path place =
        java.nio.file.Files.createDirectories(
            directory.resolve(name.substring(name.lastIndexOf('/') + 1)));
    try (var bench = new AwayBench(place, Set.of("kijitora@example.org"), Map.of(), Map.of())) {
      var _ =
          bench.absences.put(
              AwayBench.away("kijitora@example.org", "2026-11-01", Optional.empty()),
              Optional.empty());
      // Named in To, and with a reverse-path, so that the fields of the message alone decide.
      MessageHeader named =
          MessageHeader.parse(
              (new String(header.octets(), ISO_8859_1) + "Cc: kijitora@example.org\r\n\r\n")
                  .getBytes(UTF_8));
      assertFalse(
          bench.answered(
              new AnsweredMail(
                  new ReversePath.Of(AwayBench.address("neko@example.com")),
                  List.of(AwayBench.address("kijitora@example.org")),
                  named,
                  true)));
    }
  }
}
