package net.facteur.server.privacy;

import static net.facteur.server.privacy.PrivacyTexts.SAY;

import java.nio.file.Path;
import java.util.List;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.backup.BackupSettings;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.destinations.DestinationsSettings;
import net.facteur.server.feedback.FeedbackSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.journal.Journal;
import net.facteur.server.language.Text;
import net.facteur.server.lists.Lists;
import net.facteur.server.log.LogSettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.quarantine.QuarantineSettings;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.signin.SignInSettings;

/// Lists what is kept of people, by the settings in force.
public final class Holdings {
  private Holdings() {}

  /// All of it, what people know best first.
  public static List<Holding> of(Settings settings) {
    Path users = AccountsSettings.file(settings);
    Path data = HostSettings.from(settings).data();
    return List.of(
        new Holding(
            "mailboxes",
            SAY.mailboxes(),
            at(MailboxSettings.from(settings).base()),
            SAY.untilRemoved(),
            SAY.erased()),
        new Holding("accounts", SAY.accounts(), at(users), SAY.untilRemoved(), SAY.erased()),
        new Holding(
            "addresses",
            SAY.addresses(),
            at(AddressesFile.beside(users).path()),
            SAY.untilRemoved(),
            SAY.erased()),
        new Holding(
            "lists", SAY.lists(), at(Lists.directory(settings)), SAY.untilRemoved(), SAY.byHand()),
        new Holding(
            "logins",
            SAY.logins(),
            at(LastLogins.beside(users)),
            SAY.untilRemoved(),
            SAY.erasedWithAccount()),
        new Holding(
            "sessions",
            SAY.sessions(),
            at(data),
            SAY.afterSignIn(time(settings, SignInSettings.LONGEST)),
            SAY.erasedWithAccount()),
        new Holding(
            "queue",
            SAY.queue(),
            queue(settings),
            SAY.untilDelivered(time(settings, StoreSettings.LIFE)),
            SAY.runsOut()),
        new Holding(
            "history",
            SAY.history(),
            queue(settings),
            SAY.after(time(settings, StoreSettings.HISTORY)),
            SAY.runsOut()),
        new Holding(
            "quarantine",
            SAY.quarantine(),
            at(QuarantineSettings.directory(HostSettings.from(settings))),
            SAY.after(time(settings, QuarantineSettings.KEEP)),
            SAY.runsOut()),
        new Holding("sending", SAY.sending(), counts(settings), SAY.bySending(), SAY.runsOut()),
        new Holding(
            "dead-addresses",
            SAY.dead(),
            counts(settings),
            SAY.after(time(settings, FeedbackSettings.DEAD_KEPT)),
            SAY.runsOut()),
        new Holding(
            "providers",
            SAY.providers(),
            counts(settings),
            SAY.after(time(settings, DestinationsSettings.KEPT)),
            SAY.runsOut()),
        new Holding(
            "reports",
            SAY.reports(),
            counts(settings),
            SAY.after(time(settings, ReceivedReportSettings.KEEP)),
            SAY.runsOut()),
        new Holding(
            "journal",
            SAY.journal(),
            at(Journal.file(settings)),
            SAY.bySize((Journal.MOST >> 20) + " MiB"),
            SAY.staysOfLaw()),
        log(settings),
        backups(settings));
  }

  private static Holding log(Settings settings) {
    LogSettings its = LogSettings.from(settings);
    return its.file()
        .map(
            file ->
                new Holding(
                    "log",
                    SAY.log(),
                    at(file),
                    SAY.after(time(settings, LogSettings.KEEP)),
                    SAY.runsOut()))
        .orElseGet(
            () -> new Holding("log", SAY.log(), SAY.byTheSystem(), SAY.bySystem(), SAY.runsOut()));
  }

  private static Holding backups(Settings settings) {
    BackupSettings its = BackupSettings.from(settings);
    return its.directory()
        .map(
            directory ->
                new Holding(
                    "backups",
                    SAY.backups(),
                    at(directory),
                    SAY.backupsKept(time(settings, BackupSettings.KEEP)),
                    SAY.inBackups()))
        .orElseGet(
            () ->
                new Holding(
                    "backups", SAY.backups(), SAY.noBackups(), SAY.noBackups(), SAY.inBackups()));
  }

  private static Text at(Path path) {
    return Text.of(path.toString());
  }

  private static Text queue(Settings settings) {
    return StoreSettings.Place.from(settings).shared().isPresent()
        ? SAY.shared()
        : at(StoreSettings.from(settings).queue().directory());
  }

  private static Text counts(Settings settings) {
    StoreSettings.Place place = StoreSettings.Place.from(settings);
    return place.shared().isPresent()
        ? SAY.shared()
        : at(place.directory().resolve(CountsDatabase.FILE_NAME));
  }

  private static String time(Settings settings, Setting<?> setting) {
    return settings.shown(setting).orElse("-");
  }
}
