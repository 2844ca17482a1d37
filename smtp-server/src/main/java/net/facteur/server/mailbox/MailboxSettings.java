package net.facteur.server.mailbox;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.path;

import java.nio.file.Path;
import java.time.Duration;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.routing.Separators;

/// Where mailboxes are.
///
/// @param base the directory that holds all Maildirs; created with mode 0700 where missing
/// @param template the way from there to a user's Maildir, with `%{domain}`, `%{user}` (local part)
///   and `%{address}`; default `%{domain}/%{user}/Maildir`
/// @param separators what parts a user from a tag
/// @param folders mail for `user+tag` goes into the folder of that name where there is one; none is
///   made, since any stranger could fill a mailbox with folders
/// @param maxParallel messages written at once, 1 to 1,000, default 16: each holds a platform
///   thread while the disk syncs
/// @param reserve octets of disk space that stay free, default 64 MiB
/// @param retryAfter when to try again where the disk is full, default 5 min
/// @param hostName in file names
/// @param originalTo X-Original-To names the address that the sender used, where it led here by an
///   alias, a list or a catch-all
public record MailboxSettings(
    Path base,
    String template,
    Separators separators,
    boolean folders,
    int maxParallel,
    long reserve,
    Duration retryAfter,
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
  public static final Rows ROWS = Rows.of(ORIGINAL_TO);

  /// Rows about tags in addresses.
  public static final Rows SUB_ADDRESSES = Rows.of(FOLDERS);

  public MailboxSettings {
    if (template.isEmpty() || template.startsWith("/") || template.contains("..")) {
      throw new IllegalArgumentException("the template of Maildirs is a way below the base");
    }
    if (maxParallel < 1 || maxParallel > 1000) {
      throw new IllegalArgumentException("messages written at once: 1 to 1,000");
    }
    if (reserve < 0 || retryAfter.isNegative()) {
      throw new IllegalArgumentException("reserve and retry time are not negative");
    }
  }

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
        "%{domain}/%{user}/Maildir",
        Separators.from(settings),
        settings.get(FOLDERS),
        16,
        64L << 20,
        Duration.ofMinutes(5),
        hostName,
        settings.get(ORIGINAL_TO));
  }

  /// The same with X-Original-To or without.
  public MailboxSettings withOriginalTo(boolean wanted) {
    return new MailboxSettings(
        base, template, separators, folders, maxParallel, reserve, retryAfter, hostName, wanted);
  }
}
