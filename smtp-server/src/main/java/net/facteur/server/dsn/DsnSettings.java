package net.facteur.server.dsn;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.size;
import static net.facteur.server.config.SettingTypes.some;

import java.util.List;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import net.facteur.server.routing.Router;

/// How reports look.
///
/// @param hostName our name as Reporting-MTA and in Message-ID
/// @param from the author of reports: its local part at the domain that a report is about, and the
///   whole where none of ours is; default `mailer-daemon@` the host name
/// @param languages of the plain words, one after the other, 1 to 4; default English
/// @param maxReturned messages up to this many octets are returned whole, larger ones as header
///   only
/// @param returnWhole without RET, return whole messages rather than headers
public record DsnSettings(
    String hostName,
    MailAddress from,
    List<Language> languages,
    int maxReturned,
    boolean returnWhole) {
  public static final Setting<List<Language>> REPORT_LANGUAGES =
      Setting.optional(
          "queue.report-languages",
          some(HostSettings.language(), 4),
          "those of languages",
          "[en, fr]",
          "An older spelling of languages, for the reports to senders alone. Set languages in its"
              + " place.");

  public static final Setting<Boolean> REPORT_WHOLE =
      Setting.of(
          "queue.report-whole",
          bool(),
          false,
          "Whether a report of failure returns the whole message where its sender does not say what"
              + " he wants (RET, RFC 3461), and its header alone otherwise. A sender may be forged,"
              + " so that a stranger would get what he never wrote.");

  public static final Setting<Long> REPORT_SIZE =
      Setting.of(
          "queue.report-size",
          size(0, 1 << 20),
          50L << 10,
          "The largest message that a report of failure returns whole, also where the sender wants"
              + " it whole; of larger ones it returns the header. 0 is for the header always.");

  /// Rows about reports.
  public static final Rows ROWS = Rows.of(REPORT_WHOLE, REPORT_SIZE, REPORT_LANGUAGES);

  public DsnSettings {
    languages = List.copyOf(languages);
    if (languages.isEmpty() || languages.size() > 4) {
      throw new IllegalArgumentException("a report has 1 to 4 languages");
    }
  }

  public static DsnSettings from(Settings settings) {
    var host = HostSettings.from(settings);
    List<Language> languages =
        settings
            .find(REPORT_LANGUAGES)
            .filter(set -> !set.isEmpty())
            .orElse(host.languages())
            .stream()
            .distinct()
            .toList();
    return from(
        settings, host.name().text(), languages.isEmpty() ? List.of(Language.ENGLISH) : languages);
  }

  /// The defaults for a host of this name.
  public static DsnSettings of(String hostName) {
    return from(Settings.DEFAULTS, hostName, List.of(Language.ENGLISH));
  }

  private static DsnSettings from(Settings settings, String hostName, List<Language> languages) {
    return new DsnSettings(
        hostName,
        new MailAddress(Router.MAILER_DAEMON, hostName),
        languages,
        settings.get(REPORT_SIZE).intValue(),
        settings.get(REPORT_WHOLE));
  }
}
