package net.facteur.server.keys;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface KeySettingsTexts {
  KeySettingsTexts SAY = Texts.of(KeySettingsTexts.class);

  Text template();

  Text templateBounds();

  Text notTemplate(String value);

  Text openTsigKey(Path file);

  Text noTsigKey(Path file, String expected);

  Text largeJournal(Path file);

  Text damagedJournal(int line, String expected);

  Text misfitJournal(int line, String why);
}
