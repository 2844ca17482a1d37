package net.facteur.server.filter.clamav;

import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.size;

import java.time.Duration;
import java.util.Optional;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.daemon.Daemon;
import net.facteur.server.filter.daemon.DaemonAddress;
import net.facteur.server.filter.daemon.DaemonWatch;

/// How ClamAV is asked, and what its answers lead to.
///
/// @param address where clamd is asked
/// @param limits of a question
/// @param largest octets of a message that it is asked about
/// @param found what a harmful message leads to
/// @param tooLarge what a message leads to that is too large to be looked at
/// @param encrypted what a message leads to that nobody can look into
/// @param deferring mail waits while it is down
public record ClamavSettings(
    DaemonAddress address,
    Daemon.Limits limits,
    long largest,
    Found found,
    TooLarge tooLarge,
    Encrypted encrypted,
    boolean deferring) {
  public static final Setting<DaemonAddress> ADDRESS =
      Setting.optional(
          "filter.clamav.address",
          DaemonAddress.type(),
          "ClamAV is not asked",
          "\"/run/clamav/clamd.ctl\"",
          "Where clamd listens: a unix socket, or host and port. It looks for viruses in mail to us"
              + " and in mail of our users. It takes more than 1 GB of memory.");

  public static final Setting<Found> FOUND =
      Setting.of(
          "filter.clamav.found",
          choice(Found.class),
          Found.REFUSE,
          "What a virus leads to: `refuse`, so that the sender knows, or `quarantine`, where the"
              + " postmaster alone can release it.");

  public static final Setting<TooLarge> TOO_LARGE =
      Setting.of(
          "filter.clamav.too-large",
          choice(TooLarge.class),
          TooLarge.ACCEPT,
          "What becomes of a message that is too large to be looked at: `accept` takes it and marks"
              + " it, `quarantine` keeps it out of all mailboxes, `refuse` does not take it.");

  public static final Setting<Encrypted> ENCRYPTED =
      Setting.of(
          "filter.clamav.encrypted",
          choice(Encrypted.class),
          Encrypted.ACCEPT,
          "What becomes of a message with an archive or document that has a password, so that"
              + " nobody can look into it: `accept` takes it and marks it. ClamAV says so only if"
              + " its clamd.conf has `AlertEncrypted yes`.");

  public static final Setting<WhenDown> WHEN_DOWN =
      Setting.of(
          "filter.clamav.when-down",
          choice(WhenDown.class),
          WhenDown.ACCEPT,
          "What becomes of mail while ClamAV does not answer: `accept` takes it and marks it as not"
              + " looked at, `defer` has senders come back. The postmaster is told either way.");

  public static final Setting<Long> SIZE_LIMIT =
      Setting.of(
          "filter.clamav.size-limit",
          size(1024, 1L << 30),
          25L << 20,
          "The largest message that it is asked about. The StreamMaxLength of its clamd.conf has to"
              + " be as large; what it does not take counts as too large.");

  public static final Setting<Duration> TIME_LIMIT =
      Setting.of(
          "filter.clamav.time-limit",
          duration(Duration.ofMillis(100), Duration.ofMinutes(5)),
          Duration.ofMinutes(2),
          "How long it may take for a message.");

  public static final Setting<Integer> AT_ONCE =
      Setting.of(
          "filter.clamav.at-once",
          integer(1, 10_000),
          20,
          "Messages that it is asked about at the same time; others wait for a turn, within the"
              + " time limit. Its MaxThreads is 12.");

  /// All rows.
  public static final Rows ROWS =
      Rows.of(ADDRESS, FOUND, TOO_LARGE, ENCRYPTED, WHEN_DOWN, SIZE_LIMIT, TIME_LIMIT, AT_ONCE);

  /// What a harmful message leads to.
  public enum Found {
    REFUSE,
    QUARANTINE
  }

  /// What becomes of a message that is too large to be looked at.
  public enum TooLarge {
    ACCEPT,
    QUARANTINE,
    REFUSE
  }

  /// What becomes of a message that nobody can look into.
  public enum Encrypted {
    ACCEPT,
    JUNK,
    QUARANTINE,
    REFUSE
  }

  /// What becomes of mail that nobody looked at.
  public enum WhenDown {
    ACCEPT,
    DEFER
  }

  /// What there is to say of it.
  public static DaemonWatch.Role role(Settings settings) {
    return new DaemonWatch.Role(
        "ClamAV", "clamav-daemon", WHEN_DOWN.name(), settings.get(WHEN_DOWN) == WhenDown.DEFER);
  }

  /// Empty if no ClamAV is named.
  public static Optional<ClamavSettings> from(Settings settings) {
    return settings
        .find(ADDRESS)
        .map(
            address ->
                new ClamavSettings(
                    address,
                    new Daemon.Limits(settings.get(TIME_LIMIT), settings.get(AT_ONCE)),
                    settings.get(SIZE_LIMIT),
                    settings.get(FOUND),
                    settings.get(TOO_LARGE),
                    settings.get(ENCRYPTED),
                    settings.get(WHEN_DOWN) == WhenDown.DEFER));
  }
}
