package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The public suites through `facteur verify --batch`, as a process of its own.
class BatchTest {
  private static final int ROUNDS = 2;
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory;

  private Command batch(List<String> lines) throws Exception {
    Path file = Files.write(directory.resolve("cases.jsonl"), lines);
    return Command.run(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-cp",
        ServerProcess.classPath(),
        "net.facteur.server.cli.Facteur",
        "verify",
        "--batch",
        file.toString());
  }

  @Test
  void theSuitesComeOutAsTheyShouldAndInOrder() throws Exception {
    var cases = new ArrayList<BatchSuites.Case>();
    for (int i = 0; i < ROUNDS; i++) {
      cases.addAll(BatchSuites.load());
    }
    assertTrue(cases.size() > 300 * ROUNDS, () -> cases.size() + " cases");
    Command run = batch(cases.stream().map(c -> JSON.writeValueAsString(c.line())).toList());
    List<JsonNode> answers =
        run.output().lines().filter(l -> l.startsWith("{")).map(JSON::readTree).toList();
    assertEquals(cases.size(), answers.size(), () -> run.output().substring(0, 2_000));
    var problems = new ArrayList<String>();
    for (int i = 0; i < cases.size(); i++) {
      BatchSuites.Case one = cases.get(i);
      JsonNode answer = answers.get(i);
      assertEquals(one.line().get("id"), answer.path("id").asString());
      one.problem().apply(answer).ifPresent(problems::add);
    }
    assertEquals(List.of(), problems.stream().limit(5).toList(), () -> problems.size() + " wrong");
    assertEquals(0, run.exitCode());
  }

  @Test
  void aBadLineAmongManyIsToldInItsPlace() throws Exception {
    var lines = new ArrayList<String>();
    for (int i = 0; i < 300; i++) {
      lines.add(
          i % 100 == 50
              ? "{\"id\": " + i + ", \"file\": \"/nowhere/" + "x".repeat(50) + "\"}"
              : "{\"id\": "
                  + i
                  + ", \"ip\": \"192.0.2.1\", \"helo\": \"a.example\", \"zone\": {}}");
    }
    Command run = batch(lines);
    List<JsonNode> answers = run.output().lines().map(JSON::readTree).toList();
    assertEquals(300, answers.size());
    for (int i = 0; i < 300; i++) {
      assertEquals(i, answers.get(i).get("id").asInt());
      assertEquals(i % 100 == 50, answers.get(i).has("error"));
    }
    assertEquals(1, run.exitCode());
  }
}
