package net.facteur.server.signin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Codes on paper for whoever has lost the program with the time codes. Each is good for once.
///
/// A code has 80 random bits, so a fast hash of it tells nobody anything.
///
/// @param salt of all of them
/// @param hashes of those that were not used yet
public record RecoveryCodes(String salt, List<String> hashes) {
  /// How many there are at first.
  public static final int COUNT = 10;

  /// No `i`, `l`, `o` nor `u`, which are misread.
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  private static final int LETTERS = 16;
  private static final int GROUP = 4;

  public static final RecoveryCodes NONE = new RecoveryCodes("", List.of());

  public RecoveryCodes {
    hashes = List.copyOf(hashes);
  }

  /// Those that were just made. They are shown once.
  ///
  /// @param shown with hyphens between groups of letters
  public record Made(RecoveryCodes kept, List<String> shown) {
    public Made {
      shown = List.copyOf(shown);
    }

    /// Never the codes.
    @Override
    public String toString() {
      return "Made";
    }
  }

  /// Makes some up.
  public static Made make(SecureRandom random) {
    byte[] octets = new byte[16];
    random.nextBytes(octets);
    String salt = HexFormat.of().formatHex(octets);
    var shown = new ArrayList<String>();
    var hashes = new ArrayList<String>();
    for (int i = 0; i < COUNT; i++) {
      var code = new StringBuilder(LETTERS);
      for (int j = 0; j < LETTERS; j++) {
        code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
      hashes.add(hash(salt, code.toString()));
      shown.add(code.toString().replaceAll("(.{" + GROUP + "})(?=.)", "$1-"));
    }
    return new Made(new RecoveryCodes(salt, hashes), shown);
  }

  /// True where a text can be one at all, so that it is not taken for a time code.
  static boolean looksLike(String typed) {
    return letters(typed).length() == LETTERS;
  }

  /// Those that are left once a code is used; empty where it is none of them.
  public Optional<RecoveryCodes> use(String typed) {
    String letters = letters(typed);
    if (letters.length() != LETTERS) {
      return Optional.empty();
    }
    String hash = hash(salt, letters);
    return hashes.contains(hash)
        ? Optional.of(
            new RecoveryCodes(salt, hashes.stream().filter(kept -> !kept.equals(hash)).toList()))
        : Optional.empty();
  }

  /// As people type: large letters, spaces, and an O for a zero.
  private static String letters(String typed) {
    return typed.length() > 100
        ? ""
        : typed
            .toLowerCase(Locale.ROOT)
            .replaceAll("[\\s-]", "")
            .replace('o', '0')
            .replace('i', '1')
            .replace('l', '1');
  }

  private static String hash(String salt, String letters) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest((salt + letters).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
