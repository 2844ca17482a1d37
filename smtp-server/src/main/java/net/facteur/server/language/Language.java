package net.facteur.server.language;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/// A language that there are texts in.
///
/// @param code of ISO 639, two letters, lower case, such as `fr`
public record Language(String code) {
  public static final Language ENGLISH = new Language("en");
  public static final Language FRENCH = new Language("fr");

  private static final String BUNDLE = Language.class.getPackageName() + ".texts";

  /// The language that is meant: by its code, also of a locale (`fr_BE.UTF-8`, `fr-CA`), or by its
  /// name in English or in itself.
  ///
  /// @return empty where there are no texts in it
  public static Optional<Language> of(String written) {
    String wanted = written.strip().toLowerCase(Locale.ROOT);
    String code = wanted.split("[-_.@]", 2)[0];
    if (code.length() == 2) {
      return Optional.of(new Language(code)).filter(known()::contains);
    }
    return known().stream()
        .filter(language -> language.names().anyMatch(wanted::equals))
        .findFirst();
  }

  /// The language of the terminal, as POSIX names it (`LC_ALL`, `LC_MESSAGES`, `LANG`, the first
  /// that is set); English where there are no texts in it.
  public static Language ofTerminal(Map<String, String> environment) {
    return Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .flatMap(Language::of)
        .orElse(ENGLISH);
  }

  /// All that there are, English first.
  public static List<Language> known() {
    return Files.KNOWN;
  }

  /// The files beside this class. Asking the class path for each code that a language may have
  /// opens every jar of it, which takes a tenth of a second.
  private static final class Files {
    private static final Pattern NAME = Pattern.compile("(?:.*/)?texts_([a-z]{2})\\.properties");

    static final List<Language> KNOWN =
        Stream.concat(
                Stream.of(ENGLISH),
                names()
                    .map(NAME::matcher)
                    .filter(Matcher::matches)
                    .map(file -> new Language(file.group(1)))
                    .sorted(Comparator.comparing(Language::code)))
            .toList();

    private static Stream<String> names() {
      URL english = Objects.requireNonNull(Language.class.getResource("texts.properties"));
      try {
        if (english.openConnection() instanceof JarURLConnection jar) {
          return jar.getJarFile().stream().map(ZipEntry::getName);
        }
        try (Stream<Path> beside =
            java.nio.file.Files.list(
                Objects.requireNonNull(Path.of(english.toURI()).getParent()))) {
          return beside.map(Path::toString).toList().stream();
        }
      } catch (IOException | URISyntaxException e) {
        throw new IllegalStateException("the texts cannot be found", e);
      }
    }
  }

  /// The codes of all, as a person reads them.
  public static String codes() {
    return known().stream().map(Language::code).collect(Collectors.joining(", "));
  }

  /// What it calls itself, such as `français`.
  public String ownName() {
    return bundle().getString("name");
  }

  /// In English, and in itself.
  private Stream<String> names() {
    return Stream.of(Locale.of(code).getDisplayLanguage(Locale.ENGLISH), ownName())
        .map(name -> name.toLowerCase(Locale.ROOT));
  }

  /// The texts. Those that a language does not have are English.
  public ResourceBundle bundle() {
    return ResourceBundle.getBundle(
        BUNDLE,
        equals(ENGLISH) ? Locale.ROOT : Locale.of(code),
        Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  @Override
  public String toString() {
    return code;
  }
}
