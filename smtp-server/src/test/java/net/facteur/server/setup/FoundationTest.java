package net.facteur.server.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoundationTest {
  @TempDir private Path directory = Path.of("");

  /// Nobody looked before, or somebody was quicker.
  @ParameterizedTest
  @ValueSource(
      strings = {"tls/mail.key", "tls/mail.crt", "tls/mail.csr", "data/keys/mine", "data/users"})
  void whatIsThereAlreadyStaysAndAllElseIsTakenAwayAgain(String name) throws IOException {
    Path mine = directory.resolve(name);
    Files.createDirectories(Objects.requireNonNull(mine.getParent()));
    Files.writeString(mine, "mine");
    List<Path> before = files();
    var foundation =
        new Foundation(
            Layout.below(directory),
            Reference.loader(Map.of(), Optional.of("mail.example.org")),
            new SecureRandom(),
            () -> Instant.parse("2026-12-01T00:00:00Z"));
    var answers =
        new Answers(
            DomainName.of("example.org"),
            DomainName.of("mail.example.org"),
            UserName.parse("alice@example.org").orElseThrow(),
            new Answers.Zone.ByHand(),
            false,
            true,
            Optional.empty(),
            Answers.Ports.STANDARD);
    assertThrows(FileAlreadyExistsException.class, () -> foundation.lay(answers, Optional.empty()));
    assertEquals("mine", Files.readString(mine));
    assertEquals(before, files());
    assertFalse(Files.exists(directory.resolve("conf")));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
