package net.facteur.server.web;

import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.web.WebTexts.SAY;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MxPattern;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;

/// What the web is told, and where.
///
/// @param policyListeners where what programs of others ask for is served by HTTPS
/// @param pageListeners where all of the web is served by HTTPS, the pages for people too
/// @param challengeListeners where challenges of ACME are answered by plain HTTP
/// @param policy our own MTA-STS policy
public record WebSettings(
    List<InetSocketAddress> policyListeners,
    List<InetSocketAddress> pageListeners,
    List<InetSocketAddress> challengeListeners,
    PublishedPolicy policy) {
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
              list(mxPattern(), 100),
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
                  + " prints. The links"
                  + " of quarantine.digest lead here, too, at https://HOSTNAME/.")
          .example("[\"0.0.0.0:443\", \"[::]:443\"]")
          .atStart();

  public static final Setting<List<InetSocketAddress>> LISTEN_WEB =
      Setting.of(
              "listen.web",
              list(NetworkTypes.endpoint(), 64),
              List.<InetSocketAddress>of(),
              "Where the pages for people are, by HTTPS with the certificates of tls, at"
                  + " https://HOSTNAME/. Everything that listen.policy serves is served here too,"
                  + " so that port 443 stands in one of the two. With an address of this machine"
                  + " alone, such as 127.0.0.1:8443, the pages are reached from it, or by `ssh -L"
                  + " 8443:localhost:8443 HOSTNAME` at https://localhost:8443/.")
          .example("[\"0.0.0.0:443\", \"[::]:443\"]")
          .atStart();

  public static final Setting<List<InetSocketAddress>> LISTEN_CHALLENGES =
      Setting.of(
              "listen.acme",
              list(NetworkTypes.endpoint(), 64),
              List.<InetSocketAddress>of(),
              "Where challenges of http-01 are answered by plain HTTP, and mail programs that ask"
                  + " at http://autoconfig.DOMAIN/; nothing else is. Authorities ask at port 80;"
                  + " where a web server has it, let it serve /.well-known/acme-challenge/ from"
                  + " acme/ below the data directory.")
          .example("[\"0.0.0.0:80\", \"[::]:80\"]")
          .atStart();

  /// Rows about our MTA-STS policy.
  public static final Rows POLICY = Rows.of(MODE, MX, MAX_AGE, LISTEN_POLICY);

  /// Rows about pages for people.
  public static final Rows PAGES = Rows.of(LISTEN_WEB);

  /// Rows about challenges of ACME.
  public static final Rows CHALLENGES = Rows.of(LISTEN_CHALLENGES);

  public WebSettings {
    policyListeners = List.copyOf(policyListeners);
    pageListeners = List.copyOf(pageListeners);
    challengeListeners = List.copyOf(challengeListeners);
  }

  /// True where HTTPS is served to others than this machine.
  public boolean servesOthers() {
    return !policyListeners.isEmpty()
        || pageListeners.stream().anyMatch(at -> !at.getAddress().isLoopbackAddress());
  }

  public static WebSettings from(Settings settings) {
    var host = HostSettings.from(settings);
    List<MxPattern> mx = settings.get(MX);
    return new WebSettings(
        settings.get(LISTEN_POLICY),
        settings.get(LISTEN_WEB),
        settings.get(LISTEN_CHALLENGES),
        new PublishedPolicy(
            Set.copyOf(host.domains()),
            new MtaStsPolicyText(
                settings.get(MODE),
                mx.isEmpty() ? List.of(new MxPattern(false, host.name())) : mx,
                settings.get(MAX_AGE))));
  }

  /// A host, or `*.` and a domain.
  private static SettingType<MxPattern> mxPattern() {
    return SettingTypes.scalar(
        ConfigTexts.SAY.hostName(),
        SAY.hostBounds(),
        text ->
            switch (MxPattern.parse(text)) {
              case Parsed.Ok<MxPattern>(MxPattern pattern) -> Reading.good(pattern);
              case Parsed.Malformed<MxPattern> _ -> Reading.wrong(SAY.notHost(text));
            },
        MxPattern::toString);
  }
}
