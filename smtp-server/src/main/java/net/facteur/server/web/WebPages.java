package net.facteur.server.web;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;

/// What is served.
@FunctionalInterface
public interface WebPages {
  /// @param secure whether the question came by HTTPS
  /// @param host whom it asks
  /// @param path without a query
  /// @return the text, plain; empty where there is none
  Optional<String> find(boolean secure, DomainName host, String path);
}
