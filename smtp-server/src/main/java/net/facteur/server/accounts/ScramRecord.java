package net.facteur.server.accounts;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.smtp.ScramDigest;
import net.facteur.server.smtp.ScramKeys;

/// The SCRAM-SHA-256 keys of a user, written `ITERATIONS:SALT:STORED-KEY:SERVER-KEY` in Base64.
/// Whoever reads them cannot log in with them, but can guess passwords with less work than against
/// Argon2id; therefore they exist only for users who want them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7677 RFC 7677: SCRAM-SHA-256 and SCRAM-SHA-256-PLUS
public final class ScramRecord {
  /// What is used for new keys.
  public static final int ITERATIONS = 100_000;

  static final int SALT_OCTETS = 16;

  private static final Pattern TEXT =
      Pattern.compile(
          "([0-9]{4,8}):([A-Za-z0-9+/]{12,88}={0,2}):([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)");

  private final int iterations;
  private final byte[] salt;
  private final byte[] storedKey;
  private final byte[] serverKey;

  private ScramRecord(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    this.iterations = iterations;
    this.salt = salt;
    this.storedKey = storedKey;
    this.serverKey = serverKey;
  }

  /// Derives keys with a fresh salt.
  ///
  /// @param iterations at least 4,096; [#ITERATIONS] outside tests
  public static ScramRecord of(String password, int iterations, SecureRandom random) {
    byte[] salt = new byte[SALT_OCTETS];
    random.nextBytes(salt);
    return of(password, iterations, salt);
  }

  static ScramRecord of(String password, int iterations, byte[] salt) {
    byte[] salted = ScramDigest.saltedPassword(PasswordText.prepared(password), salt, iterations);
    byte[] storedKey = ScramDigest.hash(ScramDigest.clientKey(salted));
    return new ScramRecord(iterations, salt, storedKey, ScramDigest.serverKey(salted));
  }

  /// Keys as they are. The arrays are taken over.
  static ScramRecord of(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    return new ScramRecord(iterations, salt, storedKey, serverKey);
  }

  /// Reads the form that [#text()] writes.
  public static Optional<ScramRecord> parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches() || Integer.parseInt(m.group(1)) < 4096) {
      return Optional.empty();
    }
    try {
      var decoder = Base64.getDecoder();
      return Optional.of(
          new ScramRecord(
              Integer.parseInt(m.group(1)),
              decoder.decode(m.group(2)),
              decoder.decode(m.group(3)),
              decoder.decode(m.group(4))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public String text() {
    var encoder = Base64.getEncoder();
    return iterations
        + ":"
        + encoder.encodeToString(salt)
        + ":"
        + encoder.encodeToString(storedKey)
        + ":"
        + encoder.encodeToString(serverKey);
  }

  int iterations() {
    return iterations;
  }

  /// True where these are the keys that were given out.
  boolean are(ScramKeys keys) {
    return MessageDigest.isEqual(storedKey, keys.storedKey())
        && MessageDigest.isEqual(serverKey, keys.serverKey());
  }

  ScramKeys keys(String user) {
    return new ScramKeys(user, salt.clone(), iterations, storedKey.clone(), serverKey.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScramRecord r && r.text().equals(text());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(storedKey);
  }

  /// Never the keys.
  @Override
  public String toString() {
    return "ScramRecord[" + iterations + " iterations]";
  }
}
