package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandsTest {
  private static final String LIST = "staff@example.org";

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

  @Test
  void aListIsMadeFilledShownAndRemoved() {
    right("list", "add", LIST, "--owner", "alice@example.org", "--kind", "announcements");
    right("list", "member", "add", LIST, "Bob@Example.net", "--name", "Bob B.");
    right(
        "list",
        "set",
        LIST,
        "--archive",
        "365d",
        "--size-limit",
        "2MiB",
        "--poster",
        "c@d.org,e@d.org");

    String shown = right("list", "show", LIST).out();
    assertTrue(shown.contains("announcements"), shown);
    assertTrue(shown.contains("365 days"), shown);
    assertTrue(shown.contains("c@d.org, e@d.org"), shown);
    assertTrue(right("list", "member", "list", LIST).out().contains("Bob@Example.net"));
    assertTrue(right("list", "list", "--json").out().contains("\"members\":1"));

    CommandRun refused = type("list", "remove", LIST);
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("one member"), refused.err());
    right("list", "remove", "--yes", LIST);
    assertTrue(right("list", "list").out().contains("no lists"));
    assertTrue(right("journal").out().contains("removed the list " + LIST));
  }

  @Test
  void aMemberIsPausedAndResumed() {
    right("list", "add", LIST);
    right("list", "member", "add", LIST, "bob@example.net");
    right("list", "member", "pause", LIST, "bob@example.net");
    assertTrue(right("list", "member", "list", LIST).out().contains("by an owner"));
    right("list", "member", "resume", LIST, "bob@example.net");
    assertFalse(right("list", "member", "list", LIST).out().contains("by an owner"));
  }

  @Test
  void aListHasNoAddressThatSomebodyElseHas() {
    right("alias", "add", "staff-request@example.org", "bob@example.net");
    CommandRun refused = type("list", "add", LIST);
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("staff-request@example.org"), refused.err());
  }

  @Test
  void noUserGetsAnAddressThatAListHas() {
    right("list", "add", LIST);
    CommandRun user = type("user", "add", LIST, "--generate");
    assertEquals(1, user.code(), user.out());
    assertTrue(user.err().contains("A mailing list has the address"), user.err());
  }

  @Test
  void whatIsNotUnderstoodSaysWhatToType() {
    assertTrue(type("list", "add", "staff-request@example.org").err().contains("-request"));
    assertTrue(type("list", "add", "staff@example.net").err().contains("example.net"));
    assertTrue(type("list", "add", LIST, "--kind", "closed").err().contains("members-moderated"));
    right("list", "add", LIST);
    assertEquals(1, type("list", "add", LIST).code());
    assertEquals(2, type("list", "set", LIST).code());
    assertEquals(2, type("list", "set", LIST, "--size-limit", "many").code());
    assertEquals(1, type("list", "member", "remove", LIST, "bob@example.net").code());
    assertEquals(1, type("list", "show", "other@example.org").code());
  }
}
