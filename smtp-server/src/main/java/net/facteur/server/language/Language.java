package net.facteur.server.language;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
      return Optional.of(new Language(code)).filter(Language::isThere);
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
    return Stream.concat(
            Stream.of(ENGLISH),
            Stream.of(Locale.getISOLanguages())
                .map(Language::new)
                .filter(language -> !language.equals(ENGLISH) && language.isThere()))
        .toList();
  }

  /// The codes of all, as a person reads them.
  public static String codes() {
    return known().stream().map(Language::code).collect(Collectors.joining(", "));
  }

  /// In English, and in itself.
  private Stream<String> names() {
    return Stream.of(Locale.of(code).getDisplayLanguage(Locale.ENGLISH), bundle().getString("name"))
        .map(name -> name.toLowerCase(Locale.ROOT));
  }

  private boolean isThere() {
    return equals(ENGLISH)
        || (code.matches("[a-z]{2}")
            && Language.class.getResource("texts_" + code + ".properties") != null);
  }

  /// The texts. Those that a language does not have are English.
  ResourceBundle bundle() {
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
