package net.facteur.server;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.queue.MailAddress;
import net.facteur.server.alerts.AlertCheck;
import net.facteur.server.alerts.AlertRule;
import net.facteur.server.alerts.AlertSettings;
import net.facteur.server.alerts.AlertWatch;
import net.facteur.server.alerts.AlertWay;
import net.facteur.server.alerts.AlertWays;
import net.facteur.server.alerts.CertificateCheck;
import net.facteur.server.alerts.ClockCheck;
import net.facteur.server.alerts.CommandWay;
import net.facteur.server.alerts.DeliveryCheck;
import net.facteur.server.alerts.DiskCheck;
import net.facteur.server.alerts.QueueCheck;
import net.facteur.server.alerts.RelayWay;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.OutboundAgent;
import net.facteur.server.delivery.TransportSecurity;
import net.facteur.server.doctor.Examination;
import net.facteur.server.doctor.FindingAlerts;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.keys.tlsa.RollView;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routes.Standing;
import net.facteur.server.routing.NextHop;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.TlsSettings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Who is told of what is wrong, and by what.
final class AlertsWiring {
  private static final Logger LOG = LogManager.getLogger(AlertsWiring.class);

  private AlertsWiring() {}

  /// The watch that the settings ask for.
  ///
  /// @param exam what the last examination found
  static AlertWatch watch(
      Settings settings,
      LastingParts lasting,
      TransportSecurity security,
      PostmasterMail mail,
      Supplier<Optional<Examination.Examined>> exam)
      throws IOException {
    AlertSettings its = AlertSettings.from(settings);
    return new AlertWatch(
        HostSettings.from(settings).name().text(),
        its.on() ? checks(settings, its, lasting, exam) : List.of(),
        ways(settings, its, lasting, security, mail),
        its.quiet(),
        () -> SqlCountStore.at(StoreSettings.Place.from(settings), lasting.clock()),
        lasting.alerts(),
        lasting.clock(),
        ZoneId.systemDefault());
  }

  private static List<AlertCheck> checks(
      Settings settings,
      AlertSettings its,
      LastingParts lasting,
      Supplier<Optional<Examination.Examined>> exam) {
    var queue = StoreSettings.from(settings).queue();
    var directory = queue.directory();
    return List.of(
        new QueueCheck(lasting.inspector(), its.queueAge()),
        new DeliveryCheck(
            lasting.destinations()::summaries,
            its.deferrals(),
            provider -> isDetoured(lasting, provider)),
        new DiskCheck(
            directory,
            directory.toFile()::getUsableSpace,
            Math.max(its.disk(), 2 * queue.storage().minimumFree())),
        new CertificateCheck(() -> ends(settings), its.certificate()),
        new ClockCheck(System::nanoTime),
        new FindingAlerts(AlertRule.BLOCKLIST, exam),
        new FindingAlerts(AlertRule.BACKUP, exam));
  }

  private static boolean isDetoured(LastingParts lasting, String provider) {
    return lasting.fallbacks().all().entrySet().stream()
        .anyMatch(
            each ->
                each.getKey().provider().equals(provider)
                    && each.getValue() instanceof Standing.Away);
  }

  private static Map<String, Instant> ends(Settings settings) throws IOException {
    Map<String, Instant> ends = new HashMap<>();
    Optional<TlsSettings> tls = TlsSettings.from(settings);
    if (tls.isPresent()) {
      RollView.of(RollSettings.from(settings).directory())
          .inService(tls.get())
          .certificates()
          .forEach(files -> end(files).ifPresent(at -> ends.put(name(files), at)));
    }
    return ends;
  }

  private static String name(TlsSettings.CertificateFiles files) {
    return String.valueOf(files.chain().getFileName());
  }

  private static Optional<Instant> end(TlsSettings.CertificateFiles files) {
    try {
      return Optional.of(PemFiles.certificate(files).getNotAfter().toInstant());
    } catch (InvalidCertificateException e) {
      LOG.debug("alerts: a certificate cannot be read", e);
      return Optional.empty();
    }
  }

  private static AlertWays ways(
      Settings settings,
      AlertSettings its,
      LastingParts lasting,
      TransportSecurity security,
      PostmasterMail mail)
      throws IOException {
    var second = new ArrayList<AlertWay>();
    its.command()
        .ifPresent(
            program ->
                second.add(
                    new CommandWay(
                        program,
                        HostSettings.from(settings).languages().getFirst(),
                        CommandWay.PATIENCE)));
    if (its.relay().isPresent()) {
      second.add(relay(settings, its.relay().get(), lasting, security, mail));
    }
    return new AlertWays(Optional.of(AlertWay.mail(mail::post)).filter(_ -> its.mail()), second);
  }

  private static AlertWay relay(
      Settings settings,
      AlertSettings.Relay relay,
      LastingParts lasting,
      TransportSecurity security,
      PostmasterMail mail)
      throws IOException {
    var hop = new NextHop.Relay(relay.host(), relay.port());
    Optional<DeliverySettings.Login> login = Optional.empty();
    if (relay.user().isPresent() && relay.passwordFile().isPresent()) {
      login =
          Optional.of(
              new DeliverySettings.Login(
                  relay.user().get(), new PasswordFile(relay.passwordFile().get()).read()));
    }
    DeliverySettings delivery =
        DeliverySettings.from(settings)
            .withRelay(
                hop,
                new DeliverySettings.RelayHost(relay.tls(), login, false, "alerts.smarthost.tls"));
    var agent =
        new OutboundAgent(
            delivery, security.resolver(), security.tls(), _ -> Map.of(), lasting.random());
    MailAddress own = mail.postmaster();
    return new RelayWay(
        agent,
        hop,
        relay.to().orElse(own),
        relay.from().or(() -> relay.user().flatMap(AlertsWiring::address)).orElse(own),
        mail,
        lasting.clock(),
        lasting.random());
  }

  private static Optional<MailAddress> address(String user) {
    int at = user.lastIndexOf('@');
    return at <= 0 || at == user.length() - 1
        ? Optional.empty()
        : Optional.of(new MailAddress(user.substring(0, at), user.substring(at + 1)));
  }
}
