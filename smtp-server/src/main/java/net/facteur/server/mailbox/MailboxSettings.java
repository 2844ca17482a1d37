package net.facteur.server.mailbox;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.size;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.host.HostSettings;
import net.facteur.server.routing.Separators;

/// Where mailboxes are.
///
/// @param base the directory that holds all Maildirs; created with mode 0700 where missing
/// @param separators what parts a user from a tag
/// @param folders mail for `user+tag` goes into the folder of that name where there is one; none is
///   made, since any stranger could fill a mailbox with folders
/// @param reserve octets of disk space that stay free
/// @param hostName in file names
/// @param quota octets that a mailbox may hold whose user has no quota of their own; 0 for no limit
/// @param grace how long mail for a full mailbox is put off before it is refused
/// @param originalTo X-Original-To names the address that the sender used, where it led here by an
///   alias, a list or a catch-all
public record MailboxSettings(
    Path base,
    Separators separators,
    boolean folders,
    long reserve,
    String hostName,
    boolean originalTo,
    long quota,
    Duration grace) {
  public static final Setting<Path> DIRECTORY =
      Setting.of(
          "directories.mail",
          path(),
          Path.of("mail"),
          "The Maildirs of the users, as domain/name; relative to directories.data.");

  public static final Setting<Boolean> ORIGINAL_TO =
      Setting.of(
          "mailboxes.original-to",
          bool(),
          true,
          "Whether X-Original-To in the copy names the address that the sender used, where that was"
              + " an alias, a list or a catch-all.");

  public static final Setting<Long> MINIMUM_FREE =
      Setting.of(
          "mailboxes.minimum-free",
          size(0, 1L << 50),
          64L << 20,
          "Space that stays free on the disk of the Maildirs; mail waits in the queue, or is put"
              + " off where it comes in, as long as there is less.");

  public static final Setting<Long> QUOTA =
      Setting.of(
          "mailboxes.quota",
          size(0, 1L << 50),
          0L,
          "What a mailbox may hold, unless its user has a quota of their own (facteur user quota);"
              + " 0B for no limit. The folders count, and so does the trash. Users are told at 80"
              + " and 95 %.");

  public static final Setting<Duration> QUOTA_GRACE =
      Setting.of(
          "mailboxes.quota-grace",
          duration(Duration.ZERO, Duration.ofDays(90)),
          Duration.ofDays(3),
          "How long mail for a full mailbox is put off (452), so that its user can make room,"
              + " before it is refused (552).");

  public static final Setting<Boolean> FOLDERS =
      Setting.of(
          "sub-addresses.folders",
          bool(),
          false,
          "Whether mail to alice+shop@example.org goes into the folder shop of alice's Maildir, if"
              + " she has one of that name; upper and lower case do not matter. Nobody makes a"
              + " folder by writing to it, folders for sent mail, drafts, templates and the trash"
              + " are left alone, and what is quarantined goes into Junk. Whoever knows an address"
              + " can choose among its folders.");

  /// Rows about directories.
  public static final Rows DIRECTORIES = Rows.of(DIRECTORY);

  /// Rows about mailboxes.
  public static final Rows ROWS = Rows.of(ORIGINAL_TO, MINIMUM_FREE, QUOTA, QUOTA_GRACE);

  /// Rows about tags in addresses.
  public static final Rows SUB_ADDRESSES = Rows.of(FOLDERS);

  public static MailboxSettings from(Settings settings) {
    var host = HostSettings.from(settings);
    return from(settings, host.inData(settings.get(DIRECTORY)), host.name().text());
  }

  /// The defaults below `base`.
  public static MailboxSettings of(Path base, String hostName) {
    return from(Settings.DEFAULTS, base, hostName);
  }

  private static MailboxSettings from(Settings settings, Path base, String hostName) {
    return new MailboxSettings(
        base,
        Separators.from(settings),
        settings.get(FOLDERS),
        settings.get(MINIMUM_FREE),
        hostName,
        settings.get(ORIGINAL_TO),
        settings.get(QUOTA),
        settings.get(QUOTA_GRACE));
  }

  /// The directory that holds all Maildirs, also where other settings are wrong.
  public static Path base(Settings settings) {
    return DataDirectory.from(settings).resolve(settings.get(DIRECTORY));
  }

  /// What a mailbox may hold; empty where there is no limit.
  ///
  /// @param own that of the user; 0 for no limit
  public static Optional<Long> limit(Settings settings, Optional<Long> own) {
    return Optional.of(own.orElse(settings.get(QUOTA))).filter(octets -> octets > 0);
  }

  /// What a mailbox may hold; empty where there is no limit.
  ///
  /// @param own that of the user; 0 for no limit
  public Optional<Long> limit(Optional<Long> own) {
    return Optional.of(own.orElse(quota)).filter(octets -> octets > 0);
  }

  /// Where the mail of a user goes; empty where the name is nobody's.
  ///
  /// @param user `local-part@domain`
  public Optional<Path> maildir(String user) {
    return new MaildirPath(base).of(user);
  }

  /// The same with X-Original-To or without.
  public MailboxSettings withOriginalTo(boolean wanted) {
    return new MailboxSettings(base, separators, folders, reserve, hostName, wanted, quota, grace);
  }
}
