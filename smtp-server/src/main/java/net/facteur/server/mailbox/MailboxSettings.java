package net.facteur.server.mailbox;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.size;

import java.nio.file.Path;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
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
/// @param originalTo X-Original-To names the address that the sender used, where it led here by an
///   alias, a list or a catch-all
public record MailboxSettings(
    Path base,
    Separators separators,
    boolean folders,
    long reserve,
    String hostName,
    boolean originalTo) {
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
  public static final Rows ROWS = Rows.of(ORIGINAL_TO, MINIMUM_FREE);

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
        settings.get(ORIGINAL_TO));
  }

  /// The same with X-Original-To or without.
  public MailboxSettings withOriginalTo(boolean wanted) {
    return new MailboxSettings(base, separators, folders, reserve, hostName, wanted);
  }
}
