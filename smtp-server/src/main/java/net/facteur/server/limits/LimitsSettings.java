package net.facteur.server.limits;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.config.SettingTypes.scalar;
import static net.facteur.server.config.SettingTypes.text;
import static net.facteur.server.limits.LimitsTexts.SAY;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.Settings;
import net.facteur.server.host.MailTypes;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.smtp.SmtpSettings;

/// What accounts may send.
///
/// @param usual what an account may send that has nothing of its own
/// @param own what others may
/// @param learning how long after the first count nobody is a stranger
/// @param unknownPercent the share of recipients that do not exist from which on mail is held; 0
///   for none
/// @param signs whether an account that shows two signs of theft is held
/// @param sessions of one account at a time; 0 for no limit
/// @param networks that one account has sessions from at a time; 0 for no limit
/// @param pace recipients a minute of released mail; 0 for all at once
/// @param kept how long held mail waits before it goes back
/// @param forwards recipients an hour that one address passes mail on to; 0 for no limit
/// @param second where the postmaster is told, too
/// @param trusted networks that need no login
public record LimitsSettings(
    Allowance usual,
    Map<String, Allowance> own,
    Duration learning,
    int unknownPercent,
    boolean signs,
    int sessions,
    int networks,
    int pace,
    Duration kept,
    int forwards,
    Optional<MailAddress> second,
    List<AddressBlock> trusted) {
  public static final Setting<Integer> HOUR =
      Setting.of(
          "sending.per-hour",
          integer(0, Allowance.MOST),
          300,
          "Recipients elsewhere that one account may write to within an hour. Beyond, its mail is"
              + " taken and held, you and the user are told, and `facteur user release NAME` lets"
              + " it go; beyond three times as many it is put off with 450. Recipients here do not"
              + " count. App passwords, submission.networks and system users count for themselves."
              + " 0 is no limit, here and below.");

  public static final Setting<Integer> DAY =
      Setting.of("sending.per-day", integer(0, Allowance.MOST), 1000, "The same within a day.");

  public static final Setting<Integer> NEW =
      Setting.of(
          "sending.new-per-day",
          integer(0, Allowance.MOST),
          100,
          "Of these, recipients to whom the account never wrote before. Beyond, mail is held.");

  public static final Setting<Duration> LEARNING =
      Setting.of(
          "sending.learning",
          duration(Duration.ZERO, Duration.ofDays(90)),
          Duration.ofDays(7),
          "For how long after its first start the server only notes to whom accounts write. Until"
              + " then nobody is held for recipients to whom the account never wrote before; all"
              + " other limits hold. 0s is not at all.");

  public static final Setting<Integer> UNKNOWN =
      Setting.of(
          "sending.unknown-percent",
          integer(0, 100),
          20,
          "The share of recipients of a day, of at least 20, that their servers do not know. From"
              + " then on mail is held.");

  public static final Setting<Boolean> SIGNS =
      Setting.of(
          "sending.signs-of-theft",
          bool(),
          true,
          "Whether all mail of an account is held that shows two signs of theft at once, such as"
              + " new networks and many recipients that do not exist, until you type `facteur user"
              + " release NAME`.");

  public static final Setting<Map<String, String>> ACCOUNTS =
      Setting.of(
              "sending.accounts",
              map(text(320), allowanceText(), 10_000),
              Map.of(),
              "What single accounts may send instead: users, app passwords as"
                  + " \"alice@example.org/phone\", networks as they stand in submission.networks,"
                  + " system users. What is not named is as above.")
          .example("{ \"treasurer@example.org\" = \"hour=1000 day=3000 new=1000\" }");

  public static final Setting<Integer> SESSIONS =
      Setting.of(
          "sending.sessions",
          integer(0, 10_000),
          50,
          "Sessions that one user may have open for sending at a time.");

  public static final Setting<Integer> NETWORKS =
      Setting.of(
          "sending.networks",
          integer(0, 10_000),
          10,
          "Networks (IPv4 /24, IPv6 /48) that these may come from at a time.");

  public static final Setting<Integer> PACE =
      Setting.of(
          "sending.release-per-minute",
          integer(0, Allowance.MOST),
          60,
          "Recipients a minute to whom released mail goes; 0 is all at once.");

  public static final Setting<Duration> KEPT =
      Setting.of(
          "sending.held-for",
          duration(Duration.ofHours(1), Duration.ofDays(30)),
          Duration.ofDays(5),
          "How long held mail waits for you. Then it goes back to its sender.");

  public static final Setting<Integer> FORWARDS =
      Setting.of(
          "sending.forwards-per-hour",
          integer(0, Allowance.MOST),
          500,
          "Recipients elsewhere that one address here passes mail on to within an hour. Beyond,"
              + " mail to it is put off with 450. It counts for nobody else.");

  public static final Setting<MailAddress> SECOND =
      Setting.optional(
          "sending.second-postmaster",
          MailTypes.address(),
          "the postmaster alone is told",
          "\"alice@example.net\"",
          "An address elsewhere that is told, too, if an account is held: the postmaster's own"
              + " mailbox may be in a thief's hands.");

  /// Rows about what accounts may send.
  public static final Rows ROWS =
      Rows.of(
          HOUR, DAY, NEW, LEARNING, UNKNOWN, SIGNS, ACCOUNTS, SESSIONS, NETWORKS, PACE, KEPT,
          FORWARDS, SECOND);

  public static final LimitsSettings DEFAULTS = from(Settings.DEFAULTS);

  public LimitsSettings {
    own = Map.copyOf(own);
    trusted = List.copyOf(trusted);
  }

  public static LimitsSettings from(Settings settings) {
    var usual = new Allowance(settings.get(HOUR), settings.get(DAY), settings.get(NEW));
    Map<String, Allowance> own = new HashMap<>();
    settings
        .get(ACCOUNTS)
        .forEach(
            (name, text) ->
                own.put(name.toLowerCase(Locale.ROOT), Allowance.parse(text, usual).orElse(usual)));
    return new LimitsSettings(
        usual,
        own,
        settings.get(LEARNING),
        settings.get(UNKNOWN),
        settings.get(SIGNS),
        settings.get(SESSIONS),
        settings.get(NETWORKS),
        settings.get(PACE),
        settings.get(KEPT),
        settings.get(FORWARDS),
        settings.find(SECOND),
        settings.get(SmtpSettings.SUBMISSION_NETWORKS));
  }

  /// The same with another time of learning.
  LimitsSettings learningFor(Duration time) {
    return new LimitsSettings(
        usual,
        own,
        time,
        unknownPercent,
        signs,
        sessions,
        networks,
        pace,
        kept,
        forwards,
        second,
        trusted);
  }

  /// What an account may send.
  Allowance of(SendingAccount account) {
    if (own.isEmpty()) {
      return usual;
    }
    Allowance its = own.get(account.key().toLowerCase(Locale.ROOT));
    return its != null ? its : own.getOrDefault(account.owner().toLowerCase(Locale.ROOT), usual);
  }

  private static SettingType<String> allowanceText() {
    return scalar(
        SAY.allowance(),
        SAY.allowanceBounds(),
        text ->
            Allowance.parse(text, new Allowance(0, 0, 0)).isPresent()
                ? Reading.good(text)
                : Reading.wrong(SAY.notAllowance(text), "\"hour=1000 day=3000 new=1000\""),
        text -> text);
  }
}
