package net.facteur.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPairFileTest {
  private final SecureRandom random = new SecureRandom();

  @TempDir private Path directory = Path.of("");

  @Test
  void aKeyIsMadeOnceAndReadFromThenOn() throws Exception {
    Path file = directory.resolve("acme/account.pem");
    var made = KeyPairFile.open(file, random);
    assertEquals(made.getPublic(), KeyPairFile.open(file, random).getPublic());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "not PEM",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
        "\u0000\u0000\u0000"
      })
  void aFileWithoutAKeyIsPutAsideAndAnotherKeyIsMade(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("next.pem"), text);
    var made = KeyPairFile.open(file, random);
    assertEquals(made.getPublic(), KeyPairFile.open(file, random).getPublic());
    assertEquals(text, Files.readString(directory.resolve("next.pem.damaged")));
  }

  @Test
  void halfAKeyIsPutAside() throws Exception {
    Path file = directory.resolve("next.pem");
    var first = KeyPairFile.open(file, random);
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertNotEquals(first.getPublic(), KeyPairFile.open(file, random).getPublic());
  }
}
