package net.facteur.server.accounts;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import net.facteur.queue.MailAddress;
import net.facteur.server.smtp.ScramDigest;

/// A password for one device or program of a user, as the users file keeps it.
///
/// The program makes it up, of 120 random bits, so that nobody can guess it, however fast a guess
/// is. That is why a fast hash is right for it, with a key of its own: a slow one (Argon2id) makes
/// up for what people choose, and would only cost each look of a phone at its mailbox some
/// milliseconds and 19 MiB.
///
/// @param name names the device, unlike any other of the user, whatever the case: 1 to 40 letters,
///   digits, and `.`, `_`, `-`
/// @param use what it opens
/// @param onlyAs the one address that it may send as; empty where it may send as the user may
public record AppPassword(String name, Use use, Optional<MailAddress> onlyAs, Digest digest) {
  /// The most that one user may have.
  public static final int MAX = 50;

  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._-]{0,39}");

  /// Without letters and digits that people mistake for others: 32 of them, five bits each.
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int LENGTH = 24;
  private static final int GROUP = 4;
  private static final int KEY_OCTETS = 12;
  private static final int DIGEST_OCTETS = 32;

  /// What an app password opens. None opens the pages, where passwords are changed.
  public enum Use {
    /// Sending only.
    SUBMISSION,
    /// Sending, and reading mail.
    MAIL;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean opens(LoginService service) {
      return switch (service) {
        case SUBMISSION -> true;
        case IMAP, POP3, SIEVE -> this == MAIL;
        case WEB -> false;
      };
    }
  }

  /// A password that was just made. It is shown once.
  public record Made(AppPassword kept, String shown) {
    @Override
    public String toString() {
      return "Made[" + kept + "]";
    }
  }

  /// HMAC-SHA-256 of the password under a key of its own.
  public static final class Digest {
    private final byte[] key;
    private final byte[] value;

    private Digest(byte[] key, byte[] value) {
      this.key = key;
      this.value = value;
    }

    private static Digest of(byte[] key, byte[] letters) {
      return new Digest(key, ScramDigest.hmac(key, letters));
    }

    boolean matches(byte[] letters) {
      return MessageDigest.isEqual(value, ScramDigest.hmac(key, letters));
    }

    private String text() {
      var encoder = Base64.getUrlEncoder().withoutPadding();
      return encoder.encodeToString(key) + "." + encoder.encodeToString(value);
    }

    private static Optional<Digest> parse(String text) {
      int dot = text.indexOf('.');
      if (dot < 0) {
        return Optional.empty();
      }
      try {
        var decoder = Base64.getUrlDecoder();
        byte[] key = decoder.decode(text.substring(0, dot));
        byte[] value = decoder.decode(text.substring(dot + 1));
        return key.length == KEY_OCTETS && value.length == DIGEST_OCTETS
            ? Optional.of(new Digest(key, value))
            : Optional.empty();
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Digest d
          && Arrays.equals(key, d.key)
          && Arrays.equals(value, d.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Digest";
    }
  }

  /// True where a device can be called so.
  public static boolean isName(String name) {
    return NAME.matcher(normalised(name)).matches();
  }

  /// The name as it is kept.
  public static String normalised(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /// True where this is the one of that name.
  public boolean isCalled(String other) {
    return name.equalsIgnoreCase(normalised(other));
  }

  /// Makes one up.
  ///
  /// @param name for which [#isName] is true
  public static Made make(String name, Use use, Optional<MailAddress> onlyAs, SecureRandom random) {
    var letters = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    byte[] key = new byte[KEY_OCTETS];
    random.nextBytes(key);
    var kept =
        new AppPassword(normalised(name), use, onlyAs, Digest.of(key, octets(letters.toString())));
    return new Made(kept, letters.toString().replaceAll("(.{" + GROUP + "})(?=.)", "$1-"));
  }

  /// The letters of what may be an app password, without the hyphens and spaces that people read it
  /// in; empty where it cannot be one.
  static Optional<byte[]> letters(byte[] password) {
    byte[] letters = new byte[LENGTH];
    int n = 0;
    for (byte each : password) {
      if (each == '-' || each == ' ') {
        continue;
      }
      char c = (char) (each >= 'A' && each <= 'Z' ? each + 32 : each & 0xff);
      if (n == LENGTH || ALPHABET.indexOf(c) < 0) {
        return Optional.empty();
      }
      letters[n++] = (byte) c;
    }
    return n == LENGTH ? Optional.of(letters) : Optional.empty();
  }

  private static byte[] octets(String letters) {
    return letters.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  /// The value in the users file: `NAME:USE:KEY.DIGEST`, and `:ADDRESS` where there is one.
  String text() {
    return name
        + ":"
        + use.word()
        + ":"
        + digest.text()
        + onlyAs.map(address -> ":" + address.text()).orElse("");
  }

  static Optional<AppPassword> parse(String text) {
    String[] parts = text.split(":", 4);
    if (parts.length < 3 || !isName(parts[0])) {
      return Optional.empty();
    }
    Optional<Use> use =
        switch (parts[1]) {
          case "submission" -> Optional.of(Use.SUBMISSION);
          case "mail" -> Optional.of(Use.MAIL);
          default -> Optional.empty();
        };
    Optional<Digest> digest = Digest.parse(parts[2]);
    Optional<MailAddress> only =
        parts.length < 4
            ? Optional.empty()
            : UserName.parse(parts[3])
                .map(name -> new MailAddress(name.localPart(), name.domain().text()));
    return use.isPresent() && digest.isPresent() && (parts.length < 4 || only.isPresent())
        ? Optional.of(new AppPassword(normalised(parts[0]), use.get(), only, digest.get()))
        : Optional.empty();
  }
}
