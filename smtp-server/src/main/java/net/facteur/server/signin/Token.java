package net.facteur.server.signin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// 256 random bits that open something: a session, an invitation, the forms of a browser. Whoever
/// has it is let in, so what is kept of it is a hash.
public final class Token {
  private static final int OCTETS = 32;

  private final byte[] octets;

  private Token(byte[] octets) {
    this.octets = octets;
  }

  /// Makes one up.
  public static Token make(SecureRandom random) {
    byte[] octets = new byte[OCTETS];
    random.nextBytes(octets);
    return new Token(octets);
  }

  /// Reads [#text]; empty where it is none.
  public static Optional<Token> parse(String text) {
    if (!text.matches("[A-Za-z0-9_-]{43}")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getUrlDecoder().decode(text))
          .filter(octets -> octets.length == OCTETS)
          .map(Token::new);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// 43 letters, digits, `-` and `_`.
  public String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /// What is kept of it, 43 letters, digits, `-` and `_`. With 256 random bits, it needs no salt.
  public String hash() {
    return encoded(hmac("kept"));
  }

  /// What a form has to bring, so that no other site can make one up: nothing to remember, and
  /// nothing that tells the token.
  ///
  /// @param about what it is good for
  public String forForm(String about) {
    return encoded(hmac("form " + about));
  }

  /// True where a form brought the right one.
  public boolean matches(String brought, String about) {
    return MessageDigest.isEqual(
        brought.getBytes(StandardCharsets.UTF_8), forForm(about).getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  private byte[] hmac(String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(octets, "HmacSHA256"));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Token token && MessageDigest.isEqual(octets, token.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /// Never the token.
  @Override
  public String toString() {
    return "Token";
  }
}
