package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.routes.FallbackWish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the commands about routes say where no server runs.
class RouteCommandTest {
  @TempDir private Path directory;

  private CommandRun run(String... arguments) throws IOException {
    Path file = directory.resolve("mail.conf");
    Files.writeString(
        file,
        """
        hostname = mail.example.org
        domains { "example.org" {} }
        directories.data = data
        aliases { "info@example.org" = "nobody@example.org" }
        routes {
          partner { to = "*.partner.example", host = mx.partner.example, port = 2525, tls = encrypt }
          second { host = smtp.relay.example }
        }
        fallback.route = second
        """);
    Files.createDirectories(directory.resolve("data"));
    return CommandRun.of(file, Map.of(), "", arguments);
  }

  @Test
  void theListHasTheUsualWayLastAndSaysThatNoServerAnswers() throws IOException {
    CommandRun run = run("route", "list");
    assertEquals(0, run.code(), run.err());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(1).contains("mx.partner.example:2525, TLS encrypt"), run.out());
    assertTrue(lines.get(3).startsWith("direct"), run.out());
    assertTrue(lines.get(3).endsWith("second"), run.out());
    assertTrue(run.out().contains("none answers"), run.out());
  }

  @Test
  void scriptsReadAnObjectForEachRoute() throws IOException {
    CommandRun run = run("route", "list", "--json");
    List<JsonNode> lines = run.out().lines().map(line -> new JsonMapper().readTree(line)).toList();
    assertEquals(
        List.of("partner", "second", "direct"),
        lines.stream().map(line -> line.path("route").asString("")).toList());
    assertEquals("*.partner.example", lines.getFirst().path("to").path(0).asString(""));
    assertTrue(lines.getLast().path("usual").asBoolean(false));
  }

  @Test
  void anAddressThatNobodyHasGoesNowhere() throws IOException {
    CommandRun run = run("route", "show", "nobody@example.org");
    assertEquals(1, run.code(), run.err());
    assertTrue(run.out().contains("nobody here has this address"), run.out());
    assertEquals(2, run("route", "show", "no address").code());
  }

  @Test
  void whatIsWantedOfAFallbackWaitsForAServer() throws IOException {
    assertEquals(2, run("route", "fallback", "google").code());
    assertEquals(2, run("route", "fallback", "goo gle", "--now").code());
    CommandRun run = run("route", "fallback", "google", "--now");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("No server runs"), run.out());
    assertEquals(0, run("route", "fallback", "google", "--end", "--route", "direct").code());
    assertEquals(
        "now google\nend google direct\n",
        Files.readString(directory.resolve("data/fallback-wishes")));
    assertTrue(FallbackWish.isName("smtp.relay.example"));
    assertEquals(Optional.empty(), FallbackWish.Verb.of("later"));
  }
}
