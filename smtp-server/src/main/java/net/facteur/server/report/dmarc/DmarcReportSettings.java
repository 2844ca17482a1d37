package net.facteur.server.report.dmarc;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.MailTypes;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.TlsReportSettings;

/// Whether messages are counted and reports on DMARC sent, and to whom.
///
/// @param enabled reports are wanted
/// @param most mails with reports on one day
/// @param always domains that get reports although no mail of theirs passed
/// @param excludedDomains those that get none, with all below them
/// @param excludedAddresses those that get none, in lower case
/// @param author whose reports they are, and when they leave
public record DmarcReportSettings(
    boolean enabled,
    int most,
    Set<DomainName> always,
    List<DomainName> excludedDomains,
    Set<String> excludedAddresses,
    TlsReportSettings author) {
  private static final int MAX_LISTED = 1_000;

  public static final Setting<Boolean> ENABLED =
      Setting.of(
          "reports.dmarc",
          bool(),
          false,
          "Whether messages are counted, and the domains that ask for reports on DMARC get one each"
              + " day (RFC 9990): from which address how many messages came in their name, and what"
              + " SPF, DKIM and DMARC said of them. Mail that filters judge to be unwanted is not"
              + " counted.");

  public static final Setting<Integer> MOST =
      Setting.of(
          "reports.dmarc-most",
          integer(1, 100_000),
          50,
          "Mails with reports on DMARC that leave for one day at most; the domains with most"
              + " messages go first. It does not grow by itself: raise it if the log tells of"
              + " reports that were left out.");

  public static final Setting<List<DomainName>> ALWAYS =
      Setting.of(
              "reports.dmarc-domains",
              list(NetworkTypes.domain(), MAX_LISTED),
              List.<DomainName>of(),
              "Domains that get reports on DMARC although none of their mail passed on that day."
                  + " Without being listed a domain gets none then, since all mail in its name may"
                  + " have been forged.")
          .example("[\"partner.example\"]");

  public static final Setting<List<DomainName>> EXCLUDED_DOMAINS =
      Setting.of(
              "reports.dmarc-exclude-domains",
              list(NetworkTypes.domain(), MAX_LISTED),
              List.<DomainName>of(),
              "Domains that get no reports on DMARC, with all below them.")
          .example("[\"example.net\"]");

  public static final Setting<List<MailAddress>> EXCLUDED_ADDRESSES =
      Setting.of(
              "reports.dmarc-exclude-addresses",
              list(MailTypes.address(), MAX_LISTED),
              List.<MailAddress>of(),
              "Addresses that get no reports on DMARC, whoever asks for them: some block lists list"
                  + " whoever writes to addresses that nobody reads.")
          .example("[\"rua@example.net\"]");

  /// Rows about reports on DMARC.
  public static final Rows ROWS =
      Rows.of(ENABLED, MOST, ALWAYS, EXCLUDED_DOMAINS, EXCLUDED_ADDRESSES);

  public DmarcReportSettings {
    always = Set.copyOf(always);
    excludedDomains = List.copyOf(excludedDomains);
    excludedAddresses = Set.copyOf(excludedAddresses);
  }

  public static DmarcReportSettings from(Settings settings) {
    return new DmarcReportSettings(
        settings.get(ENABLED),
        settings.get(MOST),
        Set.copyOf(settings.get(ALWAYS)),
        settings.get(EXCLUDED_DOMAINS),
        settings.get(EXCLUDED_ADDRESSES).stream()
            .map(address -> Ascii.lower(address.text()))
            .collect(Collectors.toUnmodifiableSet()),
        TlsReportSettings.from(settings));
  }

  /// Whose reports they are; empty where none are sent, or nobody could sign them.
  ///
  /// @param signing the domains whose mail is signed now
  public Optional<ReportSettings> signedBy(Set<DomainName> signing) {
    return enabled ? author.reports(signing) : Optional.empty();
  }

  /// The domain of the reverse-path of reports: one whose mail comes here, so that we hear of
  /// reports that come back.
  String returning(MailAddress contact) {
    return author.domains().stream()
        .filter(domain -> domain.text().equals(Ascii.lower(contact.domain())))
        .findFirst()
        .or(() -> author.domains().stream().findFirst())
        .map(DomainName::text)
        .orElse(contact.domain());
  }

  boolean excludes(String domain) {
    return DomainName.parse(domain)
        .toOptional()
        .filter(name -> excludedDomains.stream().noneMatch(name::isWithin))
        .isEmpty();
  }

  boolean lists(String domain) {
    return DomainName.parse(domain).toOptional().filter(always::contains).isPresent();
  }

  boolean excludes(MailAddress address) {
    return excludedAddresses.contains(Ascii.lower(address.text()));
  }
}
