package net.facteur.server.signing;

import static net.facteur.server.signing.KeyFileTexts.SAY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;

/// A private DKIM key on disk, `<selector>.<domain>.<algorithm>`, readable by the server alone.
///
/// @param directory where the keys lie
/// @param selector the selector whose record holds the public key
/// @param domain the signing domain
/// @param type `rsa` or `ed25519`
public record KeyFile(Path directory, String selector, DomainName domain, KeyType type) {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));
  private static final int MAX_OCTETS = 64 * 1024;

  /// Ending of the selector under which the Ed25519 key of a selector stands: a selector has one
  /// record, and a record one key (RFC 6376, section 3.6.2.2).
  public static final String ED25519_SUFFIX = "-ed";

  /// Stands in a selector for the name of the algorithm, in place of the ending.
  public static final String ALGORITHM = "{alg}";

  /// The key of `type` that belongs to the active selector `selector`.
  public static KeyFile of(Path directory, String selector, DomainName domain, KeyType type) {
    return new KeyFile(directory, selector(selector, type), domain, type);
  }

  /// The selector of one of the keys, as it stands in `s=`.
  public static String selector(String selector, KeyType type) {
    if (selector.contains(ALGORITHM)) {
      return selector.replace(ALGORITHM, type.word());
    }
    return switch (type) {
      case RSA -> selector;
      case ED25519 -> selector + ED25519_SUFFIX;
    };
  }

  public Path path() {
    return directory.resolve(selector + "." + domain.text() + "." + type.word());
  }

  /// What stands in the file.
  public sealed interface Content {
    /// A key that may be used.
    record Usable(DkimPrivateKey key) implements Content {}

    /// There is no such file.
    record Missing() implements Content {}

    /// The file must not be used.
    ///
    /// @param problem what is wrong, for the admin
    /// @param remedy what to do
    record Unusable(Text problem, KeyRemedy remedy) implements Content {}
  }

  /// Reads the file. Whatever is wrong with it is a value, since an admin may have put it there.
  public Content read() {
    Path file = path();
    try {
      if (Files.isDirectory(file)) {
        return new Content.Unusable(SAY.directory(file), new KeyRemedy.Command("ls -l " + file));
      }
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        // reading a pipe may never end
        return new Content.Unusable(SAY.irregular(file), new KeyRemedy.Command("ls -l " + file));
      }
      if (Files.size(file) > MAX_OCTETS) {
        return new Content.Unusable(SAY.tooLong(file), new KeyRemedy.Command("ls -l " + file));
      }
      var permissions = EnumSet.noneOf(PosixFilePermission.class);
      permissions.addAll(Files.getPosixFilePermissions(file));
      permissions.retainAll(OTHERS);
      if (!permissions.isEmpty()) {
        return new Content.Unusable(
            SAY.openToOthers(file), new KeyRemedy.Command("chmod 600 " + file));
      }
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return switch (DkimPrivateKey.parse(text)) {
        case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
            new Content.Unusable(
                SAY.noUsableKey(file, expected), new KeyRemedy.Advice(SAY.putOrMake(domain)));
        case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> typed(key);
      };
    } catch (NoSuchFileException e) {
      return Files.isSymbolicLink(file)
          ? new Content.Unusable(SAY.brokenLink(file), new KeyRemedy.Command("readlink " + file))
          : new Content.Missing();
    } catch (IOException e) {
      return new Content.Unusable(
          SAY.unreadable(FileTrouble.text(e)), new KeyRemedy.Advice(SAY.makeReadable()));
    }
  }

  private Content typed(DkimPrivateKey key) {
    if (key.publicKey().type() != type) {
      return new Content.Unusable(
          SAY.otherType(path(), key.publicKey().type().word()),
          new KeyRemedy.Advice(SAY.rename(key.publicKey().type().word())));
    }
    if (type == KeyType.RSA && key.bits() < DkimPrivateKey.MIN_RSA_BITS) {
      return new Content.Unusable(
          SAY.tooShort(path(), key.bits()),
          new KeyRemedy.Command("facteur dkim generate " + domain));
    }
    return new Content.Usable(key);
  }

  /// Writes a new key, synced, mode 0600. The directory is made with mode 0700 where it is missing.
  ///
  /// @throws FileAlreadyExistsException where a key of that name exists: keys are never overwritten
  public void write(DkimPrivateKey key) throws IOException {
    DurableDirectory.secret(directory).make();
    DurableFile.secret(path()).create(key.toPem());
  }
}
