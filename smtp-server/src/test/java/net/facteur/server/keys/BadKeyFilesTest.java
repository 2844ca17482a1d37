package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices;
import net.facteur.server.signing.ActiveKeys;
import net.facteur.server.signing.KeyFile;
import net.facteur.server.signing.SigningSettings;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever may be wrong with a key file: what the log says at the start, and what the postmaster
/// hears while another key signs.
class BadKeyFilesTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final String GOOD =
      DkimPrivateKey.generate(KeyType.RSA, 1024, new SecureRandom()).toPem();

  @TempDir Path directory = Path.of("");

  /// Puts something where the key should be.
  @FunctionalInterface
  interface Damage {
    void to(Path file) throws IOException;
  }

  private static Arguments bad(String name, Damage damage, String problem, String remedy) {
    return Arguments.argumentSet(name, damage, problem, remedy);
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  static Stream<Arguments> table() {
    return Stream.of(
        bad("missing", file -> {}, "is missing", ""),
        bad(
            "unreadable",
            file -> Files.createSymbolicLink(file, file.getFileName()),
            "cannot be read",
            "make it readable for the server's user"),
        bad("a directory", Files::createDirectory, "is a directory", "ls -l "),
        bad(
            "world-readable",
            file -> {
              write(file, GOOD);
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            },
            "can be read by others",
            "chmod 600 "),
        bad(
            "group-readable",
            file -> {
              write(file, GOOD);
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
            },
            "can be read by others",
            "chmod 600 "),
        bad(
            "wrong type",
            file ->
                write(
                    file, DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom()).toPem()),
            "holds a key of type ed25519",
            "rename it to end in .ed25519"),
        bad("too small", file -> write(file, small()), "has 512 bits", "facteur dkim generate"),
        bad(
            "truncated",
            file -> write(file, GOOD.substring(0, GOOD.length() / 2)),
            "holds no usable key",
            "put the right file there"),
        bad("empty", file -> write(file, ""), "holds no usable key", "put the right file there"),
        bad(
            "the record in place of the key",
            file -> write(file, "mine._domainkey IN TXT \"v=DKIM1; k=rsa; p=AAAA\"\n"),
            "holds no usable key",
            "put the right file there"),
        bad("huge", file -> write(file, GOOD.repeat(100)), "is too long", "ls -l "));
  }

  private static String small() {
    try {
      var generator = java.security.KeyPairGenerator.getInstance("RSA");
      generator.initialize(512);
      return "-----BEGIN PRIVATE KEY-----\n"
          + java.util.Base64.getMimeEncoder()
              .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
          + "\n-----END PRIVATE KEY-----\n";
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void theStartNamesTheFileAndWhatToType(Damage damage, String problem, String remedy)
      throws IOException {
    Path file = KeyFile.of(directory, "mine", ORG, KeyType.RSA).path();
    damage.to(file);
    ActiveKeys.Loaded loaded =
        ActiveKeys.load(
            new SigningSettings(
                1, 1, Map.of(ORG, "mine"), net.facteur.auth.dkim.DkimSigner.Settings.DEFAULT),
            directory,
            DkimCrypto.standard());
    assertEquals(1, loaded.problems().size(), loaded.problems()::toString);
    String said = loaded.problems().getFirst().toString();
    assertTrue(said.contains(file.toString()), said);
    if (!problem.equals("is missing")) {
      assertTrue(said.contains(problem) && said.contains(remedy), said);
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void theOldKeySignsAndThePostmasterIsTold(Damage damage, String problem, String remedy)
      throws IOException {
    var world = new KeyWorld(new Random(1), 2);
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    var inMemory = world.parts();
    var name = new KeyName(ORG, "jan2027b");
    var parts =
        new KeyLife.Parts(
            inMemory.journal(),
            new Disk(inMemory.store(), name, directory),
            inMemory.publisher(),
            inMemory.authorities(),
            inMemory.probe(),
            inMemory.notices(),
            inMemory.queuedSince(),
            inMemory.exhibit(),
            inMemory.clock());
    var commands = new KeyCommands(parts, settings, "alice");
    var life = new KeyLife(parts, settings, "server");
    commands.carryOut(commands.rotate(ORG));
    for (int i = 0; i < 4; i++) {
      life.advance(ORG);
      world.pass(java.time.Duration.ofHours(1));
    }
    damage.to(KeyFile.of(directory, "jan2027b", ORG, KeyType.RSA).path());
    commands.carryOut(commands.rotate(ORG));
    for (int i = 0; i < 4; i++) {
      life.advance(ORG);
      world.pass(java.time.Duration.ofHours(1));
    }
    assertEquals("jan2027", world.ring().active().get(ORG));
    Notices.Notice told = world.notices.getLast();
    assertEquals("A DKIM key of example.org cannot be used", told.subject().in(Language.ENGLISH));
    assertTrue(
        told.text().in(Language.ENGLISH).contains(problem)
            && told.text().in(Language.ENGLISH).contains(remedy),
        told.text().in(Language.ENGLISH));
  }

  /// A store that reads one RSA key from a real disk.
  private record Disk(KeyStore rest, KeyName name, Path directory) implements KeyStore {
    @Override
    public void make(KeyName made, java.util.Set<KeyType> types) throws IOException {
      rest.make(made, types);
    }

    @Override
    public KeyFile.Content read(KeyName asked, KeyType type) {
      return asked.equals(name) && type == KeyType.RSA
          ? KeyFile.of(directory, name.selector(), name.domain(), type).read()
          : rest.read(asked, type);
    }

    @Override
    public boolean taken(DomainName domain, String selector) {
      return rest.taken(domain, selector);
    }

    @Override
    public void putAside(KeyName aside, java.time.Instant at) throws IOException {
      rest.putAside(aside, at);
    }
  }
}
