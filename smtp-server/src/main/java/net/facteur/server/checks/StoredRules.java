package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.filter.rules.RulesFile;

/// The rules about senders that commands keep beside the settings: lines that count for nothing. A
/// server starts all the same, without those that it cannot read.
record StoredRules(Settings settings, Found found) {
  private static final int SHOWN = 50;

  void look() {
    var rules = RulesFile.beside(AccountsSettings.file(settings));
    Path file = rules.path();
    if (!found.usable(file)) {
      return;
    }
    var where = new Origin.InFile(file, 0);
    try {
      rules.read().problems().stream()
          .limit(SHOWN)
          .forEach(
              problem -> found.caution(where, problem, SAY.seeAddresses("facteur rules list")));
    } catch (IOException e) {
      found.caution(
          where, SAY.rulesUnknown(FileTrouble.text(e)), SAY.lookAtUsers("ls -l " + file + "*"));
    }
  }
}
