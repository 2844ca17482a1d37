package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListMovingCommandsTest {
  private static final String LIST = "members@example.org";

  @TempDir private Path directory = Path.of("");
  private Path settings = Path.of("");

  @BeforeEach
  void settings() throws IOException {
    settings = directory.resolve("mail.conf");
    Files.writeString(
        settings,
        """
        hostname = mail.example.org
        domains { "example.org" {} }
        data = %s
        """
            .formatted(directory.resolve("data")));
  }

  private CommandRun type(String... arguments) {
    return CommandRun.of(settings, Map.of(), "", arguments);
  }

  private CommandRun right(String... arguments) {
    CommandRun run = type(arguments);
    assertEquals(0, run.code(), run.out() + run.err());
    return run;
  }

  private String table(String text) throws IOException {
    return Files.writeString(directory.resolve("members.csv"), text).toString();
  }

  @Test
  void aTableIsShownThenImportedThenExported() throws IOException {
    String file =
        table(
            "address;name;lists;role\n"
                + "bob@example.net;Bob;members;\n"
                + "al@example.org;;members;owner\n");
    CommandRun dry = right("list", "import", file, "--from", "csv", "--dry-run");
    assertTrue(dry.out().contains("members@example.org (a new list)"), dry.out());
    assertTrue(dry.out().contains("  + bob@example.net Bob"), dry.out());
    assertTrue(dry.out().contains("owners: - -> al@example.org"), dry.out());
    assertTrue(dry.out().contains("without --dry-run"), dry.out());
    assertTrue(right("list", "list").out().contains("no lists"));

    right("list", "import", file, "--from", "csv");
    assertTrue(right("list", "member", "list", LIST).out().contains("bob@example.net"));
    assertTrue(right("journal").out().contains("imported"));
    assertTrue(
        right("list", "import", file, "--from", "csv").out().contains("nothing is to be done"));

    String csv = right("list", "export").out();
    assertTrue(csv.contains("bob@example.net,Bob,members@example.org,member,active"), csv);
    right("list", "export", "--to", directory.resolve("out").toString());
    assertTrue(Files.exists(directory.resolve("out/lists.json")));
    assertTrue(Files.exists(directory.resolve("out/" + LIST)));
    CommandRun again = type("list", "export", "--to", directory.resolve("out").toString());
    assertEquals(1, again.code());
    right("list", "remove", "--yes", LIST);
    right("list", "import", directory.resolve("out/lists.json").toString(), "--from", "facteur");
    assertEquals(csv, right("list", "export").out());
  }

  @Test
  void whoIsMissingStaysUnlessRemoveIsTyped() throws IOException {
    right(
        "list",
        "import",
        table("address\na@example.net\nb@example.net\n"),
        "--from",
        "csv",
        "--list",
        LIST);
    String file = table("address\na@example.net\n");
    CommandRun kept = right("list", "import", file, "--from", "csv", "--list", LIST);
    assertTrue(kept.out().contains("add --remove"), kept.out());
    CommandRun json =
        right("list", "import", file, "--from", "csv", "--list", LIST, "--remove", "--json");
    assertTrue(json.out().contains("\"removed\":[\"b@example.net\"]"), json.out());
    assertTrue(right("list", "list", "--json").out().contains("\"members\":1"));
  }

  @Test
  void anAddressThatSomebodyHasIsNoList() throws IOException {
    right("alias", "add", "members-owner@example.org", "carol@example.com");
    CommandRun run =
        type("list", "import", table("address\na@example.net\n"), "--from", "csv", "--list", LIST);
    assertEquals(1, run.code());
    assertTrue(run.err().contains("members-owner@example.org"), run.err());
  }

  @Test
  void aMistakeNamesItsLineAndAnUnknownProgramTheKnownOnes() throws IOException {
    CommandRun run =
        type("list", "import", table("address\nnobody\n"), "--from", "csv", "--list", LIST);
    assertEquals(1, run.code());
    assertTrue(run.err().contains("members.csv, line 2: `nobody`"), run.err());
    CommandRun program = type("list", "import", "x", "--from", "majordomo");
    assertEquals(2, program.code());
    assertTrue(program.err().contains("mailman2, mailman3, sympa"), program.err());
  }
}
