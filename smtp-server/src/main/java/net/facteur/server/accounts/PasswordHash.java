package net.facteur.server.accounts;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// An Argon2id hash with its salt and cost, in the PHC string form
/// `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`, which other programs such as Dovecot read too.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9106 RFC 9106: Argon2 Memory-Hard Function
public final class PasswordHash {
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([0-9]{1,9}),t=([0-9]{1,6}),p=([0-9]{1,3})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
  private static final int SALT_OCTETS = 16;
  private static final int HASH_OCTETS = 32;

  private final Argon2Cost cost;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(Argon2Cost cost, byte[] salt, byte[] hash) {
    this.cost = cost;
    this.salt = salt;
    this.hash = hash;
  }

  /// Hashes a password with a fresh salt.
  public static PasswordHash of(byte[] password, Argon2Cost cost, SecureRandom random) {
    byte[] salt = new byte[SALT_OCTETS];
    random.nextBytes(salt);
    return new PasswordHash(
        cost,
        salt,
        derive(PasswordText.prepared(password), cost, salt, HASH_OCTETS, new HashMemory()));
  }

  /// A hash that no password has, for users who do not exist: checking it costs the same.
  static PasswordHash ofNobody(Argon2Cost cost, SecureRandom random) {
    byte[] salt = new byte[SALT_OCTETS];
    byte[] hash = new byte[HASH_OCTETS];
    random.nextBytes(salt);
    random.nextBytes(hash);
    return new PasswordHash(cost, salt, hash);
  }

  /// Reads the PHC string form; empty where it is something else.
  public static Optional<PasswordHash> parse(String text) {
    Matcher m = PHC.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    int memory = Integer.parseInt(m.group(1));
    int iterations = Integer.parseInt(m.group(2));
    int lanes = Integer.parseInt(m.group(3));
    if (!Argon2Cost.valid(memory, iterations, lanes)) {
      return Optional.empty();
    }
    try {
      var decoder = Base64.getDecoder();
      return Optional.of(
          new PasswordHash(
              new Argon2Cost(memory, iterations, lanes),
              decoder.decode(m.group(4)),
              decoder.decode(m.group(5))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// True where this is the hash of `password`. Takes the time and memory of [#cost()].
  public boolean matches(byte[] password) {
    return matches(password, new HashMemory());
  }

  /// The same, in memory that is there already.
  boolean matches(byte[] password, HashMemory memory) {
    byte[] prepared = PasswordText.prepared(password);
    if (MessageDigest.isEqual(hash, derive(prepared, cost, salt, hash.length, memory))) {
      return true;
    }
    // A hash from before passwords were prepared; other passwords cost nothing more.
    return !Arrays.equals(prepared, password)
        && MessageDigest.isEqual(hash, derive(password, cost, salt, hash.length, memory));
  }

  public Argon2Cost cost() {
    return cost;
  }

  /// The PHC string form.
  public String text() {
    var encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m="
        + cost.memoryKib()
        + ",t="
        + cost.iterations()
        + ",p="
        + cost.parallelism()
        + "$"
        + encoder.encodeToString(salt)
        + "$"
        + encoder.encodeToString(hash);
  }

  private static byte[] derive(
      byte[] password, Argon2Cost cost, byte[] salt, int octets, HashMemory memory) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.iterations())
            .withParallelism(cost.parallelism())
            .withSalt(salt)
            .withBlockPool(memory)
            .build());
    byte[] out = new byte[octets];
    generator.generateBytes(password, out);
    return out;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PasswordHash h
        && cost.equals(h.cost)
        && Arrays.equals(salt, h.salt)
        && Arrays.equals(hash, h.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  /// Never the hash itself, since this may end in a log.
  @Override
  public String toString() {
    return "PasswordHash[" + cost + "]";
  }
}
