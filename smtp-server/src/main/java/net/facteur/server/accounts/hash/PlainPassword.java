package net.facteur.server.accounts.hash;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/// A password that somebody kept as it is.
final class PlainPassword implements ForeignHash {
  private final byte[] password;

  PlainPassword(byte[] password) {
    this.password = password.clone();
  }

  @Override
  public String scheme() {
    return "PLAIN";
  }

  @Override
  public Strength strength() {
    return Strength.NONE;
  }

  @Override
  public boolean matches(byte[] tried) {
    return MessageDigest.isEqual(password, tried);
  }

  @Override
  public String text() {
    return "{PLAIN.b64}" + Base64.getEncoder().encodeToString(password);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PlainPassword p && Arrays.equals(password, p.password);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(password);
  }

  @Override
  public String toString() {
    return "PLAIN";
  }
}
