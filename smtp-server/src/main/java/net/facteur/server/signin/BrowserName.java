package net.facteur.server.signin;

import java.util.List;
import java.util.Optional;
import net.facteur.server.text.StrangerText;

/// What a browser is called by people, of what it says of itself.
final class BrowserName {
  /// The first that is named counts: most browsers also name those that they want to be taken for.
  private static final List<String[]> PROGRAMS =
      List.of(
          new String[] {"Edg", "Edge"},
          new String[] {"OPR/", "Opera"},
          new String[] {"SamsungBrowser", "Samsung Internet"},
          new String[] {"Firefox", "Firefox"},
          new String[] {"FxiOS", "Firefox"},
          new String[] {"CriOS", "Chrome"},
          new String[] {"Chrome", "Chrome"},
          new String[] {"Safari", "Safari"});

  private static final List<String[]> SYSTEMS =
      List.of(
          new String[] {"iPhone", "iPhone"},
          new String[] {"iPad", "iPad"},
          new String[] {"Android", "Android"},
          new String[] {"Windows", "Windows"},
          new String[] {"Mac OS X", "macOS"},
          new String[] {"CrOS", "ChromeOS"},
          new String[] {"Linux", "Linux"});

  private static final int LONGEST = 60;

  private BrowserName() {}

  /// Such as `Firefox, Linux`; what it says itself, cleaned and cut, where it is none of the known.
  ///
  /// @param program what the browser said; a stranger chose it
  static String of(String program) {
    Optional<String> name = first(PROGRAMS, program);
    Optional<String> system = first(SYSTEMS, program);
    if (name.isPresent() && program.startsWith("Mozilla/")) {
      return name.get() + system.map(s -> ", " + s).orElse("");
    }
    String cleaned = StrangerText.of(program).onTerminal().strip();
    return cleaned.isEmpty() ? "?" : cleaned.substring(0, Math.min(cleaned.length(), LONGEST));
  }

  private static Optional<String> first(List<String[]> words, String program) {
    return words.stream().filter(w -> program.contains(w[0])).map(w -> w[1]).findFirst();
  }
}
