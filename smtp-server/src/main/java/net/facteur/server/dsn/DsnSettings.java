package net.facteur.server.dsn;

import static net.facteur.server.config.SettingTypes.list;

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
/// @param maxReturned messages up to this many octets are returned whole where RET=FULL asked for
///   it, larger ones as header only; 0 to 50 MiB, default 50 KiB
/// @param returnWhole without RET, return whole messages (up to `maxReturned`) rather than headers;
///   default false, since a report may go to somebody who never wrote the message
public record DsnSettings(
    String hostName,
    MailAddress from,
    List<Language> languages,
    int maxReturned,
    boolean returnWhole) {
  public static final Setting<List<Language>> REPORT_LANGUAGES =
      Setting.optional(
          "queue.report-languages",
          list(HostSettings.language(), 4),
          "those of languages",
          "[en, fr]",
          "An older spelling of languages, for the reports to senders alone. Set languages in its"
              + " place.");

  /// Rows about reports.
  public static final Rows ROWS = Rows.of(REPORT_LANGUAGES);

  public DsnSettings {
    languages = List.copyOf(languages);
    if (languages.isEmpty() || languages.size() > 4) {
      throw new IllegalArgumentException("a report has 1 to 4 languages");
    }
    if (maxReturned < 0 || maxReturned > 50 << 20) {
      throw new IllegalArgumentException("returned octets: 0 to 50 MiB");
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
    return of(host.name().text(), languages.isEmpty() ? List.of(Language.ENGLISH) : languages);
  }

  /// The defaults for a host of this name.
  public static DsnSettings of(String hostName) {
    return of(hostName, List.of(Language.ENGLISH));
  }

  private static DsnSettings of(String hostName, List<Language> languages) {
    return new DsnSettings(
        hostName, new MailAddress(Router.MAILER_DAEMON, hostName), languages, 50 * 1024, false);
  }
}
