package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;
import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.path;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;

/// Which backups are made by themselves, and how old the last one may be.
///
/// @param directory where they go; empty where none is made by itself
/// @param to whose keys open them; empty where they are not encrypted
/// @param mail with the Maildirs
/// @param every how often one is expected
/// @param rehearse whether the newest one is tried once a month
public record BackupSettings(
    Optional<Path> directory,
    Keep keep,
    List<String> to,
    boolean mail,
    Duration every,
    boolean rehearse) {
  public static final Setting<Path> DIRECTORY =
      Setting.optional(
          "backup.directory",
          path(),
          "no backup is made by itself",
          "/var/backups/facteur",
          "Where `facteur backup` writes to if it is told no other place, which"
              + " facteur-backup.timer lets it do each night. A disk of its own, or one that is"
              + " copied elsewhere, outlives this machine.");

  public static final Setting<Keep> KEEP =
      Setting.of(
          "backup.keep",
          keepType(),
          new Keep(7, 4, 12),
          "How many of the backups in that directory are kept: the last one of each of the last 7"
              + " days, 4 weeks and 12 months. The newest one always is.");

  public static final Setting<List<String>> TO =
      Setting.of(
              "backup.to",
              list(recipient(), 20),
              List.of(),
              "The age recipients that backups are encrypted to. The file with the key that opens"
                  + " them, as age-keygen writes it, belongs on another machine; without it a"
                  + " backup is worth nothing.")
          .example("[\"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\"]");

  public static final Setting<Boolean> MAIL =
      Setting.of(
          "backup.mail",
          bool(),
          false,
          "Whether the mail of the mailboxes is in backups that are made by themselves. Each"
              + " message is copied once, and is shared by all backups of the directory.");

  public static final Setting<Duration> EVERY =
      Setting.of(
          "backup.every",
          duration(Duration.ofHours(1), Duration.ofDays(366)),
          Duration.ofDays(1),
          "How often a backup is expected if backup.directory is set. If the last good one is twice"
              + " as old, the doctor, the pages and a note to the postmaster say so.");

  public static final Setting<Boolean> REHEARSE =
      Setting.of(
          "backup.rehearse",
          bool(),
          false,
          "Whether the newest backup is restored into a temporary directory once a month, and"
              + " started there without a network. An encrypted one cannot be: its key is not"
              + " here.");

  /// True for what age calls a recipient.
  public static boolean isRecipient(String text) {
    return Encryption.isRecipient(text);
  }

  /// Rows about backups.
  public static final Rows ROWS = Rows.of(DIRECTORY, KEEP, TO, MAIL, EVERY, REHEARSE);

  public BackupSettings {
    to = List.copyOf(to);
  }

  public static BackupSettings from(Settings settings) {
    return new BackupSettings(
        settings.find(DIRECTORY).map(settings::resolve),
        settings.get(KEEP),
        settings.get(TO),
        settings.get(MAIL),
        settings.get(EVERY),
        settings.get(REHEARSE));
  }

  private static SettingType<Keep> keepType() {
    return SettingTypes.scalar(
        SAY.keepType(),
        SAY.keepBounds(),
        text ->
            Keep.parse(text)
                .map(Reading::good)
                .orElseGet(() -> Reading.wrong(SAY.notKeep(text), "7d,4w,12m")),
        Keep::text);
  }

  private static SettingType<String> recipient() {
    return SettingTypes.scalar(
        SAY.recipientType(),
        SAY.recipientBounds(),
        text ->
            Encryption.isRecipient(text)
                ? Reading.good(text)
                : Reading.wrong(SAY.notRecipient(text)),
        text -> text);
  }
}
