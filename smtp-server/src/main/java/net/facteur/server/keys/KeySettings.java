package net.facteur.server.keys;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;

/// How keys live.
///
/// @param domains the domains of this server
/// @param pinned the domains whose selector stands in the settings, and is left alone
/// @param life how long each stage takes
/// @param template how selectors are named
/// @param types the keys of a new selector
/// @param rsaBits size of new RSA keys
/// @param spare whether each domain has a published key in reserve
/// @param publication how records reach the DNS
/// @param reveal what becomes of revoked keys, for each domain that is not [Reveal#OFF]
/// @param revealed the directory of revealed keys
/// @param revealUrl where the world finds that directory, ending in `/`
public record KeySettings(
    Set<DomainName> domains,
    Map<DomainName, String> pinned,
    Life life,
    SelectorTemplate template,
    Set<KeyType> types,
    int rsaBits,
    boolean spare,
    Publication publication,
    Map<DomainName, Reveal> reveal,
    Path revealed,
    String revealUrl) {
  public KeySettings {
    domains = Set.copyOf(domains);
    pinned = Map.copyOf(pinned);
    types = Set.copyOf(types);
    reveal = Map.copyOf(reveal);
  }

  /// The active selector of each domain: the one in the settings, and elsewhere that of the ring.
  public Map<DomainName, String> selectors(KeyRing ring) {
    var selectors = new HashMap<DomainName, String>();
    ring.active()
        .forEach(
            (domain, selector) -> {
              if (domains.contains(domain)) {
                selectors.put(domain, selector);
              }
            });
    selectors.putAll(pinned);
    return Map.copyOf(selectors);
  }

  /// Durations.
  ///
  /// @param rotateEvery age at which the active key is replaced; zero for never
  /// @param keep how long the records of a key stay after its last signature: mail rests in queues
  /// @param revealAfter the wait between revocation and revelation
  public record Life(Duration rotateEvery, Duration keep, Duration revealAfter) {
    /// Six months; a queue of ours and one of a receiver, five days each, and some reserve.
    public static final Life DEFAULT =
        new Life(Duration.ofDays(182), Duration.ofDays(14), Duration.ofDays(30));
  }

  /// How records reach the DNS.
  ///
  /// @param method who writes them
  /// @param server the primary server; empty for the one that the zone names
  /// @param keyFile the TSIG key
  /// @param keyZone the zone that CNAMEs lead to, for [Method#DELEGATED]
  /// @param ttl of the records
  /// @param port of name servers, 53 but for trials
  public record Publication(
      Method method,
      Optional<InetSocketAddress> server,
      Optional<Path> keyFile,
      Optional<DomainName> keyZone,
      Duration ttl,
      int port) {
    /// A person writes them.
    public static final Publication ASSISTED =
        new Publication(
            Method.ASSISTED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofHours(1),
            53);
  }

  /// Who writes records.
  public enum Method {
    /// A person, who gets them by mail.
    ASSISTED,
    /// The server, by signed updates of the zone.
    UPDATE,
    /// The server, by signed updates of a zone of keys that CNAMEs lead to.
    DELEGATED
  }

  /// The keys of a new selector.
  public enum Algorithms {
    /// One of each; each has a name of its own (RFC 6376, section 3.6.2.2).
    RSA_AND_ED25519,
    RSA,
    ED25519;

    public Set<KeyType> types() {
      return switch (this) {
        case RSA_AND_ED25519 -> Set.of(KeyType.RSA, KeyType.ED25519);
        case RSA -> Set.of(KeyType.RSA);
        case ED25519 -> Set.of(KeyType.ED25519);
      };
    }
  }

  /// What becomes of a revoked private key.
  public enum Reveal {
    /// It stays secret.
    OFF,
    /// It is published at an HTTPS path.
    WEB,
    /// It is published at an HTTPS path and in the DNS.
    WEB_AND_DNS
  }

  /// The selectors of a delegated domain: CNAMEs are static, so names are used in turn.
  public static final java.util.List<String> SLOTS =
      java.util.List.of("facteur1", "facteur2", "facteur3");

  /// The name in the zone of keys that a selector leads to.
  public Optional<DomainName> target(DomainName domain, DomainName owner) {
    return publication
        .keyZone()
        .flatMap(
            zone -> zone.child(owner.labels().getFirst() + "." + domain.text().replace('.', '-')));
  }
}
