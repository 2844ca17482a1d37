package net.facteur.server.routing;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.srs.SrsRewriter;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.auth.syntax.Ascii;

/// Who may rewrite reverse-paths into a domain, and take it back: a path is believed only at the
/// domain that made it.
///
/// Where one domain is set for all paths, the secrets are used as they stand, as postsrsd uses
/// them; its addresses of before a move stay good. Where each forwarder's own domain is used, each
/// domain has secrets of its own, made of those in the file.
///
/// @param secrets the first signs, all verify
/// @param domain the domain of all rewritten paths; empty where it is the forwarder's own
public record SrsDomains(
    List<SrsSecret> secrets, Optional<DomainName> domain, InstantSource clock) {
  public SrsDomains {
    secrets = List.copyOf(secrets);
  }

  /// The domain that paths forwarded by an address of `forwarder` are rewritten into.
  public String mintedAt(String forwarder) {
    return domain.map(DomainName::text).orElse(forwarder);
  }

  /// What rewrites into `name`; empty where no path of this server has that domain.
  public Optional<SrsRewriter> at(String name) {
    String text = DomainName.parse(name).toOptional().map(DomainName::text).orElse(name);
    if (domain.isPresent()) {
      return Ascii.equalsIgnoreCase(domain.get().text(), text)
          ? Optional.of(rewriter(secrets))
          : Optional.empty();
    }
    return Optional.of(rewriter(secrets.stream().map(s -> s.forDomain(text)).toList()));
  }

  private SrsRewriter rewriter(List<SrsSecret> own) {
    return new SrsRewriter(SrsRewriter.Settings.defaults(own), clock);
  }
}
