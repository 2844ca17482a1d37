package net.facteur.server.feedback;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;

import java.time.Duration;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;

/// When an address is dead, and when a forward rests.
///
/// @param deadAfter how far apart two refusals are
/// @param fullAfter how far apart a mailbox was full
/// @param deadKept how long a dead address is known after its last refusal
/// @param bulk recipients elsewhere of a day from which on an account is told of dead ones; 0 for
///   never
/// @param tellAfter how long mail does not arrive before somebody is told
/// @param restAfter how long before mail does not go on
/// @param tryAgain how long before it is tried again
public record FeedbackSettings(
    Duration deadAfter,
    Duration fullAfter,
    Duration deadKept,
    int bulk,
    Duration tellAfter,
    Duration restAfter,
    Duration tryAgain) {
  private static final Duration MOST = Duration.ofDays(365);

  public static final Setting<Duration> DEAD_AFTER =
      Setting.of(
          "dead-addresses.after",
          duration(Duration.ofHours(1), MOST),
          Duration.ofDays(14),
          "An address elsewhere is dead when its server says that it does not exist, says so again"
              + " this much later, and nothing arrived between. Whoever sends in bulk is told;"
              + " mail to it is tried all the same.");

  public static final Setting<Duration> FULL_AFTER =
      Setting.of(
          "dead-addresses.full-after",
          duration(Duration.ofHours(1), MOST),
          Duration.ofDays(30),
          "The same for a mailbox that is full.");

  public static final Setting<Duration> DEAD_KEPT =
      Setting.of(
          "dead-addresses.kept",
          duration(Duration.ofDays(1), Duration.ofDays(3650)),
          Duration.ofDays(180),
          "How long a dead address is remembered after the last refusal.");

  public static final Setting<Integer> BULK =
      Setting.of(
          "dead-addresses.bulk",
          integer(0, 1_000_000),
          50,
          "Recipients elsewhere that an account writes to within a day, from which on it is told,"
              + " once a day at most, which of them are dead. 0 tells nobody.");

  public static final Setting<Duration> TELL_AFTER =
      Setting.of(
          "forwarding.tell-after",
          duration(Duration.ofHours(1), MOST),
          Duration.ofDays(2),
          "How long nothing arrives at an address that mail is passed on to, before the user and"
              + " you are told.");

  public static final Setting<Duration> REST_AFTER =
      Setting.of(
          "forwarding.rest-after",
          duration(Duration.ofHours(1), MOST),
          Duration.ofDays(7),
          "How long an address that mail is passed on to refuses everything, before mail does not"
              + " go on: it stays in the mailbox here, or is refused with 550 5.1.6 where there is"
              + " none.");

  public static final Setting<Duration> TRY_AGAIN =
      Setting.of(
          "forwarding.try-again",
          duration(Duration.ofHours(1), MOST),
          Duration.ofDays(14),
          "How long after that a message is passed on again, to see whether it arrives.");

  /// Rows about addresses that are dead.
  public static final Rows DEAD = Rows.of(DEAD_AFTER, FULL_AFTER, DEAD_KEPT, BULK);

  /// Rows about forwards.
  public static final Rows FORWARDS = Rows.of(TELL_AFTER, REST_AFTER, TRY_AGAIN);

  public static final FeedbackSettings DEFAULTS = from(Settings.DEFAULTS);

  public static FeedbackSettings from(Settings settings) {
    return new FeedbackSettings(
        settings.get(DEAD_AFTER),
        settings.get(FULL_AFTER),
        settings.get(DEAD_KEPT),
        settings.get(BULK),
        settings.get(TELL_AFTER),
        settings.get(REST_AFTER),
        settings.get(TRY_AGAIN));
  }
}
