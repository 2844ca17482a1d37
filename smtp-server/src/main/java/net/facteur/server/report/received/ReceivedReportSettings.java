package net.facteur.server.report.received;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.size;

import java.time.Duration;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.MailTypes;
import net.facteur.server.report.received.SqlReceivedReports.Limits;

/// Where reports of others come, and how long they are kept.
///
/// @param dmarc where reports on DMARC go: an address, or a local part that each domain has
/// @param tls where reports on TLS go, likewise
/// @param limits how much is kept
public record ReceivedReportSettings(String dmarc, String tls, Limits limits) {
  public static final Setting<String> DMARC_ADDRESS =
      Setting.of(
          "reports.dmarc-address",
          MailTypes.addressOrName(),
          "dmarc-reports",
          "Where the printed records ask others to send reports on mail in our names (DMARC): a"
              + " name, which each domain has, or one address for all. If it is here, reports are"
              + " read and kept and lie in no mailbox, unless a user or alias has the address; what"
              + " is no report goes to the postmaster. If it is elsewhere, that domain has to agree"
              + " in the DNS: facteur dns records prints how.");

  public static final Setting<String> TLS_ADDRESS =
      Setting.of(
          "reports.tls-address",
          MailTypes.addressOrName(),
          "tls-reports",
          "The same for reports on TLS with our hosts (TLSRPT), which nobody has to agree to.");

  public static final Setting<Duration> KEEP =
      Setting.of(
              "reports.keep",
              duration(Duration.ofDays(1), Duration.ofDays(3660)),
              Duration.ofDays(400),
              "How long reports of others are kept after they came.")
          .atStart();

  public static final Setting<Long> MAX_SIZE =
      Setting.of(
              "reports.max-size",
              size(1L << 20, 1L << 40),
              512L << 20,
              "What all reports of others may take up together, nearly; the oldest are forgotten"
                  + " first. Of one day, no more than a quarter of it is taken; what comes beyond"
                  + " is put off (451).")
          .atStart();

  public static final Setting<Integer> PER_SENDER =
      Setting.of(
              "reports.per-sender",
              integer(1, 1_000_000),
              1_000,
              "Reports that are taken in a day of one sender; further ones are put off (451).")
          .atStart();

  /// Rows about reports of others.
  public static final Rows ROWS = Rows.of(DMARC_ADDRESS, TLS_ADDRESS, KEEP, MAX_SIZE, PER_SENDER);

  public static ReceivedReportSettings from(Settings settings) {
    return new ReceivedReportSettings(
        settings.get(DMARC_ADDRESS),
        settings.get(TLS_ADDRESS),
        new Limits(settings.get(KEEP), settings.get(MAX_SIZE), settings.get(PER_SENDER)));
  }

  /// The addresses, as they stand in tables.
  public Set<String> addresses() {
    return dmarc.equals(tls) ? Set.of(dmarc) : Set.of(dmarc, tls);
  }

  /// Where reports on DMARC of this domain go.
  public MailAddress dmarcAddress(DomainName domain) {
    return address(dmarc, domain);
  }

  /// Where reports on TLS of this domain go.
  public MailAddress tlsAddress(DomainName domain) {
    return address(tls, domain);
  }

  private static MailAddress address(String text, DomainName domain) {
    int at = text.lastIndexOf('@');
    return at < 0
        ? new MailAddress(text, domain.text())
        : new MailAddress(text.substring(0, at), text.substring(at + 1));
  }
}
