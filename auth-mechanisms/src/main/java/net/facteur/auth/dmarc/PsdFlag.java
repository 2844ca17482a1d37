package net.facteur.auth.dmarc;

/// What a record says about the place of its domain in the tree (`psd`).
public enum PsdFlag {
  /// A public suffix: names one label below belong to different owners.
  YES("y"),
  /// An organizational domain for itself and all below it.
  NO("n"),
  /// Nothing said; the tree walk decides.
  UNDECLARED("u");

  private final String word;

  PsdFlag(String word) {
    this.word = word;
  }

  /// The value of `psd`.
  public String word() {
    return word;
  }
}
