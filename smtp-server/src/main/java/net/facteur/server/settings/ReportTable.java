package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.text;

import net.facteur.queue.MailAddress;
import net.facteur.server.config.Setting;
import net.facteur.server.host.MailTypes;

/// The part of the table about policies on TLS, others' and our own, and about reports on them.
public final class ReportTable {
  public static final Setting<Boolean> HONOUR_MTA_STS =
      Setting.of(
          "delivery.mta-sts",
          bool(),
          true,
          "Whether the MTA-STS policies of other domains are asked for and held to, where DANE does"
              + " not decide.");
  public static final Setting<Integer> MTA_STS_PORT =
      Setting.of(
              "delivery.mta-sts-port",
              integer(1, 65_535),
              443,
              "The port of the hosts that serve policies; anything but 443 is for trials.")
          .atStart();

  public static final Setting<Boolean> TLS_REPORTS =
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
          "\"tls-reports@example.org\"",
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

  private ReportTable() {}
}
