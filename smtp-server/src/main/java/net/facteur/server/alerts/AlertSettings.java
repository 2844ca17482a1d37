package net.facteur.server.alerts;

import static net.facteur.server.alerts.AlertTexts.SAY;
import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.size;
import static net.facteur.server.config.SettingTypes.text;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings.RelayTls;
import net.facteur.server.host.MailTypes;

/// When somebody is told, and how.
///
/// @param mail whether the postmaster gets mail
/// @param queueAge how old the oldest message may become
/// @param deferrals percent of an hour's recipients that may be put off
/// @param disk octets that should be free
/// @param certificate how long before its end a certificate should be renewed
/// @param command a program that is a second way
/// @param relay a host that is one
public record AlertSettings(
    boolean mail,
    QuietHours quiet,
    Duration queueAge,
    int deferrals,
    long disk,
    Duration certificate,
    Optional<Path> command,
    Optional<Relay> relay) {
  public static final Setting<Boolean> MAIL =
      Setting.of(
          "alerts.mail",
          bool(),
          true,
          "Whether the postmaster gets mail if something is wrong: once, and again when it is over."
              + " `facteur alerts` shows what stands.");

  public static final Setting<QuietHours> QUIET =
      Setting.of(
              "alerts.quiet",
              quietHours(),
              QuietHours.NONE,
              "The hours in which nobody is told, by the clock of this machine. What still stands"
                  + " then is told at their end. A full disk and a wrong clock are told at once.")
          .example("\"22:00-07:00\"");

  public static final Setting<Duration> QUEUE_AGE =
      Setting.of(
          "alerts.queue-age",
          duration(Duration.ofMinutes(10), Duration.ofDays(30)),
          Duration.ofHours(4),
          "How old the oldest message in the queue may become before the postmaster is told. What"
              + " is held does not count.");

  public static final Setting<Integer> DEFERRALS =
      Setting.of(
          "alerts.deferrals",
          integer(1, 100),
          50,
          "How much of what is sent to others within an hour may be put off, in percent; 20"
              + " recipients at least. A provider that takes less than a fifth is told of as"
              + " well.");

  public static final Setting<Long> DISK =
      Setting.of(
          "alerts.disk",
          size(0, 1L << 50),
          1L << 30,
          "How much room there should be on the disk of the queue.");

  public static final Setting<Duration> CERTIFICATE =
      Setting.of(
          "alerts.certificate",
          duration(Duration.ofHours(1), Duration.ofDays(60)),
          Duration.ofDays(7),
          "How long before its end a certificate should have been renewed.");

  public static final Setting<Path> COMMAND =
      Setting.optional(
          "alerts.command",
          path(),
          "no program is run",
          "/usr/local/bin/tell-me",
          "A program that is run if our own mail may not get through, such as one that sends a text"
              + " message. It gets the subject as its argument and the text on its standard input,"
              + " and has 30 seconds. `facteur alerts --test` tries it.");

  public static final Setting<String> HOST =
      Setting.optional(
          "alerts.smarthost.host",
          NetworkTypes.host(),
          "no other host is used",
          "smtp.example.net",
          "A mail server of somebody else that takes alerts if our own mail may not get through,"
              + " past the queue.");

  public static final Setting<Integer> PORT =
      Setting.of(
          "alerts.smarthost.port",
          integer(1, 65_535),
          587,
          "Its port. 465 speaks TLS from the first octet.");

  public static final Setting<String> USER =
      Setting.optional(
          "alerts.smarthost.user",
          text(255),
          "without a login",
          "\"alerts@example.net\"",
          "The user to log in as there.");

  public static final Setting<Path> PASSWORD_FILE =
      Setting.optional(
          "alerts.smarthost.password-file",
          path(),
          "without a login",
          "alerts.password",
          "A file with the password of that user on its first line.");

  public static final Setting<RelayTls> TLS =
      Setting.of(
          "alerts.smarthost.tls",
          choice(RelayTls.class),
          RelayTls.VERIFIED,
          "How the connection there is protected, as in smarthost.tls.");

  public static final Setting<MailAddress> TO =
      Setting.optional(
          "alerts.smarthost.to",
          MailTypes.address(),
          "postmaster",
          "\"me@example.net\"",
          "Who gets alerts by that host: an address elsewhere, which is read although this server"
              + " is down.");

  public static final Setting<MailAddress> FROM =
      Setting.optional(
          "alerts.smarthost.from",
          MailTypes.address(),
          "the user, if it is an address, or postmaster",
          "\"alerts@example.net\"",
          "Who writes, for hosts that take mail of their own addresses only.");

  /// Rows about alerts.
  public static final Rows ROWS =
      Rows.of(
          MAIL,
          QUIET,
          QUEUE_AGE,
          DEFERRALS,
          DISK,
          CERTIFICATE,
          COMMAND,
          HOST,
          PORT,
          USER,
          PASSWORD_FILE,
          TLS,
          TO,
          FROM);

  /// A host that takes alerts.
  ///
  /// @param to empty for the postmaster
  /// @param from empty for the user or the postmaster
  public record Relay(
      String host,
      int port,
      Optional<String> user,
      Optional<Path> passwordFile,
      RelayTls tls,
      Optional<MailAddress> to,
      Optional<MailAddress> from) {}

  public static AlertSettings from(Settings settings) {
    return new AlertSettings(
        settings.get(MAIL),
        settings.get(QUIET),
        settings.get(QUEUE_AGE),
        settings.get(DEFERRALS),
        settings.get(DISK),
        settings.get(CERTIFICATE),
        settings.find(COMMAND).map(settings::resolve),
        settings
            .find(HOST)
            .map(
                host ->
                    new Relay(
                        host,
                        settings.get(PORT),
                        settings.find(USER),
                        settings.find(PASSWORD_FILE).map(settings::resolve),
                        settings.get(PORT) == 465 ? RelayTls.IMPLICIT : settings.get(TLS),
                        settings.find(TO),
                        settings.find(FROM))));
  }

  /// True where anybody is told at all.
  public boolean on() {
    return mail || command.isPresent() || relay.isPresent();
  }

  private static SettingType<QuietHours> quietHours() {
    return SettingTypes.scalar(
        SAY.quietForm(),
        SAY.quietBounds(),
        text ->
            QuietHours.parse(text)
                .map(Reading::good)
                .orElseGet(() -> Reading.wrong(SAY.notQuiet(text))),
        QuietHours::toString);
  }
}
