package net.facteur.auth.spf;

/// What it means when a mechanism matches.
///
/// ```
/// qualifier        = "+" / "-" / "?" / "~"
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-4.6.2 RFC 7208, section 4.6.2: Mechanisms
public enum Qualifier {
  PASS("", SpfResult.PASS),
  FAIL("-", SpfResult.FAIL),
  NEUTRAL("?", SpfResult.NEUTRAL),
  SOFTFAIL("~", SpfResult.SOFTFAIL);

  private final String sign;
  private final SpfResult result;

  Qualifier(String sign, SpfResult result) {
    this.sign = sign;
    this.result = result;
  }

  /// The sign as printed; nothing for `+`, which is the default.
  public String sign() {
    return sign;
  }

  /// The result of a record whose directive with this qualifier matched.
  public SpfResult result() {
    return result;
  }
}
