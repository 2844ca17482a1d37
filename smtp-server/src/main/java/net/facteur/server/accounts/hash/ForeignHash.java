package net.facteur.server.accounts.hash;

/// A password hash that another program made. Safe for use by many threads.
public sealed interface ForeignHash
    permits Argon2Hash,
        BcryptHash,
        CramMd5Hash,
        CryptHash,
        DigestHash,
        Pbkdf2Hash,
        PlainPassword,
        ScramHash,
        SystemHash {
  /// Octets of the longest password that is looked at, as with libxcrypt. A longer one is never
  /// right.
  int PASSWORD_MAX = 512;

  /// How well a hash hides its password from somebody who got hold of the file.
  enum Strength {
    /// Guessing costs something.
    SOUND,
    /// Guessing is cheap: billions of tries a second.
    WEAK,
    /// It is the password itself, or counts as it.
    NONE
  }

  /// The name of the scheme, as Dovecot has it where it knows the scheme, such as `SHA512-CRYPT`.
  String scheme();

  Strength strength();

  /// True if this is the hash of the password. Octets as the client sent them.
  boolean matches(byte[] password);

  /// The one form that is written: `{SCHEME}` and the rest, without a space.
  String text();

  /// KiB of memory that one check takes, where that is more than a few MiB; else zero.
  default int memoryKib() {
    return 0;
  }

  /// False if nothing on this machine can check it, so that no password is right.
  default boolean usable() {
    return true;
  }
}
