package net.facteur.auth.srs;

/// What is wrong with an address.
public enum SrsProblem {
  /// There is no `@` in it.
  NO_AT_SIGN("no at sign"),
  /// It was not made by SRS.
  NOT_SRS("not an SRS address"),
  /// A part of it is missing.
  MALFORMED("malformed"),
  /// The hash is not ours.
  BAD_HASH("wrong hash"),
  /// The day lies too far back, or in the future.
  EXPIRED("expired");

  private final String words;

  SrsProblem(String words) {
    this.words = words;
  }

  /// In words, for the log.
  public String words() {
    return words;
  }
}
