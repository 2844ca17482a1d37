package net.facteur.server.accounts;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.accounts.hash.Argon2Library;
import net.facteur.server.accounts.hash.ForeignHash;
import net.facteur.server.accounts.hash.HashReading;
import net.facteur.server.accounts.hash.HashText;
import net.facteur.server.language.Text;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// What is kept of a password: an Argon2id hash with its salt and cost, in the PHC string form
/// `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`, which other programs such as Dovecot read too. Of a
/// user who moved in from another server it is the hash which that one had, until the first right
/// login.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9106 RFC 9106: Argon2 Memory-Hard Function
public final class PasswordHash {
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([0-9]{1,9}),t=([0-9]{1,6}),p=([0-9]{1,3})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
  private static final int SALT_OCTETS = 16;
  private static final int HASH_OCTETS = 32;

  private final Stored stored;

  /// Whose hash it is.
  private sealed interface Stored {
    /// Our own.
    record Argon2id(Argon2Cost cost, byte[] salt, byte[] hash) implements Stored {
      boolean matches(byte[] password, HashMemory memory) {
        return MessageDigest.isEqual(hash, derive(password, cost, salt, hash.length, memory));
      }

      String text() {
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
    }

    /// That of another program.
    record Foreign(ForeignHash hash) implements Stored {}
  }

  private PasswordHash(Stored stored) {
    this.stored = stored;
  }

  /// Hashes a password with a fresh salt.
  public static PasswordHash of(byte[] password, Argon2Cost cost, SecureRandom random) {
    return of(password, cost, random, new HashMemory());
  }

  /// The same, in memory that is there already.
  static PasswordHash of(byte[] password, Argon2Cost cost, SecureRandom random, HashMemory memory) {
    byte[] salt = new byte[SALT_OCTETS];
    random.nextBytes(salt);
    return new PasswordHash(
        new Stored.Argon2id(
            cost, salt, derive(PasswordText.prepared(password), cost, salt, HASH_OCTETS, memory)));
  }

  /// A hash that another program made.
  public static PasswordHash of(ForeignHash hash) {
    return new PasswordHash(new Stored.Foreign(hash));
  }

  /// A hash that no password has, for users who do not exist: checking it costs the same.
  static PasswordHash ofNobody(Argon2Cost cost, SecureRandom random) {
    byte[] salt = new byte[SALT_OCTETS];
    byte[] hash = new byte[HASH_OCTETS];
    random.nextBytes(salt);
    random.nextBytes(hash);
    return new PasswordHash(new Stored.Argon2id(cost, salt, hash));
  }

  /// Reads the PHC string form, or a hash of another program with its `{SCHEME}`; empty where it is
  /// something else, or one check would take too much.
  public static Optional<PasswordHash> parse(String text) {
    Matcher m = PHC.matcher(text);
    if (!m.matches()) {
      return HashText.read(text) instanceof HashReading.Known(ForeignHash hash)
          ? Optional.of(of(hash))
          : Optional.empty();
    }
    int memory = number(m, 1);
    int iterations = number(m, 2);
    int lanes = number(m, 3);
    if (!Argon2Cost.valid(memory, iterations, lanes)) {
      return Optional.empty();
    }
    try {
      var decoder = Base64.getDecoder();
      return Optional.of(
          new PasswordHash(
              new Stored.Argon2id(
                  new Argon2Cost(memory, iterations, lanes),
                  decoder.decode(m.group(4)),
                  decoder.decode(m.group(5)))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Why a text is no hash; empty where it is one. It never holds any of the hash itself.
  static Optional<Text> fault(String text) {
    if (parse(text).isPresent()) {
      return Optional.empty();
    }
    Matcher m = PHC.matcher(text);
    if (!m.matches()) {
      return Optional.of(HashText.read(text).reason());
    }
    String cost = "m=" + m.group(1) + ",t=" + m.group(2) + ",p=" + m.group(3);
    HashReading reading =
        Argon2Cost.tooMuch(number(m, 1), number(m, 2), number(m, 3))
            ? new HashReading.TooCostly("ARGON2ID", cost, Argon2Cost.MOST)
            : new HashReading.Malformed("ARGON2ID", "$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH");
    return Optional.of(reading.reason());
  }

  private static int number(Matcher m, int group) {
    return Integer.parseInt(m.group(group));
  }

  /// True where this is the hash of `password`. Takes the time and memory of [#cost()].
  public boolean matches(byte[] password) {
    return matches(password, new HashMemory());
  }

  /// The same, in memory that is there already.
  boolean matches(byte[] password, HashMemory memory) {
    byte[] prepared = PasswordText.prepared(password);
    return switch (stored) {
      case Stored.Argon2id own ->
          own.matches(prepared, memory)
              // A hash from before passwords were prepared; other passwords cost nothing more.
              || (!Arrays.equals(prepared, password) && own.matches(password, memory));
      case Stored.Foreign(ForeignHash hash) ->
          hash.matches(prepared)
              || (!Arrays.equals(prepared, password) && hash.matches(password))
              // The other program took what its clients sent, which may have been this form.
              || PasswordText.decomposed(prepared).filter(hash::matches).isPresent();
    };
  }

  /// What one check costs; empty for the hash of another program.
  public Optional<Argon2Cost> cost() {
    return stored instanceof Stored.Argon2id own ? Optional.of(own.cost()) : Optional.empty();
  }

  /// The hash of another program; empty for our own.
  public Optional<ForeignHash> foreign() {
    return stored instanceof Stored.Foreign(ForeignHash hash)
        ? Optional.of(hash)
        : Optional.empty();
  }

  /// The form of the users file.
  public String text() {
    return switch (stored) {
      case Stored.Argon2id own -> own.text();
      case Stored.Foreign(ForeignHash hash) -> hash.text();
    };
  }

  private static byte[] derive(
      byte[] password, Argon2Cost cost, byte[] salt, int octets, HashMemory memory) {
    return Argon2Library.hash(
            password, salt, cost.memoryKib(), cost.iterations(), cost.parallelism(), octets)
        .orElseGet(() -> derivedHere(password, cost, salt, octets, memory));
  }

  private static byte[] derivedHere(
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
    return other instanceof PasswordHash h && text().equals(h.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  /// Never the hash itself, since this may end in a log.
  @Override
  public String toString() {
    return "PasswordHash["
        + switch (stored) {
          case Stored.Argon2id own -> own.cost();
          case Stored.Foreign(ForeignHash hash) -> hash.scheme();
        }
        + "]";
  }
}
