package net.facteur.server;

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
            read.differing(inForce),
            inForce.restartNeeded(lasting.atStart()));
      }
    };
  }
}
