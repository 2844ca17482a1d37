package net.facteur.server.autoconfig;

import static net.facteur.server.autoconfig.AutoconfigTexts.SAY;
import static net.facteur.server.config.SettingTypes.list;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.autoconfig.MailService.Protocol;
import net.facteur.server.autoconfig.MailService.Security;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.imap.DovecotDirectory;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.imap.InstalledDovecot.Part;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.web.WebSettings;

/// What mail programs are told.
///
/// @param host the name of this server
/// @param domains whose addresses they may have
/// @param services what they connect to
/// @param web the port at which others reach our web by HTTPS; empty where they do not
/// @param help the page for people, where others reach it
public record AutoconfigSettings(
    DomainName host,
    Set<DomainName> domains,
    MailServices services,
    Optional<Integer> web,
    Optional<String> help) {
  private static final int HTTPS = 443;

  public static final Setting<List<MailService>> SERVICES =
      Setting.of(
              "autoconfig.services",
              list(service(), 16),
              List.<MailService>of(),
              "What mail programs that set themselves up connect to: a word for the protocol, a"
                  + " host and a port. The words are submissions, submission, imaps, imap, pop3s,"
                  + " pop3 and sieve; those with an s at the end use TLS from the first octet, the"
                  + " others STARTTLS. An empty list means what is there: the ports in listen, and,"
                  + " if imap.dovecot is true, those of the Dovecot on this machine. Say it"
                  + " yourself where a router or a container gives them other ports, or where mail"
                  + " is read at another host.")
          .example("[\"submissions://mail.example.org:465\", \"imaps://mail.example.org:993\"]");

  /// Rows about mail programs.
  public static final Rows ROWS = Rows.of(SERVICES);

  public AutoconfigSettings {
    domains = Set.copyOf(domains);
  }

  public static AutoconfigSettings from(Settings settings) {
    return from(settings, DovecotDirectory.at(Path.of("/etc/dovecot")).libraries());
  }

  /// @param libraries where Dovecot's programs lie, if it is on this machine
  static AutoconfigSettings from(Settings settings, Path libraries) {
    var host = HostSettings.from(settings);
    var pages = WebSettings.from(settings);
    List<MailService> said = settings.get(SERVICES);
    return new AutoconfigSettings(
        host.name(),
        Set.copyOf(host.domains()),
        new MailServices(said.isEmpty() ? present(settings, host.name(), libraries) : said),
        first(reached(pages.policyListeners()), reached(pages.pageListeners())),
        reached(pages.pageListeners()).stream()
            .findFirst()
            .map(
                port ->
                    "https://" + host.name() + (port == HTTPS ? "" : ":" + port) + SetupPage.PATH));
  }

  /// The usual port if it is there, or else any.
  private static Optional<Integer> first(List<Integer> policy, List<Integer> pages) {
    return Stream.concat(policy.stream(), pages.stream())
        .min(Comparator.comparing(port -> port != HTTPS));
  }

  private static List<MailService> present(Settings settings, DomainName host, Path libraries) {
    var listeners = ListenerSettings.from(settings);
    var services = new ArrayList<MailService>();
    reached(listeners.submissions())
        .forEach(port -> services.add(submission(Security.TLS, host, port)));
    reached(listeners.submission())
        .forEach(port -> services.add(submission(Security.STARTTLS, host, port)));
    if (ImapSettings.from(settings).joined()) {
      services.add(new MailService(Protocol.IMAP, Security.TLS, host, 993));
      if (Part.POP3.isIn(libraries)) {
        services.add(new MailService(Protocol.POP3, Security.TLS, host, 995));
      }
      if (Part.MANAGESIEVE.isIn(libraries)) {
        services.add(new MailService(Protocol.SIEVE, Security.STARTTLS, host, 4190));
      }
    }
    return services;
  }

  private static MailService submission(Security security, DomainName host, int port) {
    return new MailService(Protocol.SUBMISSION, security, host, port);
  }

  /// The first port that others reach, if any.
  private static List<Integer> reached(List<InetSocketAddress> listeners) {
    return listeners.stream()
        .filter(at -> !at.getAddress().isLoopbackAddress() && at.getPort() > 0)
        .map(InetSocketAddress::getPort)
        .limit(1)
        .toList();
  }

  private static SettingType<MailService> service() {
    return SettingTypes.scalar(
        SAY.service(),
        SAY.serviceBounds(),
        text ->
            MailService.parse(text)
                .map(Reading::good)
                .orElseGet(
                    () -> Reading.wrong(SAY.notService(text), "\"imaps://mail.example.org:993\"")),
        MailService::toString);
  }
}
