package net.facteur.auth.dkim;

/// Which octets of a body a hash is taken of, and which hash.
///
/// @param form the canonical form
/// @param hash the hash
/// @param limit octets of the canonical form that count, from the first on (`l=`); [#WHOLE] for all
///   of them
public record BodySelection(Canonicalization.Form form, HashAlgorithm hash, long limit) {
  /// The limit that no body reaches.
  public static final long WHOLE = Long.MAX_VALUE;

  public BodySelection {
    if (limit < 0) {
      throw new IllegalArgumentException("a body length of at least 0");
    }
  }

  /// The whole body.
  public static BodySelection whole(Canonicalization.Form form, HashAlgorithm hash) {
    return new BodySelection(form, hash, WHOLE);
  }
}
