package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.accounts.UserName;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListModerationCommandsTest {
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
    assertEquals(0, type("list", "add", LIST).code());
  }

  private CommandRun type(String... arguments) {
    return CommandRun.of(settings, Map.of(), "", arguments);
  }

  private QueueId post() throws IOException {
    Path file;
    try (var found = Files.walk(directory)) {
      file =
          found.filter(p -> p.endsWith(LIST) && Files.isRegularFile(p)).findFirst().orElseThrow();
    }
    var id = QueueId.next(InstantSource.system(), new Random(1));
    new Matters(file.resolveSibling(""), InstantSource.system(), new Random(2))
        .ask(
            UserName.parse(LIST).orElseThrow(),
            new About.Post(
                id, Optional.of(new MailAddress("eve", "example.net")), false, "Hello \u001b[31m"),
            List.of(),
            Duration.ofDays(5));
    return id;
  }

  @Test
  void aPostIsShownAndDecidedOnOnce() throws IOException {
    assertTrue(type("list", "held").out().contains("No post waits"));
    QueueId id = post();
    String shown = type("list", "held", LIST).out();
    assertTrue(shown.contains(id + "  members@example.org  eve@example.net  no"), shown);
    assertTrue(shown.contains("Hello ?[31m"), "a stranger's text moves no cursor");
    assertTrue(type("list", "held", "--json").out().contains("\"proven\":false"));

    CommandRun no = type("list", "reject", id.toString(), "--reason", "off topic");
    assertEquals(0, no.code(), no.err());
    assertTrue(no.out().contains("as soon as it starts"), no.out());
    CommandRun late = type("list", "approve", id.toString());
    assertEquals(1, late.code());
    assertTrue(late.err().contains("said no"), late.err());
    assertTrue(type("list", "held").out().contains("No post waits"));
    assertTrue(type("journal").out().contains(id + " NO"));
    assertEquals(1, type("list", "discard", "0123456789ABCDEF").code());
  }
}
