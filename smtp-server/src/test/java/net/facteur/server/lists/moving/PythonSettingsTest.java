package net.facteur.server.lists.moving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonSettingsTest {
  private static PythonSettings read(String file) {
    return switch (PythonSettings.parse(file)) {
      case Parsed.Ok<PythonSettings>(PythonSettings settings) -> settings;
      case Parsed.Malformed<PythonSettings>(int offset, String expected) ->
          throw new AssertionError(offset + ": " + expected);
    };
  }

  @Test
  void literalsOfEveryKindAreRead() {
    PythonSettings settings =
        read(
            """
            # -*- coding: utf-8 -*-
            real_name = 'Asso'
            info = \"""Two
            "lines\\"\"""
            owner = ['a@example.org',
              'b@example.org']
            pair = ('x', "y")
            max_message_size = 40
            emergency = 0
            digestable = True
            available_languages = ['en', 'fr']
            topics = []
            usenet_watermark = None
            bounce_processing = 1L
            """);
    assertEquals(Optional.of("Asso"), settings.text("real_name"));
    assertEquals(Optional.of("Two\n\"lines\""), settings.text("info"));
    assertEquals(List.of("a@example.org", "b@example.org"), settings.texts("owner"));
    assertEquals(List.of("x", "y"), settings.texts("pair"));
    assertEquals(Optional.of(40L), settings.number("max_message_size"));
    assertEquals(false, settings.on("emergency"));
    assertTrue(settings.on("digestable"));
    assertTrue(settings.on("bounce_processing"));
    assertEquals(Optional.empty(), settings.number("usenet_watermark"));
    assertEquals(List.of(), settings.texts("topics"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'caf\\xe9'|café",
        "'caf\\xc3\\xa9'|café",
        "u'caf\\xe9'|café",
        "u'caf\\u00e9'|café",
        "'it\\'s'|it's",
        "\"it's\"|it's",
        "r'a\\b'|a\\b",
        "'a' 'b'|ab",
        "'\\101'|A",
        "'\\q'|\\q",
      })
  void stringsMeanWhatPythonMeans(String written, String meant) {
    assertEquals(Optional.of(meant), read("x = " + written + "\n").text("x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = __import__('os').system('true')",
        "x = 'no end",
        "x = ['a' 1]",
        "x",
        "= 1",
        "x = [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
        "import os",
        "x = 'a'; os.remove('b')"
      })
  void whatIsNoLiteralIsMalformed(String file) {
    assertInstanceOf(Parsed.Malformed.class, PythonSettings.parse(file), file);
  }
}
