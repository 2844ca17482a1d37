package net.facteur.server.mailbox;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailboxSpaceTest {
  @TempDir private Path directory;

  @Test
  void roomIsPromisedOnceAndIsThereAgainWhenTheCopiesAreWritten() throws IOException {
    var now = new AtomicReference<>(Instant.EPOCH);
    // The directory is made by the first delivery.
    var settings = MailboxSettings.of(directory.resolve("mail/below"), "mail.example.org");
    var space = new MailboxSpace(settings, now::get);
    long free = Files.getFileStore(directory).getUsableSpace() - settings.reserve();
    assertTrue(space.promise(0));
    assertFalse(space.promise(free * 2));
    assertTrue(space.promise(free / 4 * 3));
    assertFalse(space.promise(free / 4 * 3));
    now.set(Instant.EPOCH.plus(MailboxSpace.WRITTEN).minus(Duration.ofMillis(1)));
    assertFalse(space.promise(free / 4 * 3));
    now.set(Instant.EPOCH.plus(MailboxSpace.WRITTEN));
    assertTrue(space.promise(free / 4 * 3));
  }
}
