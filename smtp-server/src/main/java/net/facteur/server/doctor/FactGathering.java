package net.facteur.server.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.mtasts.PolicyFetcher;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.autoconfig.AutoconfigSettings;
import net.facteur.server.autoconfig.ServiceRecords;
import net.facteur.server.away.AddressesInForce;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.keys.tlsa.RollView;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.net.TransportSettings;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.ListedUsers;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.signing.KeyFile;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.web.WebSettings;

/// Gathers what the doctor looks at from the settings and the files they name.
public final class FactGathering {
  private FactGathering() {}

  /// @param built when the program was made; empty where nobody knows
  /// @param oldestQueued when the oldest queued message was taken
  /// @throws IOException where the journal of the keys cannot be read
  public static ServerFacts of(
      Settings settings,
      Optional<Instant> built,
      Optional<Instant> oldestQueued,
      Resolver resolver,
      ServerFacts.Network network,
      PolicyFetcher policies,
      InstantSource clock)
      throws IOException {
    KeySettings keys = KeySettings.from(settings);
    return new ServerFacts(
        HostSettings.from(settings).name(),
        new HashSet<>(keys.domains()),
        RoutingSettings.from(settings).relayDomains().entrySet().stream()
            .filter(relayed -> relayed.getValue().host().isEmpty())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet()),
        signing(settings, keys),
        waiting(settings, keys),
        certificates(settings, TlsSettings.from(settings)),
        ListenerSettings.from(settings).reception().stream()
            .findFirst()
            .map(FactGathering::local)
            .filter(listener -> !awaitsProxy(settings, listener.getAddress())),
        RoutingSettings.from(settings)
            .relay()
            .map(relay -> new ServerFacts.Smarthost(relay.host(), relay.port())),
        RoutesSettings.from(settings),
        built,
        SmtpSettings.from(settings).submission().trustedNetworks().stream()
            .map(AddressBlock::toString)
            .toList(),
        HostSettings.from(settings).data(),
        WebSettings.from(settings).policy().txt().print(),
        ReceivedReportSettings.from(settings),
        unread(settings, clock),
        StoreSettings.from(settings).queue().storage().minimumFree(),
        oldestQueued,
        new ServiceRecords(AutoconfigSettings.from(settings)),
        resolver,
        network,
        policies,
        clock);
  }

  /// Mail to such an address is refused or thrown away. Where the users cannot be read, nobody
  /// knows.
  private static Predicate<MailAddress> unread(Settings settings, InstantSource clock) {
    var router =
        new Router(
            RoutingSettings.from(settings),
            new ListedUsers(
                users(AccountsSettings.file(settings)), LdapSettings.from(settings).isPresent()),
            ReversePathRewriter.identity(),
            Optional.empty(),
            AddressesInForce.receiving(settings, clock));
    return address ->
        router.isLocal(address)
            && switch (router.resolve(address)) {
              case Resolution.Routed(List<Resolution.End> ends) ->
                  ends.stream().allMatch(end -> end.hop() instanceof NextHop.Discard);
              case Resolution.UnknownUser _, Resolution.BadDomain _ -> true;
              case Resolution.Rests _, Resolution.Misconfigured _, Resolution.Undecided _ -> false;
            };
  }

  private static Optional<Set<String>> users(Path file) {
    try {
      UsersFile.Content content = new UsersFile(file, new SecureRandom()).read();
      return content.damaged().isEmpty()
          ? Optional.of(
              content.users().keySet().stream().map(UserName::text).collect(Collectors.toSet()))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Whether the server takes this machine for a proxy, whom it lets speak for others only.
  private static boolean awaitsProxy(Settings settings, InetAddress own) {
    return TransportSettings.from(settings).trustedProxies().stream()
        .anyMatch(network -> network.contains(own));
  }

  private static InetSocketAddress local(InetSocketAddress listener) {
    return listener.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getPort())
        : listener;
  }

  private static Map<DomainName, List<ServerFacts.SigningKey>> signing(
      Settings settings, KeySettings keys) throws IOException {
    var directory = KeySettings.from(settings).directory();
    KeyRing ring = KeyWiring.journal(directory).read();
    var selectors = new HashMap<DomainName, String>(ring.active());
    selectors.putAll(keys.pinned());
    var signing = new HashMap<DomainName, List<ServerFacts.SigningKey>>();
    selectors.forEach(
        (domain, selector) ->
            signing.put(domain, held(directory, ring, new KeyName(domain, selector))));
    return signing;
  }

  private static Map<DomainName, List<ServerFacts.SigningKey>> waiting(
      Settings settings, KeySettings keys) throws IOException {
    var directory = KeySettings.from(settings).directory();
    KeyRing ring = KeyWiring.journal(directory).read();
    var waiting = new HashMap<DomainName, List<ServerFacts.SigningKey>>();
    for (DomainName domain : keys.domains()) {
      ring.of(domain).stream()
          .filter(e -> !e.spare() && e.state().coming())
          .findFirst()
          .ifPresent(e -> waiting.put(domain, held(directory, ring, e.name())));
    }
    return waiting;
  }

  private static List<ServerFacts.SigningKey> held(Path directory, KeyRing ring, KeyName name) {
    var held = new ArrayList<ServerFacts.SigningKey>();
    for (KeyType type : KeyType.values()) {
      if (KeyFile.of(directory, name.selector(), name.domain(), type).read()
          instanceof KeyFile.Content.Usable(DkimPrivateKey key)) {
        held.add(
            new ServerFacts.SigningKey(
                name.owner(type), key, ring.find(name).map(e -> e.history().getFirst().at())));
      }
    }
    return held;
  }

  private static List<X509Certificate> certificates(Settings settings, Optional<TlsSettings> tls)
      throws IOException {
    var certificates = new ArrayList<X509Certificate>();
    if (tls.isPresent()) {
      RollView view = RollView.of(RollSettings.from(settings).directory());
      for (TlsSettings.CertificateFiles files : view.inService(tls.get()).certificates()) {
        try {
          certificates.add(PemFiles.certificate(files));
        } catch (InvalidCertificateException _) {
          // The start of the server says what is wrong with it; here it counts as missing.
          return certificates;
        }
      }
    }
    return certificates;
  }
}
