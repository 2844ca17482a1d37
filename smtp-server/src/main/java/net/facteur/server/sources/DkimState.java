package net.facteur.server.sources;

/// What DKIM came to for a message, as DMARC sees it.
public enum DkimState {
  /// A signature of the domain is right.
  PASSES,
  /// A signature of the domain is there, and not right.
  BROKEN,
  /// Only signatures of other domains are right.
  OF_ANOTHER,
  /// There is no signature that is right, and none of the domain.
  NONE
}
