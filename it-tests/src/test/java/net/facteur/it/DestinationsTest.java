package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a server tells of a provider that takes mail, refuses it, and puts it off.
class DestinationsTest {
  private static final String DAN = "dan@example.net";

  @TempDir private Path directory;

  private static String command(Site site, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("-c");
    all.add(site.configuration().toString());
    CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));
    assertEquals(0, run.code(), run.text());
    return run.text();
  }

  private static JsonNode story(Site site) {
    return new JsonMapper().readTree(command(site, "destinations", "--json", DAN));
  }

  private static String numbers(Site site) {
    JsonNode story = story(site);
    return story.path("attempts").asInt()
        + " attempts, "
        + story.path("delivered").asInt()
        + " delivered, "
        + story.path("deferred").asInt()
        + " deferred, "
        + story.path("refused").asInt()
        + " refused";
  }

  @Test
  void theNumbersAreTrueWhileTheServerRunsAndAfterwards() throws Exception {
    Site site;
    String expected;
    try (var server = RunningServer.start(directory, "");
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      site = server.site();
      Site its = site;
      server.mail(DAN);
      server.mail(DAN);
      Await.until(() -> server.why(DAN), () -> mx.transactions().size() == 2);
      mx.refuse("550 5.1.1 User unknown");
      server.mail(DAN);
      Await.until(() -> server.why(DAN), () -> server.why(DAN).contains("\"failed\""));
      mx.refuse("550 5.7.1 Your address stands on a blocklist");
      server.mail(DAN);
      Await.until(() -> server.why(DAN), () -> server.why(DAN).split("\"failed\"", -1).length > 4);
      mx.refuse("451 4.7.28 too many messages from this address");
      server.mail(DAN);
      server.awaitDeferred(DAN, "too many messages");
      Await.until(
          () -> numbers(its), () -> story(its).path("slowed-since").asString("").length() > 1);
      mx.recover();
      server.retryUntil(() -> server.why(DAN), () -> mx.transactions().size() == 3);
      Await.until(() -> server.why(DAN), () -> !server.why(DAN).contains("\"queued\""));
      expected = history(server);
      assertTrue(expected.contains("3 delivered") && expected.contains("2 refused"), expected);
      Await.until(() -> numbers(its), () -> numbers(its).equals(expected));
      String all = command(site, "destinations");
      assertTrue(all.contains("example.net"), all);
    }
    assertEquals(expected, numbers(site));
    String letter = command(site, "letter");
    assertTrue(letter.contains("example.net: 3 delivered"), letter);
    assertTrue(letter.contains("does not want mail of this server"), letter);
    JsonNode said = story(site).get("said");
    assertEquals(3, said.size(), said.toString());
    assertEquals(
        "451 4.7.28 too many messages from this address", said.get(0).get("reply").asString());
    assertEquals("RATE", said.get(0).get("about").asString());
    assertEquals("US", said.get(1).get("about").asString());
    String one = command(site, "destinations", "example.net");
    assertTrue(one.contains("User unknown") && one.contains("too many messages"), one);
  }

  /// The same numbers out of the queue's history of each message.
  private static String history(RunningServer server) throws IOException {
    int[] counts = new int[3];
    for (String line : server.why(DAN).lines().toList()) {
      for (JsonNode recipient : new JsonMapper().readTree(line).path("recipients")) {
        for (JsonNode attempt : recipient.path("history")) {
          counts[
              List.of("delivered", "deferred", "failed")
                  .indexOf(attempt.path("outcome").asString())]++;
        }
      }
    }
    return (counts[0] + counts[1] + counts[2])
        + " attempts, "
        + counts[0]
        + " delivered, "
        + counts[1]
        + " deferred, "
        + counts[2]
        + " refused";
  }
}
