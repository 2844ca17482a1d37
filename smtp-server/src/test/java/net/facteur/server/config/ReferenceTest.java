package net.facteur.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The rows, the committed reference file and the committed documentation say the same.
class ReferenceTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private final SettingsLoader loader = Reference.loader(Map.of(), Optional.of("mail.example.org"));

  @Test
  void theCommittedReferenceIsWhatTheRowsSay() throws IOException {
    assertEquals(
        ReferenceWriter.write(Reference.SCHEMA),
        Files.readString(ROOT.resolve("conf/mail.conf")),
        "run ./facteur config reference > conf/mail.conf");
  }

  @Test
  void theCommittedDocumentationIsWhatTheRowsSay() throws IOException {
    assertEquals(
        DocsWriter.write(Reference.SCHEMA),
        Files.readString(ROOT.resolve("docs/configuration.md")),
        "run ./facteur config docs > docs/configuration.md");
  }

  @Test
  void theReferenceAsItStandsLoads() {
    assertInstanceOf(
        LoadedSettings.Good.class,
        loader.parse(ReferenceWriter.write(Reference.SCHEMA), Path.of("conf/mail.conf")));
  }

  @Test
  void theReferenceLoadsWithEveryLineTakenUp() {
    String all =
        ReferenceWriter.write(Reference.SCHEMA)
            .lines()
            .map(line -> line.matches("#[a-z].*") ? line.substring(1) : line)
            .collect(Collectors.joining("\n"));
    LoadedSettings loaded = loader.parse(all, Path.of("conf/mail.conf"));
    if (loaded instanceof LoadedSettings.Wrong(var mistakes)) {
      throw new AssertionError(
          mistakes.stream()
              .map(m -> m.text().in(Language.ENGLISH))
              .collect(Collectors.joining("\n")));
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
    return Reference.SCHEMA.settings().stream()
        .map(setting -> DynamicTest.dynamicTest(setting.name(), () -> explained(setting)));
  }

  @Test
  void everyRowOfEveryPackageStandsInTheReferenceOnce() throws Exception {
    var listed = Reference.SCHEMA.settings();
    var rows = rows();
    assertEquals(listed.size(), new HashSet<>(listed).size(), "a row stands twice");
    rows.forEach((name, row) -> assertTrue(listed.contains(row), () -> name + " is not listed"));
    assertEquals(new HashSet<>(listed), new HashSet<>(rows.values()));
  }

  /// Every constant that is a row, by its class and name.
  private static Map<String, Setting<?>> rows() throws Exception {
    Path classes =
        Path.of(Reference.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var rows = new TreeMap<String, Setting<?>>();
    try (Stream<Path> files = Files.walk(classes.resolve("net/facteur/server"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = classes.relativize(file).toString().replace('/', '.');
        String type = name.substring(0, name.length() - ".class".length());
        if (type.endsWith("-info")) {
          continue;
        }
        Class<?> owner = Class.forName(type, false, Reference.class.getClassLoader());
        for (Field field : owner.getDeclaredFields()) {
          if (field.getType() == Setting.class && Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            rows.put(type + "." + field.getName(), (Setting<?>) field.get(null));
          }
        }
      }
    }
    return rows;
  }

  private static <T> void explained(Setting<T> setting) {
    assertTrue(setting.doc().length() > 15 && setting.doc().endsWith("."), "a text");
    assertFalse(setting.type().bounds().in(Language.ENGLISH).isBlank(), "bounds");
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
