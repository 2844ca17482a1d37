package net.facteur.auth.mtasts;

/// How the fetch of a policy ended.
public sealed interface PolicyFetch {
  /// The policy host served this.
  record Fetched(MtaStsPolicyText policy) implements PolicyFetch {}

  /// There is no policy to be had.
  record Failed(MtaStsLookup.Unusable failure) implements PolicyFetch {}
}
