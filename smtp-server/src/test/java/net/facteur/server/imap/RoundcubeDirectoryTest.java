package net.facteur.server.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.imap.RoundcubeDirectory.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundcubeDirectoryTest {
  private static final String OURS = "<?php\n$config['imap_host'] = 'tls://localhost:143';\n";

  @TempDir private Path directory;

  private RoundcubeDirectory of(String settings) throws IOException {
    Files.createDirectories(directory.resolve("config"));
    Files.createDirectories(directory.resolve("plugins/password/drivers"));
    Files.writeString(directory.resolve("config/config.inc.php"), settings);
    return new RoundcubeDirectory(directory);
  }

  @Test
  void theLineComesLastAndGoesAgain() throws IOException {
    RoundcubeDirectory roundcube = of("<?php\n$config = [];\n");
    assertInstanceOf(Outcome.Changed.class, roundcube.write(OURS));
    assertEquals(
        "<?php\n$config = [];\n" + roundcube.line() + "\n", Files.readString(roundcube.main()));
    assertInstanceOf(Outcome.Unchanged.class, roundcube.write(OURS));
    assertEquals(
        new Outcome.Changed(List.of(roundcube.main(), roundcube.ours(), roundcube.driver())),
        roundcube.remove());
    assertEquals("<?php\n$config = [];\n", Files.readString(roundcube.main()));
    assertFalse(Files.exists(directory.resolve("config/facteur")));
    assertInstanceOf(Outcome.Unchanged.class, roundcube.remove());
  }

  @Test
  void theLineStandsWithinPhpWhereItEnds() throws IOException {
    RoundcubeDirectory roundcube = of("<?php\n$config = [];\n?>\n");
    assertInstanceOf(Outcome.Changed.class, roundcube.write(OURS));
    assertEquals(
        "<?php\n$config = [];\n" + roundcube.line() + "\n?>\n", Files.readString(roundcube.main()));
    assertInstanceOf(Outcome.Changed.class, roundcube.remove());
    assertEquals("<?php\n$config = [];\n?>\n", Files.readString(roundcube.main()));
  }

  @Test
  void whatStandsBehindTheLineStaysThere() throws IOException {
    RoundcubeDirectory roundcube = of("<?php\n$config = [];\n");
    assertInstanceOf(Outcome.Changed.class, roundcube.write(OURS));
    String more = Files.readString(roundcube.main()) + "$config['skin'] = 'larry';\n";
    Files.writeString(roundcube.main(), more);
    assertInstanceOf(Outcome.Unchanged.class, roundcube.write(OURS));
    assertEquals(more, Files.readString(roundcube.main()));
  }

  @Test
  void nothingThatIsSaidEndsATextOfPhp() {
    assertEquals("'it\\'s \\\\ $x'", RoundcubeConfiguration.quoted("it's \\ $x"));
    String text =
        new RoundcubeConfiguration(
                Set.of("password", "archive"),
                "tls://localhost:143",
                Optional.of("tls://localhost:587"),
                Optional.of("tls://localhost:4190"),
                Optional.empty(),
                URI.create("http://127.0.0.1:8625/new-password"),
                10,
                "a'b")
            .text();
    assertTrue(text.contains("$config['facteur_secret'] = 'a\\'b';"), text);
    assertTrue(text.contains("['archive', 'password']"), text);
    // Without the plugin, nothing is said of rules.
    assertFalse(text.contains("managesieve"), text);
  }
}
