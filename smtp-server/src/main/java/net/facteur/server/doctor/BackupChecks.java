package net.facteur.server.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.backup.BackupLog;
import net.facteur.server.backup.BackupSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.routing.SrsSettings;

/// The backups: whether there is one, how old it is, and whether it was worth something when it was
/// tried.
public final class BackupChecks {
  private static final DoctorTexts SAY = DoctorTexts.SAY;
  private static final String CHECK = "backup";
  private static final Duration WEEK = Duration.ofDays(7);

  /// A month, and room for a timer that was late.
  private static final Duration MONTH = Duration.ofDays(45);

  private BackupChecks() {}

  /// Looks at what backups wrote down. Where none was ever made, one line says so.
  public static List<Finding> examine(Settings settings, InstantSource clock) {
    BackupSettings its = BackupSettings.from(settings);
    String subject = its.directory().map(Path::toString).orElse("backup.directory");
    try {
      BackupLog log = BackupLog.of(settings);
      Optional<BackupLog.Line> last = log.last(BackupLog.Kind.BACKUP);
      Optional<BackupLog.Line> good = log.lastGood(BackupLog.Kind.BACKUP);
      if (its.directory().isEmpty() && last.isEmpty()) {
        if (isNew(settings, clock.instant())) {
          return List.of();
        }
        return List.of(
            Finding.warning(
                CHECK, subject, SAY.backupNone(), "facteur backup /var/backups/facteur"));
      }
      var findings = new ArrayList<Finding>();
      Instant now = clock.instant();
      findings.add(age(its, subject, last, good, now));
      rehearsal(its, log, subject, now).ifPresent(findings::add);
      return findings;
    } catch (IOException e) {
      return List.of(
          Finding.warning(
              CHECK, subject, SAY.backupUnknown(FileTrouble.text(e)), "facteur backup"));
    }
  }

  /// A server that was set up a moment ago has nothing to lose yet. Its secret is as old as it.
  private static boolean isNew(Settings settings, Instant now) throws IOException {
    Path secret = SrsSettings.from(settings).secretFile();
    return Files.notExists(secret)
        || Files.getLastModifiedTime(secret).toInstant().plus(WEEK).isAfter(now);
  }

  private static Finding age(
      BackupSettings its,
      String subject,
      Optional<BackupLog.Line> last,
      Optional<BackupLog.Line> good,
      Instant now) {
    Duration longest = its.every().multipliedBy(2);
    boolean late =
        its.directory().isPresent()
            && good.filter(line -> line.at().plus(longest).isAfter(now)).isEmpty();
    if (last.filter(line -> line.result() == BackupLog.Result.FAILED).isPresent()) {
      BackupLog.Line failed = last.get();
      return Finding.error(
          CHECK, subject, SAY.backupFailed(failed.at(), failed.detail()), "facteur backup");
    }
    if (late) {
      return good.isEmpty()
          ? Finding.error(
              CHECK, subject, SAY.backupNever(), "systemctl enable --now facteur-backup.timer")
          : Finding.error(
              CHECK, subject, SAY.backupOld(good.get().at()), "systemctl status facteur-backup");
    }
    return good.filter(line -> line.result() == BackupLog.Result.PARTIAL)
        .map(
            line ->
                Finding.warning(
                    CHECK, subject, SAY.backupPartial(line.at(), line.detail()), "facteur backup"))
        .orElseGet(
            () ->
                Finding.ok(
                    CHECK,
                    subject,
                    SAY.backupGood(good.map(BackupLog.Line::at).orElse(Instant.EPOCH))));
  }

  private static Optional<Finding> rehearsal(
      BackupSettings its, BackupLog log, String subject, Instant now) throws IOException {
    Optional<BackupLog.Line> last = log.last(BackupLog.Kind.REHEARSAL);
    if (last.filter(line -> line.result() == BackupLog.Result.FAILED).isPresent()) {
      return Optional.of(
          Finding.error(
              CHECK,
              subject,
              SAY.rehearsalFailed(last.get().at(), last.get().detail()),
              "facteur restore --rehearse " + last.get().where()));
    }
    if (its.rehearse() && last.filter(line -> line.at().plus(MONTH).isAfter(now)).isEmpty()) {
      return Optional.of(
          Finding.warning(
              CHECK, subject, SAY.rehearsalMissing(), "facteur restore --rehearse ARCHIVE"));
    }
    return last.map(line -> Finding.ok(CHECK, subject, SAY.rehearsalGood(line.at())));
  }
}
