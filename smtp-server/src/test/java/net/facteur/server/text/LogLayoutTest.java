package net.facteur.server.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the shipped `conf/log4j2.xml` writes of what strangers say.
class LogLayoutTest {
  /// NEL, CSI, RLO, a zero-width space, a line separator, a private character, a lone surrogate, a
  /// tag beyond U+FFFF, ESC, DEL, a line end.
  private static final String STRANGE =
      "a\u0085b\u009b31mc\u202ed\u200be\u2028f\ue000g\ud800h\udb40\udc41i\u001b[2Jj\u007fk\r\nl";

  @TempDir Path directory = Path.of("");

  /// The lines that a form of the log has of a message and an exception.
  private List<String> written(String form, String message, Exception exception)
      throws IOException {
    Path file = directory.resolve("log");
    Map<String, String> properties =
        Map.of(
            "facteur.log.format",
            form,
            "facteur.log.place",
            "file",
            "facteur.log.file",
            file.toString());
    properties.forEach(System::setProperty);
    try (var context = new LoggerContext("layouts")) {
      context.setConfigLocation(Path.of("..", "conf", "log4j2.xml").toUri());
      context.start();
      context.getLogger("net.facteur.test").warn(message, exception);
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
    return Files.readString(file).lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void nothingThatATerminalObeysReachesIt(String form) throws IOException {
    List<String> lines = written(form, STRANGE, new IOException(STRANGE));
    assertEquals(1, lines.size(), lines.toString());
    lines
        .getFirst()
        .codePoints()
        .forEach(
            c ->
                assertTrue(
                    (c == '\t' || !Character.isISOControl(c))
                        && Character.getType(c) != Character.FORMAT
                        && Character.getType(c) != Character.LINE_SEPARATOR,
                    () -> form + ": " + Integer.toHexString(c) + " in " + lines));
  }

  @Test
  void jsonHasItWholeForPrograms() throws IOException {
    String line = written("json", STRANGE + " \u00fc\u65e5", new IOException(STRANGE)).getFirst();
    assertTrue(line.contains("a\\u0085b\\u009b31mc\\u202ed\\u200be\\u2028f\\ue000g"), line);
    assertTrue(line.contains(" \u00fc\u65e5\""), "letters stay as they are: " + line);
    JsonNode json = new JsonMapper().readTree(line);
    assertEquals(STRANGE + " \u00fc\u65e5", json.path("message").asString(""));
    assertEquals(STRANGE, json.path("error.message").asString(""));
    assertEquals("WARN", json.path("log.level").asString(""));
  }
}
