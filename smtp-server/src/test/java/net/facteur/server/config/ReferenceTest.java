package net.facteur.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The table, the committed reference file and the committed documentation say the same.
class ReferenceTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private final SettingsLoader loader =
      new SettingsLoader(Map.of(), Optional.of("mail.example.org"));

  @Test
  void theCommittedReferenceIsWhatTheTableSays() throws IOException {
    assertEquals(
        ReferenceWriter.write(),
        Files.readString(ROOT.resolve("conf/mail.conf")),
        "run ./facteur config reference > conf/mail.conf");
  }

  @Test
  void theCommittedDocumentationIsWhatTheTableSays() throws IOException {
    assertEquals(
        DocsWriter.write(),
        Files.readString(ROOT.resolve("docs/configuration.md")),
        "run ./facteur config docs > docs/configuration.md");
  }

  @Test
  void theReferenceAsItStandsLoads() {
    assertInstanceOf(
        LoadedSettings.Good.class,
        loader.parse(ReferenceWriter.write(), Path.of("conf/mail.conf")));
  }

  @Test
  void theReferenceLoadsWithEveryLineTakenUp() {
    String all =
        ReferenceWriter.write()
            .lines()
            .map(line -> line.matches("#[a-z].*") ? line.substring(1) : line)
            .collect(Collectors.joining("\n"));
    LoadedSettings loaded = loader.parse(all, Path.of("conf/mail.conf"));
    if (loaded instanceof LoadedSettings.Wrong(var mistakes)) {
      throw new AssertionError(
          mistakes.stream().map(Mistake::text).collect(Collectors.joining("\n")));
    }
  }

  @Test
  void theMinimalFileIsShortAndRight() throws IOException {
    Path minimal = ROOT.resolve("conf/mail-minimal.conf");
    assertTrue(Files.readAllLines(minimal).size() < 20);
    assertInstanceOf(LoadedSettings.Good.class, loader.load(minimal));
  }

  @TestFactory
  Stream<DynamicTest> everySettingIsExplained() {
    return SettingsTable.settings().stream()
        .map(setting -> DynamicTest.dynamicTest(setting.name(), () -> explained(setting)));
  }

  @Test
  void everyConstantOfTheTableStandsInItOnce() throws IllegalAccessException {
    var listed = SettingsTable.settings();
    assertEquals(listed.size(), new HashSet<>(listed).size());
    for (var field : SettingsTable.class.getFields()) {
      if (field.getType() == Setting.class) {
        assertTrue(listed.contains(field.get(null)), () -> field.getName() + " is in no section");
      }
    }
  }

  private static <T> void explained(Setting<T> setting) {
    assertTrue(setting.doc().length() > 15 && setting.doc().endsWith("."), "a text");
    assertFalse(setting.type().bounds().isBlank(), "bounds");
    assertFalse(setting.defaultText().isBlank(), "a default, or what happens without");
    assertTrue(setting.since().matches("[0-9]+\\.[0-9]+"), "a version");
    assertTrue(
        setting.key().stream()
            .allMatch(n -> n.equals("*") || n.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")),
        "lower-case-with-dashes");
    var example = ConfigFactory.parseString("x = " + setting.example()).getValue("x");
    assertInstanceOf(SettingType.Reading.Good.class, setting.type().read(example), "the example");
    setting
        .defaultValue()
        .ifPresent(
            value -> {
              var printed = ConfigFactory.parseString("x = " + setting.type().print(value));
              assertEquals(
                  SettingType.Reading.good(value), setting.type().read(printed.getValue("x")));
            });
  }
}
