package net.facteur.server.sources;

/// What SPF came to for a message, as DMARC sees it.
public enum SpfState {
  /// The reverse-path is of the domain, and its record lists the address.
  PASSES,
  /// The reverse-path is of the domain, and its record does not list the address.
  NOT_LISTED,
  /// The reverse-path is of another domain.
  OF_ANOTHER
}
