package net.facteur.server.filter.rspamd;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.scalar;
import static net.facteur.server.config.SettingTypes.size;
import static net.facteur.server.filter.rspamd.RspamdTexts.SAY;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.daemon.Daemon;
import net.facteur.server.filter.daemon.DaemonAddress;
import net.facteur.server.filter.daemon.DaemonWatch;

/// How rspamd is asked, and what its answers lead to.
///
/// @param address where it is asked
/// @param limits of a question
/// @param largest octets of a message that it is asked about
/// @param deferring mail waits while it is down
/// @param actions what each of its actions leads to for mail to us
/// @param outbound what spam of our own users leads to
/// @param ownResults what we found out about a message is handed over
/// @param ids which of rspamd's settings are for whom: addresses and domains in lower case
/// @param controller where it learns
/// @param password a file with what the controller wants to hear
public record RspamdSettings(
    DaemonAddress address,
    Daemon.Limits limits,
    long largest,
    boolean deferring,
    Actions actions,
    Outbound outbound,
    boolean ownResults,
    Map<String, String> ids,
    DaemonAddress controller,
    Optional<Path> password) {
  private static final int MAX_IDS = 10_000;

  public static final Setting<DaemonAddress> ADDRESS =
      Setting.optional(
          "filter.rspamd.address",
          DaemonAddress.type(),
          "rspamd is not asked",
          "\"127.0.0.1:11333\"",
          "Where rspamd listens: its worker `normal`, by host and port or by unix socket. It judges"
              + " mail to us and mail of our users.");

  public static final Setting<Reaction> REJECT =
      action(
          "reject",
          Reaction.REJECT,
          "What its action `reject` leads to. Refused mail is known to its sender; `junk` takes it"
              + " into the folder Junk, `quarantine` keeps it out of all mailboxes.");

  public static final Setting<Reaction> SOFT_REJECT =
      action(
          "soft-reject",
          Reaction.DEFER,
          "What its action `soft reject` leads to, such as too many mails from one sender.");

  public static final Setting<Reaction> ADD_HEADER =
      action("add-header", Reaction.JUNK, "What its action `add header` leads to: likely spam.");

  public static final Setting<Reaction> REWRITE_SUBJECT =
      action(
          "rewrite-subject",
          Reaction.JUNK,
          "What its action `rewrite subject` leads to. The subject stays as it is, so that"
              + " signatures stay good.");

  public static final Setting<Reaction> GREYLIST =
      action(
          "greylist",
          Reaction.PASS,
          "What its action `greylist` leads to. With `defer`, mail that it doubts comes minutes"
              + " later; rspamd needs Redis for it.");

  public static final Setting<Outbound> OUTBOUND =
      Setting.of(
          "filter.rspamd.outbound",
          choice(Outbound.class),
          Outbound.NOTE,
          "What it leads to if mail of our own users looks like spam, as it does when a password"
              + " was stolen: `note` sends it and writes it into the log and into `facteur why`,"
              + " `hold` takes it and sends nothing of it until you type `facteur user release"
              + " NAME`, `refuse` does not take it, `off` does not ask.");

  public static final Setting<WhenDown> WHEN_DOWN =
      Setting.of(
          "filter.rspamd.when-down",
          choice(WhenDown.class),
          WhenDown.ACCEPT,
          "What becomes of mail while rspamd does not answer: `accept` takes it and marks it as not"
              + " looked at, `defer` has senders come back. The postmaster is told either way.");

  public static final Setting<Boolean> OWN_RESULTS =
      Setting.of(
          "filter.rspamd.own-results",
          bool(),
          true,
          "Whether our results of SPF, DKIM, DMARC and ARC are handed over, so that rspamd does not"
              + " check again. Rules of its settings.conf go before that.");

  public static final Setting<Map<String, String>> SETTINGS_IDS =
      Setting.of(
              "filter.rspamd.settings-ids",
              map(whose(), id(), MAX_IDS),
              Map.<String, String>of(),
              "Which settings of rspamd are for whom: addresses or domains of recipients, and the"
                  + " id of a rule in its settings.conf. An address goes before its domain.")
          .example("{ \"example.org\" = strict, \"bob@example.org\" = lenient }");

  public static final Setting<Duration> TIME_LIMIT =
      Setting.of(
          "filter.rspamd.time-limit",
          duration(Duration.ofMillis(100), Duration.ofMinutes(5)),
          Duration.ofSeconds(20),
          "How long it may take for a message. It gives up by itself after its own task_timeout, 8"
              + " seconds.");

  public static final Setting<Integer> AT_ONCE =
      Setting.of(
          "filter.rspamd.at-once",
          integer(1, 10_000),
          100,
          "Messages that it is asked about at the same time; others wait for a turn, within the"
              + " time limit.");

  public static final Setting<Long> SIZE_LIMIT =
      Setting.of(
          "filter.rspamd.size-limit",
          size(1024, 1L << 30),
          50L << 20,
          "The largest message that it is asked about. A larger one is taken, and marked as not"
              + " looked at. Its own limit, max_message, is 50 MiB.");

  public static final Setting<DaemonAddress> CONTROLLER =
      Setting.of(
              "filter.rspamd.controller",
              DaemonAddress.type(),
              new DaemonAddress.Tcp("127.0.0.1", 11_334),
              "Where it learns: its worker `controller`, for `facteur spam`.")
          .example("\"127.0.0.1:11334\"");

  public static final Setting<Path> PASSWORD_FILE =
      Setting.optional(
          "filter.rspamd.password-file",
          path(),
          "none is sent",
          "/etc/facteur/rspamd.password",
          "A file with the password of its controller on the first line, readable by the server"
              + " alone. On the same machine it asks for none.");

  /// All rows.
  public static final Rows ROWS =
      Rows.of(
          ADDRESS,
          REJECT,
          SOFT_REJECT,
          ADD_HEADER,
          REWRITE_SUBJECT,
          GREYLIST,
          OUTBOUND,
          WHEN_DOWN,
          OWN_RESULTS,
          SETTINGS_IDS,
          TIME_LIMIT,
          AT_ONCE,
          SIZE_LIMIT,
          CONTROLLER,
          PASSWORD_FILE);

  /// What an action leads to.
  public enum Reaction {
    PASS,
    JUNK,
    QUARANTINE,
    DEFER,
    REJECT
  }

  /// What spam of our own users leads to.
  public enum Outbound {
    OFF,
    NOTE,
    HOLD,
    REFUSE
  }

  /// What becomes of mail that nobody looked at.
  public enum WhenDown {
    ACCEPT,
    DEFER
  }

  /// What each action leads to.
  public record Actions(
      Reaction reject,
      Reaction softReject,
      Reaction addHeader,
      Reaction rewriteSubject,
      Reaction greylist) {
    /// @param action as rspamd has it. What it would drop without a word is kept in the quarantine;
    ///   an action that somebody invented there is taken for suspicion
    Reaction of(String action) {
      return switch (action) {
        case "no action" -> Reaction.PASS;
        case "greylist" -> greylist;
        case "add header" -> addHeader;
        case "rewrite subject" -> rewriteSubject;
        case "soft reject" -> softReject;
        case "reject" -> reject;
        case "discard", "quarantine" -> Reaction.QUARANTINE;
        default -> Reaction.JUNK;
      };
    }
  }

  public RspamdSettings {
    ids = Map.copyOf(ids);
  }

  /// What there is to say of it.
  public static DaemonWatch.Role role(Settings settings) {
    return new DaemonWatch.Role(
        "rspamd", "rspamd", WHEN_DOWN.name(), settings.get(WHEN_DOWN) == WhenDown.DEFER);
  }

  /// Empty if no rspamd is named.
  public static Optional<RspamdSettings> from(Settings settings) {
    return settings
        .find(ADDRESS)
        .map(
            address ->
                new RspamdSettings(
                    address,
                    new Daemon.Limits(settings.get(TIME_LIMIT), settings.get(AT_ONCE)),
                    settings.get(SIZE_LIMIT),
                    settings.get(WHEN_DOWN) == WhenDown.DEFER,
                    new Actions(
                        settings.get(REJECT),
                        settings.get(SOFT_REJECT),
                        settings.get(ADD_HEADER),
                        settings.get(REWRITE_SUBJECT),
                        settings.get(GREYLIST)),
                    settings.get(OUTBOUND),
                    settings.get(OWN_RESULTS),
                    settings.get(SETTINGS_IDS),
                    settings.get(CONTROLLER),
                    settings.find(PASSWORD_FILE).map(settings::resolve)));
  }

  /// Which of rspamd's settings are for a recipient.
  Optional<String> id(MailAddress recipient) {
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    String address = recipient.text().toLowerCase(Locale.ROOT);
    String domain = address.substring(address.lastIndexOf('@') + 1);
    return Optional.ofNullable(ids.get(address)).or(() -> Optional.ofNullable(ids.get(domain)));
  }

  private static Setting<Reaction> action(String name, Reaction usual, String doc) {
    return Setting.of("filter.rspamd.actions." + name, choice(Reaction.class), usual, doc);
  }

  private static SettingType<String> id() {
    return scalar(
        SAY.typeId(),
        SAY.boundsId(),
        text ->
            text.matches("[A-Za-z0-9_.-]{1,60}")
                ? Reading.good(text)
                : Reading.wrong(SAY.notId(text)),
        text -> text);
  }

  /// An address or a domain, in lower case.
  private static SettingType<String> whose() {
    return scalar(
        SAY.typeWhose(),
        SAY.boundsWhose(),
        text -> {
          String lower = text.toLowerCase(Locale.ROOT);
          int at = lower.lastIndexOf('@');
          boolean local = at < 0 || (at > 0 && at <= 64 && lower.chars().noneMatch(c -> c <= ' '));
          return local
                  && DomainName.parse(lower.substring(at + 1))
                      .toOptional()
                      .filter(DomainName::isHostName)
                      .isPresent()
              ? Reading.good(lower)
              : Reading.wrong(SAY.notWhose(text));
        },
        text -> text);
  }
}
