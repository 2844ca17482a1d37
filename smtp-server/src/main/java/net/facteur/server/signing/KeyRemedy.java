package net.facteur.server.signing;

import net.facteur.server.config.ConfigTexts;
import net.facteur.server.language.Text;

/// What mends a key file.
public sealed interface KeyRemedy {
  /// A command that mends it, or shows more.
  record Command(String line) implements KeyRemedy {}

  /// @param words as a part of a sentence
  record Advice(Text words) implements KeyRemedy {}

  /// As a part of a sentence.
  default Text words() {
    return switch (this) {
      case Command(String line) -> Text.of(line);
      case Advice(Text words) -> words;
    };
  }

  /// As a sentence.
  default Text sentence() {
    return switch (this) {
      case Command(String line) -> ConfigTexts.SAY.type(line);
      case Advice(Text words) -> Text.capitalised(words);
    };
  }
}
