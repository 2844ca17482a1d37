package net.facteur.server.volunteer;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the page of the settings says.
interface SettingsTexts {
  SettingsTexts SAY = Texts.of(SettingsTexts.class);

  Text settingsTitle();

  Text settingsAre(String file);

  Text settingsChange();

  Text settingsIncluded(String files);

  Text settingsGood();

  Text settingsMistakes(int count);

  Text settingsWarnings(int count);

  Text settingsPlace(Text where, Text what);

  Text settingsMore(int count);

  Text settingsUnreloaded(String keys);

  Text settingsRestart(String keys);

  Text settingsSearch();

  Text settingsSet();

  Text settingsFound(String typed);

  Text settingsNone();

  Text settingsSections();

  Text settingsCut(int count);

  Text settingsBack();

  Text valueIs();

  Text valueFrom();

  Text valueUsual();

  Text valueKind();

  Text valueExample();

  Text valueUnset();

  Text valueSecret();

  Text kind(Text name, Text bounds);
}
