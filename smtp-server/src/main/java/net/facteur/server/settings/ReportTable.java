package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.text;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MxPattern;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.NetworkTypes;
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

  public static final Setting<MtaStsPolicyText.Mode> MODE =
      Setting.of(
          "mta-sts.mode",
          choice(MtaStsPolicyText.Mode.class),
          MtaStsPolicyText.Mode.TESTING,
          "What our own policy asks of senders. Begin with testing, read the reports of some weeks,"
              + " then say enforce: from then on senders hold mail back rather than deliver it"
              + " without a valid certificate of the hosts in mta-sts.mx. To leave, say none and"
              + " wait until mta-sts.max-age has passed.");
  public static final Setting<List<MxPattern>> MX =
      Setting.of(
              "mta-sts.mx",
              list(OwnTypes.mxPattern(), 100),
              List.<MxPattern>of(),
              "The hosts in the MX records of our domains, which mail may go to; an empty list"
                  + " means hostname.")
          .example("[\"mail.example.org\", \"*.mx.example.net\"]");
  public static final Setting<Duration> MAX_AGE =
      Setting.of(
          "mta-sts.max-age",
          duration(Duration.ofHours(1), Duration.ofDays(365)),
          Duration.ofDays(7),
          "How long senders remember our policy. Weeks are best once it is enforced.");
  public static final Setting<List<InetSocketAddress>> LISTEN_POLICY =
      Setting.of(
              "listen.policy",
              list(NetworkTypes.endpoint(), 64),
              List.<InetSocketAddress>of(),
              "Where the policy is served by HTTPS, at https://mta-sts.DOMAIN/ for each domain. It"
                  + " takes a certificate for each of these names, among those of tls. Where a web"
                  + " server has port 443, let it serve the text that `facteur mta-sts records`"
                  + " prints.")
          .example("[\"0.0.0.0:443\", \"[::]:443\"]")
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
