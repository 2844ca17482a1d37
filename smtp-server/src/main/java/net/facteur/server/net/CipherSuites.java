package net.facteur.server.net;

import java.util.List;
import java.util.stream.Stream;

/// The cipher suites of TLS 1.2 and 1.3 that are used, best first.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9325#section-4.2 RFC 9325, section 4.2: Cipher Suites
public final class CipherSuites {
  /// Those with forward secrecy and authenticated encryption.
  public static final List<String> STRONG =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /// The same, and further ones for old hosts that would get mail in clear text otherwise; the last
  /// two without forward secrecy. Never where TLS is a must.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7435#section-3 RFC 7435, section 3: Opportunistic
  ///   Security Design Principles
  public static final List<String> RATHER_THAN_CLEAR =
      Stream.concat(
              STRONG.stream(),
              Stream.of(
                  "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
                  "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                  "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                  "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
                  "TLS_RSA_WITH_AES_128_GCM_SHA256",
                  "TLS_RSA_WITH_AES_128_CBC_SHA"))
          .toList();

  private CipherSuites() {}
}
