package net.facteur.server.accounts.hash;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.accounts.hash.HashReading.Known;
import net.facteur.server.accounts.hash.HashReading.Malformed;
import net.facteur.server.accounts.hash.HashReading.NoLogin;
import net.facteur.server.accounts.hash.HashReading.TooCostly;
import net.facteur.server.accounts.hash.HashReading.Unknown;

/// The text of a password hash: `{SCHEME}` and the rest, as Dovecot and LDAP write it, or what
/// `crypt` gives, as it stands in `/etc/shadow`.
///
/// The bounds let through what the usual programs write by default, some of them ten times and
/// more, and keep one check below some two seconds.
public final class HashText {
  /// The password field of Dovecot's passwd-files and of `/etc/shadow` has this scheme if it names
  /// none.
  public static final String CRYPT = "CRYPT";

  /// Characters of the longest text that is read.
  static final int TEXT_MAX = 2048;

  static final int ROUNDS_MAX = 1_000_000;
  static final int BCRYPT_COST_MAX = 14;
  static final int ARGON2_MEMORY_MAX = 256 << 10;

  /// KiB that Argon2 goes over in all its passes.
  static final int ARGON2_WORK_MAX = 1 << 20;

  private static final Pattern PREFIX = Pattern.compile("\\{([A-Za-z0-9.+_-]{1,64})\\}(.*)");
  private static final String C64 = "[./0-9A-Za-z]";
  private static final Pattern SHA_CRYPT =
      Pattern.compile(
          "\\$([56])\\$(?:rounds=([0-9]{1,18})\\$)?" + C64 + "{1,16}\\$(" + C64 + "{43,86})");
  private static final Pattern MD5_CRYPT =
      Pattern.compile("\\$(?:1|apr1)\\$" + C64 + "{1,8}\\$" + C64 + "{22}");
  private static final Pattern DES_CRYPT = Pattern.compile(C64 + "{13}");
  private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$" + C64 + "{53}");
  private static final Pattern YESCRYPT =
      Pattern.compile(
          "\\$g?y\\$j([./0-9A-Za-z])([./0-9A-Za-z])\\$" + C64 + "{1,86}\\$" + C64 + "{43}");
  private static final Pattern SCRYPT =
      Pattern.compile(
          "\\$7\\$("
              + C64
              + ")("
              + C64
              + "{5})("
              + C64
              + "{5})"
              + C64
              + "{1,86}\\$"
              + C64
              + "{43}");
  private static final Pattern ARGON2 =
      Pattern.compile(
          "\\$argon2(i|id)\\$v=19\\$m=([0-9]{1,10}),t=([0-9]{1,10}),p=([0-9]{1,10})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
  private static final Pattern DOVECOT_PBKDF2 =
      Pattern.compile("\\$1\\$([^$ ]{1,64})\\$([0-9]{1,18})\\$([0-9a-fA-F]{40})");
  private static final Pattern PASSLIB_PBKDF2 =
      Pattern.compile(
          "\\$pbkdf2(|-sha256|-sha512)\\$([0-9]{1,18})\\$([A-Za-z0-9./+]{1,128})\\$([A-Za-z0-9./+]{16,128})");
  private static final Pattern LDAP_PBKDF2 =
      Pattern.compile("([0-9]{1,18})\\$([A-Za-z0-9./+=]{1,128})\\$([A-Za-z0-9./+=]{16,128})");
  private static final Pattern SCRAM =
      Pattern.compile(
          "([0-9]{1,18}),([A-Za-z0-9+/]{4,128}={0,2}),([A-Za-z0-9+/]{27,43}=),([A-Za-z0-9+/]{27,43}=)");

  /// Schemes of one digest.
  ///
  /// @param salted further octets are the salt
  private record OneDigest(String scheme, String algorithm, int octets, boolean salted) {}

  private static final Map<String, OneDigest> DIGESTS =
      Map.ofEntries(
          Map.entry("SHA", new OneDigest("SHA", "SHA-1", 20, false)),
          Map.entry("SHA1", new OneDigest("SHA", "SHA-1", 20, false)),
          Map.entry("SHA256", new OneDigest("SHA256", "SHA-256", 32, false)),
          Map.entry("SHA512", new OneDigest("SHA512", "SHA-512", 64, false)),
          Map.entry("SSHA", new OneDigest("SSHA", "SHA-1", 20, true)),
          Map.entry("SSHA256", new OneDigest("SSHA256", "SHA-256", 32, true)),
          Map.entry("SSHA512", new OneDigest("SSHA512", "SHA-512", 64, true)),
          Map.entry("SMD5", new OneDigest("SMD5", "MD5", 16, true)),
          Map.entry("LDAP-MD5", new OneDigest("LDAP-MD5", "MD5", 16, false)),
          Map.entry("PLAIN-MD5", new OneDigest("PLAIN-MD5", "MD5", 16, false)));

  private HashText() {}

  /// Reads what names its scheme by a prefix, or is a hash of `crypt`.
  public static HashReading read(String text) {
    return read(text, CRYPT);
  }

  /// Reads a hash.
  ///
  /// @param scheme what it is if it has no prefix, in upper case
  public static HashReading read(String text, String scheme) {
    if (text.length() > TEXT_MAX) {
      return new Malformed(scheme, TEXT_MAX + " characters at most");
    }
    Matcher prefix = PREFIX.matcher(text);
    if (!prefix.matches()) {
      return text.isEmpty()
          ? new NoLogin(true)
          : text.startsWith("$argon2") ? argon2(text) : byScheme(scheme, "", text);
    }
    String name = prefix.group(1).toUpperCase(Locale.ROOT);
    int dot = name.indexOf('.');
    return dot < 0
        ? byScheme(name, "", prefix.group(2))
        : byScheme(name.substring(0, dot), name.substring(dot + 1), prefix.group(2));
  }

  private static HashReading byScheme(String scheme, String encoding, String value) {
    OneDigest one = DIGESTS.get(scheme);
    if (one != null) {
      return digest(one, encoding, value);
    }
    return switch (scheme) {
      case "PLAIN", "CLEAR", "CLEARTEXT" -> plain(scheme, encoding, value);
      case "CRAM-MD5", "HMAC-MD5" ->
          octets(encoding.isEmpty() ? "HEX" : encoding, value)
              .filter(o -> o.length == 32)
              .<HashReading>map(o -> new Known(new CramMd5Hash(o)))
              .orElseGet(() -> new Malformed("CRAM-MD5", "64 hexadecimal digits"));
      case "MD5" -> md5(value);
      case "CRYPT", "DES-CRYPT", "MD5-CRYPT", "SHA256-CRYPT", "SHA512-CRYPT", "BLF-CRYPT" ->
          crypt(scheme, value);
      case "ARGON2I", "ARGON2ID" -> argon2(value);
      case "PBKDF2" -> pbkdf2(value);
      case "PBKDF2-SHA1", "PBKDF2-SHA256", "PBKDF2-SHA512" -> ldapPbkdf2(scheme, value);
      case "SCRAM-SHA-1", "SCRAM-SHA-256" -> scram(scheme, value);
      default -> new Unknown(scheme);
    };
  }

  // ---- crypt

  private static HashReading crypt(String scheme, String value) {
    if (value.startsWith("!") || value.startsWith("*") || value.equals("x")) {
      return new NoLogin(false);
    }
    if (value.isEmpty()) {
      return new NoLogin(true);
    }
    if (value.startsWith("$5$") || value.startsWith("$6$")) {
      return shaCrypt(value);
    }
    if (value.startsWith("$1$") || value.startsWith("$apr1$")) {
      return MD5_CRYPT.matcher(value).matches()
          ? new Known(new CryptHash("MD5-CRYPT", value))
          : new Malformed("MD5-CRYPT", "$1$SALT$HASH");
    }
    if (value.startsWith("$2a$") || value.startsWith("$2b$") || value.startsWith("$2y$")) {
      return bcrypt(value);
    }
    if (value.startsWith("$y$") || value.startsWith("$gy$")) {
      return yescrypt(value);
    }
    if (value.startsWith("$7$")) {
      return scrypt(value);
    }
    if (value.startsWith("$argon2")) {
      return argon2(value);
    }
    if (value.startsWith("$pbkdf2")) {
      return pbkdf2(value);
    }
    if (value.startsWith("$")) {
      return new Unknown(value.substring(0, Math.min(value.length(), value.indexOf('$', 1) + 1)));
    }
    return DES_CRYPT.matcher(value).matches()
        ? new Known(new CryptHash("DES-CRYPT", value))
        : new Malformed(scheme, "$6$SALT$HASH");
  }

  private static HashReading shaCrypt(String value) {
    String scheme = value.startsWith("$5$") ? "SHA256-CRYPT" : "SHA512-CRYPT";
    Matcher m = SHA_CRYPT.matcher(value);
    if (!m.matches() || m.group(3).length() != (m.group(1).equals("5") ? 43 : 86)) {
      return new Malformed(scheme, value.substring(0, 3) + "rounds=5000$SALT$HASH");
    }
    long rounds = m.group(2) == null ? 5000 : Long.parseLong(m.group(2));
    if (rounds < 1000) {
      // Programs do not agree on what that means.
      return new Malformed(scheme, "rounds=1000");
    }
    return bounded(
        scheme, "rounds=", rounds, ROUNDS_MAX, () -> new Known(new CryptHash(scheme, value)));
  }

  private static HashReading bcrypt(String value) {
    Matcher m = BCRYPT.matcher(value);
    if (!m.matches() || Integer.parseInt(m.group(1)) < 4) {
      return new Malformed("BLF-CRYPT", "$2y$10$ and 53 characters");
    }
    return bounded(
        "BLF-CRYPT",
        "cost=",
        Integer.parseInt(m.group(1)),
        BCRYPT_COST_MAX,
        () -> new Known(new BcryptHash(value)));
  }

  private static HashReading yescrypt(String value) {
    String scheme = value.startsWith("$g") ? "gost-yescrypt" : "yescrypt";
    Matcher m = YESCRYPT.matcher(value);
    if (!m.matches()) {
      return new Malformed(scheme, "$y$j9T$SALT$HASH");
    }
    long octets = (128L * (crypt64(m.group(2)) + 1)) << Math.min(crypt64(m.group(1)) + 1, 40);
    return system(scheme, value, octets);
  }

  private static HashReading scrypt(String value) {
    Matcher m = SCRYPT.matcher(value);
    if (!m.matches()) {
      return new Malformed("scrypt", "$7$CU..../....SALT$HASH");
    }
    long lanes = crypt64(m.group(3));
    long octets = 128L * crypt64(m.group(2)) * Math.max(lanes, 1);
    int log = crypt64(m.group(1));
    return system("scrypt", value, log > 28 || octets > 1L << 31 ? Long.MAX_VALUE : octets << log);
  }

  /// @param work octets of memory that it goes over
  private static HashReading system(String scheme, String value, long work) {
    long most = (long) ARGON2_MEMORY_MAX << 10;
    if (work > most || work <= 0) {
      return new TooCostly(scheme, "memory=" + (work >> 20) + "M", "memory=" + (most >> 20) + "M");
    }
    return new Known(new SystemHash(scheme, value));
  }

  /// A number in the digits of `crypt`, the lowest first.
  private static int crypt64(String digits) {
    long number = 0;
    for (int i = digits.length() - 1; i >= 0; i--) {
      number =
          (number << 6)
              | "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                  .indexOf(digits.charAt(i));
    }
    return (int) number;
  }

  // ---- others

  private static HashReading plain(String scheme, String encoding, String value) {
    if (value.isEmpty()) {
      return new NoLogin(true);
    }
    return (encoding.isEmpty()
            ? Optional.of(value.getBytes(StandardCharsets.UTF_8))
            : octets(encoding, value))
        .<HashReading>map(o -> new Known(new PlainPassword(o)))
        .orElseGet(() -> new Malformed(scheme, encoding));
  }

  private static HashReading md5(String value) {
    return value.startsWith("$1$")
        ? crypt("MD5-CRYPT", value)
        : digest(new OneDigest("LDAP-MD5", "MD5", 16, false), "", value);
  }

  private static HashReading digest(OneDigest one, String encoding, String value) {
    boolean hex = encoding.isEmpty() && value.length() == 2 * one.octets();
    Optional<byte[]> octets = octets(hex ? "HEX" : encoding.isEmpty() ? "B64" : encoding, value);
    int length = octets.map(o -> o.length).orElse(0);
    if (length < one.octets() || (length > one.octets()) != one.salted()) {
      return new Malformed(
          one.scheme(),
          one.octets() + (one.salted() ? " octets and a salt" : " octets") + ", Base64");
    }
    byte[] all = octets.orElseThrow();
    return new Known(
        new DigestHash(
            one.scheme(),
            one.algorithm(),
            Arrays.copyOf(all, one.octets()),
            Arrays.copyOfRange(all, one.octets(), all.length)));
  }

  private static HashReading argon2(String value) {
    Matcher m = ARGON2.matcher(value);
    if (!m.matches()) {
      return new Malformed("ARGON2ID", "$argon2id$v=19$m=65536,t=3,p=1$SALT$HASH");
    }
    String scheme = m.group(1).equals("id") ? "ARGON2ID" : "ARGON2I";
    long memory = Long.parseLong(m.group(2));
    long passes = Long.parseLong(m.group(3));
    long lanes = Long.parseLong(m.group(4));
    if (passes < 1 || lanes < 1 || lanes > 64 || memory < 8 * lanes) {
      return new Malformed(scheme, "$argon2id$v=19$m=65536,t=3,p=1$SALT$HASH");
    }
    if (memory > ARGON2_MEMORY_MAX
        || passes > ARGON2_WORK_MAX
        || memory * passes > ARGON2_WORK_MAX) {
      return new TooCostly(
          scheme,
          "m=" + memory + ",t=" + passes,
          "m=" + ARGON2_MEMORY_MAX + ",t=" + ARGON2_WORK_MAX / ARGON2_MEMORY_MAX);
    }
    var decoder = Base64.getDecoder();
    return decoded(
        scheme,
        () ->
            new Argon2Hash(
                value,
                scheme.equals("ARGON2ID"),
                (int) memory,
                (int) passes,
                (int) lanes,
                decoder.decode(m.group(5)),
                decoder.decode(m.group(6))));
  }

  private static HashReading pbkdf2(String value) {
    Matcher dovecot = DOVECOT_PBKDF2.matcher(value);
    if (dovecot.matches()) {
      return pbkdf2(
          Long.parseLong(dovecot.group(2)),
          () ->
              new Pbkdf2Hash(
                  "{PBKDF2}" + value,
                  "SHA-1",
                  dovecot.group(1).getBytes(StandardCharsets.UTF_8),
                  Integer.parseInt(dovecot.group(2)),
                  HexFormat.of().parseHex(dovecot.group(3))));
    }
    Matcher passlib = PASSLIB_PBKDF2.matcher(value);
    if (passlib.matches()) {
      return pbkdf2(
          Long.parseLong(passlib.group(2)),
          () ->
              new Pbkdf2Hash(
                  "{PBKDF2}" + value,
                  algorithm(passlib.group(1)),
                  adapted(passlib.group(3)),
                  Integer.parseInt(passlib.group(2)),
                  adapted(passlib.group(4))));
    }
    return new Malformed("PBKDF2", "$1$SALT$ROUNDS$HASH");
  }

  private static HashReading ldapPbkdf2(String scheme, String value) {
    Matcher m = LDAP_PBKDF2.matcher(value);
    if (!m.matches()) {
      return new Malformed(scheme, "ROUNDS$SALT$HASH");
    }
    return pbkdf2(
        Long.parseLong(m.group(1)),
        () ->
            new Pbkdf2Hash(
                "{" + scheme + "}" + value,
                algorithm(scheme),
                adapted(m.group(2)),
                Integer.parseInt(m.group(1)),
                adapted(m.group(3))));
  }

  private static HashReading pbkdf2(long rounds, Supplier<Pbkdf2Hash> hash) {
    return rounds < 1
        ? new Malformed("PBKDF2", "$1$SALT$ROUNDS$HASH")
        : bounded("PBKDF2", "rounds=", rounds, ROUNDS_MAX, () -> decoded("PBKDF2", hash));
  }

  private static String algorithm(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith("256") ? "SHA-256" : lower.endsWith("512") ? "SHA-512" : "SHA-1";
  }

  /// Base64 with `.` in place of `+`, without padding.
  private static byte[] adapted(String text) {
    return Base64.getDecoder().decode(text.replace('.', '+').replace("=", ""));
  }

  private static HashReading scram(String scheme, String value) {
    Matcher m = SCRAM.matcher(value);
    int octets = scheme.equals("SCRAM-SHA-1") ? 20 : 32;
    if (!m.matches() || Base64.getDecoder().decode(m.group(3)).length != octets) {
      return new Malformed(scheme, "ITERATIONS,SALT,STORED-KEY,SERVER-KEY");
    }
    long iterations = Long.parseLong(m.group(1));
    return iterations < 1
        ? new Malformed(scheme, "ITERATIONS,SALT,STORED-KEY,SERVER-KEY")
        : bounded(
            scheme,
            "iterations=",
            iterations,
            ROUNDS_MAX,
            () ->
                decoded(
                    scheme,
                    () ->
                        new ScramHash(
                            scheme,
                            "{" + scheme + "}" + value,
                            scheme.equals("SCRAM-SHA-1") ? "SHA-1" : "SHA-256",
                            (int) iterations,
                            Base64.getDecoder().decode(m.group(2)),
                            Base64.getDecoder().decode(m.group(3)))));
  }

  // ---- what several have

  private static HashReading bounded(
      String scheme, String unit, long cost, long most, Supplier<HashReading> known) {
    return cost > most ? new TooCostly(scheme, unit + cost, unit + most) : known.get();
  }

  private static HashReading decoded(String scheme, Supplier<? extends ForeignHash> hash) {
    try {
      return new Known(hash.get());
    } catch (IllegalArgumentException _) {
      return new Malformed(scheme, "Base64");
    }
  }

  private static Optional<byte[]> octets(String encoding, String value) {
    Function<String, byte[]> decoder =
        switch (encoding) {
          case "HEX" -> HexFormat.of()::parseHex;
          case "B64", "BASE64" -> Base64.getDecoder()::decode;
          default -> _ -> new byte[0];
        };
    try {
      return Optional.of(decoder.apply(value));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
