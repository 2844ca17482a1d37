package net.facteur.server.host;

import static net.facteur.server.config.SettingTypes.some;
import static net.facteur.server.host.HostTexts.SAY;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Language;

/// Who this server is.
///
/// @param name the full name of this host, as in the DNS
/// @param postmaster who reads the mail to postmaster: an address, or a name at each domain
/// @param languages of the texts that people get, at least one
/// @param zone where the days of people begin and end
/// @param domains those whose mail is kept here, sorted
/// @param data the directory that everything lies in which the server writes
public record HostSettings(
    DomainName name,
    Optional<String> postmaster,
    List<Language> languages,
    ZoneId zone,
    List<DomainName> domains,
    Path data) {
  public static final Setting<DomainName> HOSTNAME =
      Setting.optional(
              "hostname",
              NetworkTypes.hostName(),
              "the name of the machine",
              "mail.example.org",
              "The full name of this host, as it stands in the DNS. It is what the server calls"
                  + " itself in greetings, EHLO, Received and Authentication-Results. It should"
                  + " have an A or AAAA record, and the address should lead back to it.")
          .orMachine();

  public static final Setting<String> POSTMASTER =
      Setting.optional(
          "postmaster",
          MailTypes.addressOrName(),
          "mail to postmaster is treated like mail to any other name",
          "\"alice@example.org\"",
          "Who reads the mail to postmaster and abuse of every local domain, of the host's name and"
              + " of its IP addresses, the answers to reports (mailer-daemon), and the notes of the"
              + " server itself. Each domain has to have a postmaster (RFC 5321, section 4.5.1).");

  public static final Setting<List<Language>> LANGUAGES =
      Setting.of(
          "languages",
          some(language(), 4),
          List.of(Language.ENGLISH),
          "The languages of the texts that people get: en, fr. A report to a sender says the same"
              + " in each of them, one after the other; a note to the postmaster is written in the"
              + " first.");

  public static final Setting<ZoneId> TIME_ZONE =
      Setting.optional(
          "time-zone",
          timeZone(),
          "the one of the machine",
          "Europe/Paris",
          "Where the people of this server live: a day that somebody names, such as the one on"
              + " which a role changes hands or an absence ends, begins at midnight there. The"
              + " weekly letter goes by it, too.");

  public static final Setting<Path> DATA =
      Setting.of(
              "directories.data",
              SettingTypes.path(),
              Path.of("data"),
              "What the server writes. A relative path, here and in every other setting, starts at"
                  + " the directory above conf/ where the settings file lies in a directory of that"
                  + " name, and at the directory of the settings file otherwise.")
          .atStart();

  /// Rows about who the server is.
  public static final Rows ROWS = Rows.of(HOSTNAME, POSTMASTER, LANGUAGES, TIME_ZONE);

  /// Rows about directories.
  public static final Rows DIRECTORIES = Rows.of(DATA);

  public HostSettings {
    languages = List.copyOf(languages);
    domains = List.copyOf(domains);
  }

  public static HostSettings from(Settings settings) {
    return new HostSettings(
        settings.get(HOSTNAME),
        settings.find(POSTMASTER),
        settings.get(LANGUAGES),
        zone(settings),
        settings.names("domains").stream().map(DomainName::of).toList(),
        DataDirectory.from(settings).path());
  }

  /// A path that is relative to the directory of the data.
  public Path inData(Path path) {
    return new DataDirectory(data).resolve(path);
  }

  /// Where the days of people begin and end.
  public static ZoneId zone(Settings settings) {
    return settings.find(TIME_ZONE).orElseGet(ZoneId::systemDefault);
  }

  /// A time zone by its name in the database of IANA.
  private static SettingType<ZoneId> timeZone() {
    return SettingTypes.scalar(
        SAY.timeZone(),
        SAY.timeZoneBounds(),
        text ->
            ZoneId.getAvailableZoneIds().contains(text)
                ? Reading.good(ZoneId.of(text))
                : Reading.wrong(SAY.notTimeZone(text), "Europe/Paris"),
        ZoneId::getId);
  }

  /// A language that there are texts in, by its code; its name is understood, too.
  public static SettingType<Language> language() {
    return SettingTypes.scalar(
        SAY.language(),
        ConfigTexts.SAY.oneOf(Language.codes()),
        text ->
            Language.of(text)
                .map(Reading::good)
                .orElseGet(() -> Reading.wrong(SAY.notLanguage(text, Language.codes()), "en")),
        Language::code);
  }
}
