package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class DnsListCommandTest {
  private static final Map<String, ?> ZONE =
      Map.of(
          "2.0.0.127.bl.example",
          Map.of("A", "127.0.0.2"),
          "99.2.0.192.bl.example",
          Map.of("A", "127.0.0.4", "TXT", "open\u001b[31m relay"),
          "*.world.example",
          Map.of("A", "127.0.0.2"),
          "2.0.0.127.wl.example",
          Map.of("A", "127.0.0.2"));

  @TempDir private Path directory;

  private CommandRun run(String lists, String... arguments) throws IOException {
    Path file = directory.resolve("mail.conf");
    Files.writeString(
        file, "hostname = mail.example.org\ndomains { \"example.org\" {} }\n" + lists);
    return CommandRun.of(file, ZONE, "", arguments);
  }

  private static final String SOUND =
      "filter.dns-lists { block = [\"bl.example=127.0.0.[2..11]*3\"], allow = [wl.example] }\n";

  @Test
  void itShowsWhatEachListSaysAndWhatThatIsWorth() throws IOException {
    CommandRun run = run(SOUND, "dnslist", "test", "192.0.2.99");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("listed as 127.0.0.4"), run.out());
    assertTrue(run.out().contains("together 3"), run.out());
    assertTrue(run.out().contains("bl.example: \"open?[31m relay\""), run.out());
  }

  @Test
  void aListThatDoesNotWorkIsTold() throws IOException {
    CommandRun run =
        run(
            "filter.dns-lists.block = [\"world.example*9\", \"bl.example\"]\n",
            "dnslist",
            "test",
            "192.0.2.98");
    assertEquals(1, run.code(), run.err());
    assertTrue(run.out().contains("lists the whole world"), run.out());
    assertTrue(run.out().contains("counts for nothing"), run.out());
    assertTrue(run.out().contains("together 0"), run.out());
  }

  @Test
  void scriptsReadAnObjectForEachList() throws IOException {
    CommandRun run = run(SOUND, "dnslist", "test", "192.0.2.99", "--json");
    List<String> lines = run.out().lines().toList();
    assertEquals(2, lines.size(), run.out());
    var first = new JsonMapper().readTree(lines.getFirst());
    assertEquals("bl.example", first.get("list").asString());
    assertEquals(3, first.get("points").asInt());
    assertTrue(first.get("counts").asBoolean());
  }

  @Test
  void withoutListsAndWithWrongSubjectsItSaysWhatToType() throws IOException {
    CommandRun none = run("", "dnslist", "test", "192.0.2.99");
    assertEquals(1, none.code());
    assertTrue(none.err().contains("facteur explain filter.dns-lists.block"), none.err());
    assertEquals(2, run(SOUND, "dnslist", "test", "not a name").code());
    assertEquals(
        1, run(SOUND, "dnslist", "test", "spam.example").code(), "there are no such lists");
  }

  @Test
  void theDoctorNamesListsThatDoNotWork() throws IOException {
    CommandRun run =
        run("filter.dns-lists.block = [world.example, bl.example]\n", "doctor", "--offline");
    assertTrue(run.out().contains("dnslist: world.example: lists"), run.out());
    assertTrue(run.out().contains("dnslist: bl.example: works"), run.out());
  }
}
