package net.facteur.server.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;

/// Settings files: every text is good settings, or has a mistake that can be shown.
public final class SettingsFuzz {
  private static final SettingsLoader LOADER =
      Reference.loader(Map.of(), Optional.of("machine.example.net"));

  /// A directory that is not there, so that every `include` is a mistake.
  private static final Path FILE = Path.of("/nonexistent/facteur/mail.conf");

  private SettingsFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    if (LOADER.parse(text, FILE) instanceof LoadedSettings.Wrong(List<Mistake> mistakes)
        && (mistakes.isEmpty()
            || mistakes.stream().anyMatch(m -> m.text().in(Language.ENGLISH).isBlank()))) {
      throw new AssertionError("refused without a reason");
    }
  }
}
