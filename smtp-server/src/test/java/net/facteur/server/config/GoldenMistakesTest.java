package net.facteur.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a person is told about a wrong file, word for word: `NAME.conf` beside `NAME.expected`.
class GoldenMistakesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-keys",
        "bad-values",
        "several-at-once",
        "not-together",
        "syntax",
        "unquoted-domain",
        "empty"
      })
  void everyMistakeIsReportedWithLineAndRemedy(String name) throws IOException {
    var loader = Reference.loader(Map.of(), Optional.of("localhost"));
    LoadedSettings loaded = loader.parse(resource(name + ".conf"), Path.of("mail.conf"));
    String report =
        switch (loaded) {
          case LoadedSettings.Good _ -> "no mistake\n";
          case LoadedSettings.Wrong(var mistakes) ->
              mistakes.stream()
                  .map(m -> m.text().in(Language.ENGLISH) + "\n")
                  .collect(Collectors.joining());
        };
    assertEquals(resource(name + ".expected"), report);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = GoldenMistakesTest.class.getResourceAsStream("mistakes/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
