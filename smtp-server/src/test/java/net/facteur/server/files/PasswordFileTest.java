package net.facteur.server.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordFileTest {
  @TempDir private Path directory;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "secret|secret",
        "secret\\n|secret",
        "secret\\r\\nmore\\n|secret",
        " with blanks \\n| with blanks ",
        "\uFEFFsecret\\n|secret",
        "''|''",
        "\\nsecret\\n|''",
      })
  void thePasswordIsTheFirstLine(String text, String password) throws IOException {
    Path file = directory.resolve("password");
    Files.writeString(file, text.replace("\\r", "\r").replace("\\n", "\n"));
    assertEquals(password, new PasswordFile(file).read());
  }
}
