package net.facteur.server.report;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.text;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.MailTypes;

/// Whether TLS sessions are counted and reports on them sent, and by whom.
///
/// @param enabled reports are wanted
/// @param contact the author, where one is named
/// @param organization who we are, for people
/// @param hour of the day, UTC, in which reports are sent
/// @param domains those whose mail is kept here, sorted
public record TlsReportSettings(
    boolean enabled,
    Optional<MailAddress> contact,
    String organization,
    int hour,
    List<DomainName> domains) {
  public static final Setting<Boolean> ENABLED =
      Setting.of(
          "reports.tls",
          bool(),
          true,
          "Whether TLS sessions with other servers are counted, and the domains that ask for"
              + " reports on them get one each day (RFC 8460).");

  public static final Setting<MailAddress> CONTACT =
      Setting.optional(
          "reports.contact",
          MailTypes.address(),
          "postmaster at the first domain whose mail is signed",
          "\"hostmaster@example.org\"",
          "The author of reports, whom people may answer. Reports have to be signed, so none are"
              + " sent before the mail of this domain is signed.");

  public static final Setting<String> ORGANIZATION =
      Setting.optional(
          "reports.organization",
          text(200),
          "hostname",
          "\"Example Ltd\"",
          "Who we are, in reports.");

  public static final Setting<Integer> HOUR =
      Setting.of(
          "reports.hour",
          integer(0, 23),
          2,
          "The hour of the day, UTC, in which the reports on the day before are sent.");

  /// Rows about reports.
  public static final Rows ROWS = Rows.of(ENABLED, CONTACT, ORGANIZATION, HOUR);

  /// So that not all hosts report at once.
  private static final Duration SPREAD = Duration.ofMinutes(50);

  public TlsReportSettings {
    domains = List.copyOf(domains);
  }

  public static TlsReportSettings from(Settings settings) {
    var host = HostSettings.from(settings);
    return new TlsReportSettings(
        settings.get(ENABLED),
        settings.find(CONTACT),
        settings.find(ORGANIZATION).orElse(host.name().text()),
        settings.get(HOUR),
        host.domains());
  }

  /// Whether TLS sessions are counted.
  public boolean counted() {
    return enabled && !domains.isEmpty();
  }

  /// How reports are sent; empty where they are not, or nobody could sign them.
  ///
  /// @param signing the domains whose mail is signed now
  public Optional<ReportSettings> signedBy(Set<DomainName> signing) {
    return enabled ? reports(signing) : Optional.empty();
  }

  /// Whose reports they are, and when they leave, whatever they are about; empty where nobody could
  /// sign them.
  ///
  /// @param signing the domains whose mail is signed now
  public Optional<ReportSettings> reports(Set<DomainName> signing) {
    return author(signing).map(author -> new ReportSettings(organization, author, hour, SPREAD));
  }

  /// RFC 8460, section 3, wants reports signed by the domain of their author.
  private Optional<MailAddress> author(Set<DomainName> signing) {
    return contact
        .or(
            () ->
                domains.stream()
                    .filter(signing::contains)
                    .findFirst()
                    .map(domain -> new MailAddress("postmaster", domain.text())))
        .filter(
            author ->
                DomainName.parse(author.domain())
                    .toOptional()
                    .filter(signing::contains)
                    .isPresent());
  }
}
