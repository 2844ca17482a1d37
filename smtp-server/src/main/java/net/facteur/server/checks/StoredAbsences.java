package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.away.Absence;
import net.facteur.server.away.AbsencesFile;
import net.facteur.server.away.AwaySettings;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.host.HostSettings;

/// The absences beside the settings: what cannot be read, what is not answered since another
/// program answers, and what is of nobody.
final class StoredAbsences {
  private static final int SHOWN = 50;

  private final Settings settings;
  private final Found found;
  private final InstantSource clock;
  private final Path file;

  StoredAbsences(Settings settings, Found found, InstantSource clock) {
    this.settings = settings;
    this.found = found;
    this.clock = clock;
    this.file = AbsencesFile.beside(AccountsSettings.file(settings)).path();
  }

  /// @param users the addresses of all users; empty where they cannot be known
  void look(Optional<Set<String>> users) {
    if (!found.usable(file)) {
      return;
    }
    try {
      AbsencesFile.Content content = new AbsencesFile(file).read();
      content
          .problems(file)
          .forEach(
              problem -> found.caution(origin(), problem, SAY.seeAddresses("facteur away list")));
      LocalDate today = LocalDate.ofInstant(clock.instant(), HostSettings.zone(settings));
      List<Absence> open =
          content.absences().values().stream()
              .filter(absence -> !absence.over(today))
              .limit(SHOWN)
              .toList();
      long away = open.stream().filter(its -> its.kind() == Absence.Kind.AWAY).count();
      AwaySettings.By by = AwaySettings.from(settings).by();
      if (away > 0 && by != AwaySettings.By.US) {
        found.caution(
            origin(),
            switch (by) {
              case DOVECOT -> SAY.absencesByDovecot(away);
              case LMTP -> SAY.absencesByLmtp(away);
              case NOBODY, US -> SAY.absencesByNobody(away);
            },
            SAY.clearAbsences("facteur away list"));
      }
      open.forEach(absence -> look(absence, users));
    } catch (IOException e) {
      found.mistake(
          origin(),
          SAY.absencesUnknown(FileTrouble.text(e)),
          SAY.lookAtUsers("ls -l " + file + "*"));
    }
  }

  private void look(Absence absence, Optional<Set<String>> users) {
    String name = absence.user().text();
    boolean there = users.filter(all -> all.contains(name)).isPresent();
    switch (absence.kind()) {
      case AWAY -> {
        if (users.isPresent() && !there) {
          found.caution(
              origin(), SAY.absenceOfNobody(name), SAY.takeOneOut("facteur away clear " + name));
        }
      }
      case LEFT -> {
        if (there) {
          found.caution(
              origin(), SAY.leftIsThere(name), SAY.takeOneOut("facteur away clear " + name));
        }
      }
    }
  }

  private Origin origin() {
    return new Origin.InFile(file, 0);
  }
}
