package net.facteur.server.accounts.hash;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// A hash of Argon2i or Argon2id with the cost that another program chose. Such a cost may be many
/// times ours, so one is checked at a time, and its memory is given back.
///
/// @param value the PHC string form
/// @spec https://www.rfc-editor.org/rfc/rfc9106 RFC 9106: Argon2 Memory-Hard Function
record Argon2Hash(
    String value, boolean id, int memory, int passes, int lanes, byte[] salt, byte[] hash)
    implements ForeignHash {
  private static final ReentrantLock ONE = new ReentrantLock();

  @Override
  public String scheme() {
    return id ? "ARGON2ID" : "ARGON2I";
  }

  @Override
  public Strength strength() {
    return Strength.SOUND;
  }

  @Override
  public int memoryKib() {
    return memory;
  }

  @Override
  public boolean matches(byte[] password) {
    if (password.length > PASSWORD_MAX) {
      return false;
    }
    byte[] out = new byte[hash.length];
    ONE.lock();
    try {
      var generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(id ? Argon2Parameters.ARGON2_id : Argon2Parameters.ARGON2_i)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memory)
              .withIterations(passes)
              .withParallelism(lanes)
              .withSalt(salt)
              .build());
      generator.generateBytes(password, out);
    } finally {
      ONE.unlock();
    }
    return MessageDigest.isEqual(hash, out);
  }

  @Override
  public String text() {
    return "{" + scheme() + "}" + value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Argon2Hash a && value.equals(a.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return scheme();
  }
}
