package net.facteur.server.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MtaStsRecord;

/// Our own policy, the same for all our domains.
///
/// @param domains whose policy it is
public record PublishedPolicy(Set<DomainName> domains, MtaStsPolicyText policy) {
  private static final int ID_OCTETS = 12;

  public PublishedPolicy {
    domains = Set.copyOf(domains);
  }

  /// What the host serves; empty where it is none of ours.
  ///
  /// @param host such as `mta-sts.example.org`
  public Optional<String> servedBy(DomainName host) {
    return domains.stream()
        .filter(domain -> HttpsPolicyFetcher.policyHost(domain).equals(Optional.of(host)))
        .findFirst()
        .map(_ -> policy.print());
  }

  /// The TXT record to publish. Its id is made from the policy, so that it changes when, and only
  /// when, the policy does.
  public MtaStsRecord txt() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(policy.print().getBytes(StandardCharsets.UTF_8));
      return new MtaStsRecord(HexFormat.of().formatHex(hash, 0, ID_OCTETS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
