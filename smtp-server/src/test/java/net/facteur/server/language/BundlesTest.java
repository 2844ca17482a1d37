package net.facteur.server.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The bundles say all that the code asks for, in each language, with the same places.
class BundlesTest {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w*)}");

  /// What a language says of itself.
  private static final Set<String> OF_THE_LANGUAGE = Set.of("name", "singular");

  /// What describes commands; who asks for it is picocli, and HelpTest looks.
  private static final String HELP = "help.";

  private static final Pattern COMMAND = Pattern.compile("`([^`]*)`");

  private static Map<String, String> texts(Language language) {
    String file = language.equals(Language.ENGLISH) ? "texts" : "texts_" + language.code();
    var properties = new Properties();
    try (var in =
        new InputStreamReader(
            Objects.requireNonNull(Language.class.getResourceAsStream(file + ".properties")),
            StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    var texts = new TreeMap<String, String>();
    properties.stringPropertyNames().forEach(key -> texts.put(key, properties.getProperty(key)));
    return texts;
  }

  /// The methods of every interface of texts that there is.
  private static List<Method> methods() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Language.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var methods = new ArrayList<Method>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith("Texts.class")).toList()) {
        String name =
            classes.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
        Class<?> type = load(name);
        if (type.isInterface()) {
          methods.addAll(List.of(type.getDeclaredMethods()));
        }
      }
    }
    methods.removeIf(Method::isSynthetic);
    return methods;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Language.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> places(String text) {
    return PLACE
        .matcher(text)
        .results()
        .map(m -> m.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theEnglishOnesAreThoseThatTheCodeAsksFor() throws Exception {
    Map<String, String> texts = texts(Language.ENGLISH);
    var asked = new TreeMap<String, Set<String>>();
    for (Method method : methods()) {
      assertEquals(Text.class, method.getReturnType(), method::toString);
      Set<String> names =
          Stream.of(method.getParameters())
              .map(Parameter::getName)
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> before = asked.put(Texts.key(method), names);
      assertTrue(before == null, () -> "two methods for " + Texts.key(method));
      assertEquals(
          names.contains("count"),
          Stream.of(method.getParameters())
              .anyMatch(p -> p.getName().equals("count") && p.getType().isPrimitive()),
          () -> "what is counted is a number: " + method);
    }
    assertFalse(asked.isEmpty());
    for (Map.Entry<String, Set<String>> one : asked.entrySet()) {
      String key = one.getKey();
      assertTrue(texts.containsKey(key), () -> "no text for " + key);
      Set<String> places = places(texts.get(key));
      Set<String> values = new TreeSet<>(one.getValue());
      if (texts.containsKey(key + ".one")) {
        values.remove("count");
        places.remove("count");
        assertTrue(one.getValue().contains("count"), () -> key + " counts nothing");
      } else if (!places.contains("count")) {
        values.remove("count");
      }
      assertEquals(values, places, key);
    }
    Set<String> unasked = new TreeSet<>(texts.keySet());
    unasked.removeIf(
        key ->
            key.startsWith(HELP)
                || OF_THE_LANGUAGE.contains(key)
                || asked.containsKey(key.replaceFirst("\\.one$", "")));
    assertEquals(Set.of(), unasked, "nobody says these");
  }

  @TestFactory
  Stream<DynamicTest> everyLanguageHasTheSameKeysPlacesAndCommands() {
    Map<String, String> english = texts(Language.ENGLISH);
    return Language.known().stream()
        .map(
            language ->
                DynamicTest.dynamicTest(language.code(), () -> same(english, texts(language))));
  }

  private static void same(Map<String, String> english, Map<String, String> other) {
    assertEquals(keys(english), keys(other));
    other.forEach(
        (key, text) -> {
          String model =
              Objects.requireNonNullElse(english.get(key), english.get(key.replace(".one", "")));
          Set<String> places = places(text);
          Set<String> expected = places(model);
          if (key.endsWith(".one")) {
            places.remove("count");
            expected.remove("count");
          }
          if (!OF_THE_LANGUAGE.contains(key)) {
            assertEquals(expected, places, key);
            assertEquals(commands(model), commands(text), key);
          }
          // help has empty lines
          assertEquals(key.startsWith(HELP) && model.isBlank(), text.isBlank(), key);
          assertEquals(columns(model), columns(text), key);
          assertEquals(text.strip(), text, key);
          assertFalse(
              text.contains("\u2019"), () -> key + ": a straight apostrophe reads everywhere");
        });
  }

  /// A language has its own forms of what is counted.
  private static Set<String> keys(Map<String, String> texts) {
    return texts.keySet().stream()
        .map(key -> key.replaceFirst("\\.one$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// How many columns the headings of a table are for.
  private static int columns(String text) {
    return text.split(" \\| ").length;
  }

  private static Set<String> commands(String text) {
    return COMMAND
        .matcher(text)
        .results()
        .map(m -> m.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
