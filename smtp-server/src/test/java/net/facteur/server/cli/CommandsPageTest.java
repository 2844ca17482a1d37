package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The committed reference of the commands is what the command line knows.
class CommandsPageTest {
  @Test
  void theCommittedPageHasEveryCommandWithItsOptions() throws IOException {
    assertEquals(
        new CommandsPage(CommandRun.commands().getCommandSpec()).write(),
        Files.readString(Path.of("..", "docs", "commands.md")),
        "run ./facteur config commands > docs/commands.md");
  }
}
