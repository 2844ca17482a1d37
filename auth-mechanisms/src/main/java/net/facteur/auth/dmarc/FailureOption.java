package net.facteur.auth.dmarc;

/// When a domain owner wants a failure report (`fo`).
public enum FailureOption {
  /// No mechanism gave an aligned pass.
  ALL_FAIL("0"),
  /// Some mechanism gave no aligned pass.
  ANY_FAIL("1"),
  /// A DKIM signature failed, aligned or not.
  DKIM("d"),
  /// SPF failed, aligned or not.
  SPF("s");

  private final String word;

  FailureOption(String word) {
    this.word = word;
  }

  /// The value in `fo`.
  public String word() {
    return word;
  }
}
