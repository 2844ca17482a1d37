package net.facteur.server.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DnssecSettings;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TrustAnchors;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueSettings;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.DestinationTls;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.web.PublicFiles;
import net.facteur.server.web.SitePages;
import net.facteur.server.web.WebPages;
import net.facteur.server.web.WebSettings;

/// Turns the values of the table into the settings records of the packages that use them.
public final class SettingsRecords {
  private static final Path REVEALED = Path.of("revealed");
  private static final Path ACME = Path.of("acme");

  private static final Duration REPORT_SPREAD = Duration.ofMinutes(50);

  private final Settings settings;
  private final int cores;

  /// @param cores processors that the server may use
  public SettingsRecords(Settings settings, int cores) {
    this.settings = settings;
    this.cores = cores;
  }

  private String hostname() {
    return HostSettings.from(settings).name().text();
  }

  public QueueSettings queue() {
    var storage = QueueSettings.Storage.DEFAULT;
    var retry = QueueSettings.Retry.DEFAULT;
    var load = QueueSettings.Load.DEFAULT;
    int perDestination = settings.get(FlowTable.QUEUE_PER_DESTINATION);
    return new QueueSettings(
        HostSettings.from(settings).inData(settings.get(SettingsTable.QUEUE_DIRECTORY)),
        new QueueSettings.Storage(
            storage.stagingThreshold(),
            settings.get(FlowTable.QUEUE_MINIMUM_FREE),
            storage.memoryBudget(),
            settings.get(FlowTable.QUEUE_HISTORY)),
        new QueueSettings.Retry(
            settings.get(FlowTable.QUEUE_FIRST_RETRY),
            settings.get(FlowTable.QUEUE_LONGEST_RETRY),
            settings.get(FlowTable.QUEUE_LIFE),
            settings.get(FlowTable.QUEUE_DELAY_REPORT),
            retry.downMinimum(),
            retry.downMaximum()),
        new QueueSettings.Load(
            settings.get(FlowTable.QUEUE_ATTEMPTS),
            perDestination,
            Math.min(load.initialPerDestination(), perDestination),
            load.recipientsPerAttempt(),
            load.window(),
            load.windowPerDestination(),
            settings.get(FlowTable.QUEUE_RATE)));
  }

  /// Where the queue is, if it is shared.
  ///
  /// @throws IOException where the password cannot be read
  public Optional<PostgresSettings> sharedQueue() throws IOException {
    Optional<String> url = settings.find(FlowTable.QUEUE_URL);
    if (url.isEmpty()) {
      return Optional.empty();
    }
    Optional<Path> file = settings.find(FlowTable.QUEUE_PASSWORD_FILE);
    Optional<String> password =
        file.isPresent()
            ? Files.readAllLines(settings.resolve(file.get())).stream().findFirst()
            : Optional.empty();
    return Optional.of(
        new PostgresSettings(
            url.get(), settings.find(FlowTable.QUEUE_USER), password, PostgresSettings.LEASE));
  }

  public DnsSettings dns() {
    return DnsSettings.DEFAULTS.withServers(settings.get(FlowTable.DNS_SERVERS));
  }

  /// @throws IOException where the file of trust anchors cannot be used
  public DnssecSettings dnssec() throws IOException {
    DnssecSettings.Validation validation =
        settings.get(OutboundTlsTable.TRUST_AD)
            ? DnssecSettings.Validation.TRUST_AD
            : switch (settings.get(OutboundTlsTable.DNSSEC)) {
              case AUTO -> DnssecSettings.Validation.AUTO;
              case REQUIRED -> DnssecSettings.Validation.REQUIRED;
              case OFF -> DnssecSettings.Validation.OFF;
            };
    return new DnssecSettings(
        validation,
        anchors(),
        Optional.of(HostSettings.from(settings).inData(Path.of("dnssec-seen"))));
  }

  private TrustAnchors anchors() throws IOException {
    Optional<Path> file = settings.find(OutboundTlsTable.TRUST_ANCHORS);
    if (file.isEmpty()) {
      return TrustAnchors.iana();
    }
    Path path = settings.resolve(file.get());
    return switch (TrustAnchors.parse(Files.readString(path, StandardCharsets.ISO_8859_1))) {
      case Parsed.Ok<TrustAnchors>(TrustAnchors anchors) -> anchors;
      case Parsed.Malformed<TrustAnchors>(int _, String expected) ->
          throw new IOException(path + " is not what dns.trust-anchors needs: " + expected);
    };
  }

  /// What decides how destinations are protected.
  public DestinationTls.Settings destinationTls() {
    return new DestinationTls.Settings(
        settings.get(FlowTable.DELIVERY_PORT),
        settings.get(OutboundTlsTable.DANE_INSECURE_MX),
        settings.get(OutboundTlsTable.OVERRIDES));
  }

  /// Whether TLS sessions with other servers are resumed.
  public boolean tlsResumption() {
    return settings.get(OutboundTlsTable.RESUMPTION);
  }

  /// The certification authorities to trust; empty for those of the platform.
  public Optional<Path> authorities() {
    return settings.find(OutboundTlsTable.AUTHORITIES).map(settings::resolve);
  }

  /// What is shown to servers that ask for a certificate.
  public Optional<TlsSettings.CertificateFiles> clientCertificate() {
    Optional<Path> chain = settings.find(OutboundTlsTable.CLIENT_CERTIFICATE);
    Optional<Path> key = settings.find(OutboundTlsTable.CLIENT_KEY);
    return chain.isPresent() && key.isPresent()
        ? Optional.of(
            TlsSettings.CertificateFiles.of(
                settings.resolve(chain.get()), settings.resolve(key.get())))
        : Optional.empty();
  }

  /// Empty where there is no certificate.
  public Optional<TlsSettings> tls() {
    List<TlsSettings.CertificateFiles> files = new ArrayList<>();
    settings
        .find(SettingsTable.TLS_CERTIFICATE)
        .ifPresent(
            chain ->
                files.add(
                    TlsSettings.CertificateFiles.of(
                        settings.resolve(chain),
                        settings.resolve(settings.get(SettingsTable.TLS_KEY)))));
    for (String name : settings.names("tls.names")) {
      files.add(
          new TlsSettings.CertificateFiles(
              List.of(TlsSettings.HostPattern.of(name)),
              settings.resolve(settings.get(SettingsTable.TLS_NAME_CERTIFICATE, name)),
              settings.resolve(settings.get(SettingsTable.TLS_NAME_KEY, name))));
    }
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(TlsSettings.of(files.toArray(TlsSettings.CertificateFiles[]::new)));
  }

  /// @throws IOException where the password of the smarthost cannot be read
  public DeliverySettings delivery() throws IOException {
    var defaults = DeliverySettings.of(hostname());
    Map<String, DeliverySettings.RelayHost> relays = new HashMap<>();
    Optional<String> host = settings.find(RoutingSettings.SMARTHOST);
    if (host.isPresent()) {
      int port = settings.get(RoutingSettings.SMARTHOST_PORT);
      relays.put(
          host.get() + ":" + port,
          new DeliverySettings.RelayHost(
              port == 465
                  ? DeliverySettings.RelayTls.IMPLICIT
                  : settings.get(FlowTable.SMARTHOST_TLS),
              login(),
              false));
    }
    return new DeliverySettings(
        defaults.hostName(),
        settings.get(FlowTable.DELIVERY_PORT),
        settings.get(FlowTable.DELIVERY_FAMILIES),
        settings.get(FlowTable.DELIVERY_SOURCES),
        defaults.ownAddresses(),
        defaults.maxAddresses(),
        defaults.maxRecipients(),
        settings.get(FlowTable.DELIVERY_CHUNKING),
        defaults.reuse(),
        defaults.timeouts(),
        relays);
  }

  private Optional<DeliverySettings.Login> login() throws IOException {
    Optional<String> user = settings.find(FlowTable.SMARTHOST_USER);
    Optional<Path> file = settings.find(FlowTable.SMARTHOST_PASSWORD_FILE);
    if (user.isEmpty() || file.isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(settings.resolve(file.get()));
    return Optional.of(
        new DeliverySettings.Login(user.get(), lines.isEmpty() ? "" : lines.getFirst()));
  }

  /// How keys live.
  public KeySettings keys() {
    return new KeySettings(
        Set.copyOf(HostSettings.from(settings).domains()),
        SigningSettings.from(settings).selectors(),
        new KeySettings.Life(
            settings.get(KeysTable.ROTATE_EVERY),
            settings.get(KeysTable.KEEP),
            settings.get(KeysTable.REVEAL_AFTER)),
        settings.get(KeysTable.SELECTOR),
        settings.get(KeysTable.ALGORITHMS).types(),
        settings.get(KeysTable.RSA_BITS),
        settings.get(KeysTable.SPARE),
        new KeySettings.Publication(
            settings.get(KeysTable.PUBLISH),
            settings.find(KeysTable.UPDATE_SERVER),
            settings.find(KeysTable.UPDATE_KEY).map(settings::resolve),
            settings.find(KeysTable.ZONE),
            settings.get(KeysTable.TTL),
            settings.get(KeysTable.NAME_SERVER_PORT)),
        settings.get(KeysTable.REVEAL),
        HostSettings.from(settings).inData(REVEALED),
        settings
            .find(KeysTable.REVEAL_URL)
            .map(url -> url.toString())
            .orElse("https://" + hostname() + SitePages.REVEALED));
  }

  /// How certificates are asked for; empty where they are not.
  public Optional<AcmeSettings> acme() {
    List<DomainName> names = settings.get(CertificateTable.ACME_NAMES);
    return settings
        .find(CertificateTable.ACME_DIRECTORY)
        .map(
            directory ->
                new AcmeSettings(
                    directory,
                    settings.get(CertificateTable.ACME_CHALLENGE),
                    names.isEmpty() ? List.of(HostSettings.from(settings).name()) : names,
                    settings.find(CertificateTable.ACME_CONTACT).map(MailAddress::text),
                    settings.get(CertificateTable.ACME_TERMS),
                    settings.get(CertificateTable.ACME_RENEW_BEFORE),
                    settings.find(CertificateTable.ACME_AUTHORITIES).map(settings::resolve),
                    HostSettings.from(settings).inData(ACME)));
  }

  /// What the web server says.
  public WebPages webPages() {
    return new SitePages(
        WebSettings.from(settings).policy(),
        new PublicFiles(SitePages.REVEALED, HostSettings.from(settings).inData(REVEALED)),
        new PublicFiles(
            SitePages.CHALLENGES,
            AcmeSettings.challenges(HostSettings.from(settings).inData(ACME))));
  }

  /// Whether the policies of others are held to.
  public boolean honoursMtaSts() {
    return settings.get(ReportTable.HONOUR_MTA_STS);
  }

  /// Whether TLS sessions are counted, for reports on them.
  public boolean countsTls() {
    return settings.get(ReportTable.TLS_REPORTS) && !settings.names("domains").isEmpty();
  }

  /// How reports on TLS are sent; empty where they are not, or nobody could sign them.
  ///
  /// @param signing the domains whose mail is signed now
  public Optional<ReportSettings> tlsReports(Set<DomainName> signing) {
    return settings.get(ReportTable.TLS_REPORTS)
        ? reportContact(signing)
            .map(
                contact ->
                    new ReportSettings(
                        settings.find(ReportTable.ORGANIZATION).orElse(hostname()),
                        contact,
                        settings.get(ReportTable.HOUR),
                        REPORT_SPREAD))
        : Optional.empty();
  }

  /// Who writes reports: RFC 8460, section 3, wants them signed by the domain of their author.
  private Optional<MailAddress> reportContact(Set<DomainName> signing) {
    return settings
        .find(ReportTable.CONTACT)
        .or(
            () ->
                settings.names("domains").stream()
                    .filter(name -> signing.contains(DomainName.of(name)))
                    .findFirst()
                    .map(name -> new MailAddress("postmaster", name)))
        .filter(
            contact ->
                DomainName.parse(contact.domain())
                    .toOptional()
                    .filter(signing::contains)
                    .isPresent());
  }
}
