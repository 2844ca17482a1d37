package net.facteur.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import net.facteur.server.checks.Findings;
import net.facteur.server.checks.StartChecks;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.settings.Reference;
import net.facteur.server.volunteer.SettingsPage;
import net.facteur.server.volunteer.SettingsPage.Checked;

/// The settings file of a running server, as it lies there now.
final class SettingsWiring {
  private SettingsWiring() {}

  static SettingsPage.Doors doors(Settings inForce, LastingParts lasting) {
    return new SettingsPage.Doors(Reference.SCHEMA, () -> check(inForce, lasting));
  }

  /// Reads the file and looks at it as a reload would, and takes up nothing.
  private static Checked check(Settings inForce, LastingParts lasting) {
    return switch (lasting.loader().load(inForce.file())) {
      case LoadedSettings.Wrong(List<Mistake> mistakes) ->
          new Checked(inForce, mistakes, List.of(), List.of(), List.of());
      case LoadedSettings.Good(Settings read) -> {
        Findings findings = StartChecks.of(read, lasting.clock());
        yield new Checked(
            read,
            findings.mistakes(),
            findings.warnings(),
            differing(read, inForce),
            inForce.restartNeeded(lasting.atStart()));
      }
    };
  }

  /// Keys that say something else in the file than what is in force.
  private static List<String> differing(Settings read, Settings inForce) {
    var keys = new LinkedHashSet<Settings.Key>(read.keys());
    keys.addAll(inForce.keys());
    var differing = new ArrayList<String>();
    for (Settings.Key key : keys) {
      if (!read.find(key.setting(), key.names()).equals(inForce.find(key.setting(), key.names()))) {
        differing.add(key.text());
      }
    }
    return differing;
  }
}
