package net.facteur.server.web;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;

/// Everything that this server says over the web.
///
/// @param policy by HTTPS, at the hosts of policies
/// @param revealed keys that were made public, by HTTPS
/// @param challenges of ACME, by plain HTTP
public record SitePages(PublishedPolicy policy, PublicFiles revealed, PublicFiles challenges)
    implements WebPages {
  /// Where revealed keys are found.
  public static final String REVEALED = "/.well-known/dkim-revealed/";

  /// Where the answers to challenges are found.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8555#section-8.3 RFC 8555, section 8.3: HTTP Challenge
  public static final String CHALLENGES = "/.well-known/acme-challenge/";

  @Override
  public Optional<String> find(boolean secure, DomainName host, String path) {
    if (!secure) {
      return challenges.find(path);
    }
    return path.equals(HttpsPolicyFetcher.PATH) ? policy.servedBy(host) : revealed.find(path);
  }
}
