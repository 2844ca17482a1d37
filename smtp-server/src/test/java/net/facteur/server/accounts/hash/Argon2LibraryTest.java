package net.facteur.server.accounts.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Argon2LibraryTest {
  @ParameterizedTest
  @CsvSource({
    "'', 256, 1, 1, 32",
    "password, 1024, 2, 1, 32",
    "mot de passe à é, 512, 3, 2, 16",
    "password, 19456, 2, 1, 64"
  })
  void itsHashIsThatOfBouncyCastle(String password, int memory, int passes, int lanes, int octets) {
    byte[] phrase = password.getBytes(StandardCharsets.UTF_8);
    byte[] salt = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    Optional<byte[]> hash = Argon2Library.hash(phrase, salt, memory, passes, lanes, octets);
    assertEquals(Argon2Library.isThere(), hash.isPresent());
    if (hash.isEmpty()) {
      System.out.println("not run: apt-get install libargon2-1");
      return;
    }
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] expected = new byte[octets];
    generator.generateBytes(phrase, expected);
    assertArrayEquals(expected, hash.get());
  }

  @Test
  void whatItCannotHashIsLeftToJava() {
    byte[] salt = new byte[16];
    assertTrue(Argon2Library.hash(new byte[8], salt, 1 << 20, 1, 1, 32).isEmpty(), "much memory");
    assertTrue(Argon2Library.hash(new byte[8], new byte[4], 256, 1, 1, 32).isEmpty(), "short salt");
  }
}
