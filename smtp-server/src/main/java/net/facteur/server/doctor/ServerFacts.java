package net.facteur.server.doctor;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.mtasts.PolicyFetcher;
import net.facteur.queue.MailAddress;
import net.facteur.server.autoconfig.ServiceRecords;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.routes.RoutesSettings;

/// A mail server to look at.
///
/// @param host its name
/// @param domains whose mail it keeps
/// @param backups domains of others whose mail exchangers it hands mail on to
/// @param keys the keys that sign, by domain
/// @param waiting the keys that will sign once their records are seen, by domain
/// @param certificates in service, the default first
/// @param reception where it listens for other servers; empty to leave that out
/// @param smarthost who sends our mail on; empty where it leaves from here
/// @param routes the ways of mail for elsewhere
/// @param built when the program was made; the clock cannot be before it
/// @param openNetworks networks that may hand in mail without a password
/// @param data the directory it writes to
/// @param policy the TXT record of our MTA-STS policy
/// @param reports where others are asked to send reports
/// @param unread whether nobody reads mail to an address of ours, as far as that can be known;
///   never true for addresses of others
/// @param minimumFree octets that must stay free there
/// @param oldestQueued when the oldest queued message was taken; empty where none waits
/// @param clients the records that mail programs look for
/// @param resolver the DNS
/// @param network connections to other hosts
/// @param policies asks for MTA-STS policies as others do
/// @param clock the time
public record ServerFacts(
    DomainName host,
    Set<DomainName> domains,
    Set<DomainName> backups,
    Map<DomainName, List<SigningKey>> keys,
    Map<DomainName, List<SigningKey>> waiting,
    List<X509Certificate> certificates,
    Optional<InetSocketAddress> reception,
    Optional<Smarthost> smarthost,
    RoutesSettings routes,
    Optional<Instant> built,
    List<String> openNetworks,
    Path data,
    String policy,
    ReceivedReportSettings reports,
    Predicate<MailAddress> unread,
    long minimumFree,
    Optional<Instant> oldestQueued,
    ServiceRecords clients,
    Resolver resolver,
    Network network,
    PolicyFetcher policies,
    InstantSource clock) {
  public ServerFacts {
    domains = Set.copyOf(domains);
    backups = Set.copyOf(backups);
    keys = Map.copyOf(keys);
    waiting = Map.copyOf(waiting);
    certificates = List.copyOf(certificates);
    openNetworks = List.copyOf(openNetworks);
  }

  /// A key that signs.
  ///
  /// @param owner where its record stands
  /// @param since when it was made; empty where nobody knows
  public record SigningKey(DomainName owner, DkimPrivateKey key, Optional<Instant> since) {}

  /// Who sends our mail on.
  ///
  /// @param host a name or an address
  public record Smarthost(String host, int port) {}

  /// Connections to other hosts.
  public interface Network {
    /// Connects, reads a greeting, sends each line and reads each reply, then closes.
    ///
    /// @return the first line of the greeting and of each reply; empty where nobody answers
    List<String> talk(InetSocketAddress server, List<String> lines, Duration timeout);

    /// True where this machine may look beyond itself at all.
    boolean online();
  }
}
