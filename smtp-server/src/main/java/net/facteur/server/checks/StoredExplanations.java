package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.explanations.ExplanationsFile;
import net.facteur.server.explanations.ExplanationsSettings;

/// The administrator's explanations of refusals: entries that count for nothing. A server starts
/// all the same, without those.
record StoredExplanations(Settings settings, Found found) {
  private static final int SHOWN = 50;

  void look() {
    var explanations = ExplanationsSettings.from(settings);
    if (explanations.file().filter(found::usable).isEmpty()) {
      return;
    }
    Path file = explanations.file().get();
    try {
      explanations.problems().stream().limit(SHOWN).forEach(problem -> tell(file, problem));
    } catch (IOException _) {
      // The check of the files that settings name has said so.
    }
  }

  private void tell(Path file, ExplanationsFile.Problem problem) {
    found.caution(
        new Origin.InFile(file, problem.line()),
        problem.text(),
        SAY.mendExplanation("facteur check"));
  }
}
