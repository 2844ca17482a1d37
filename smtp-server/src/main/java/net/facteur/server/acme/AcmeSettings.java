package net.facteur.server.acme;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;

/// How certificates are asked for.
///
/// @param directory the URL of the authority's directory
/// @param challenge how it sees that the names are ours
/// @param names what the certificate is for, at least one
/// @param contact whom it may write to
/// @param termsAccepted whether its terms are agreed to
/// @param renewBefore how long before its end a certificate is renewed
/// @param authorities who vouches for the authority's server, PEM; empty for those of the platform
/// @param home where the account's key lies
public record AcmeSettings(
    URI directory,
    Method challenge,
    List<DomainName> names,
    Optional<String> contact,
    boolean termsAccepted,
    Duration renewBefore,
    Optional<Path> authorities,
    Path home) {
  public AcmeSettings {
    names = List.copyOf(names);
  }

  /// How an authority sees that a name is ours.
  public enum Method {
    /// By a file on the web.
    HTTP_01,
    /// By a record in the DNS.
    DNS_01
  }

  /// Where the files lie that the web serves for challenges.
  public static Path challenges(Path home) {
    return home.resolve("challenges");
  }
}
