package net.facteur.server.lists;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.server.config.Settings;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.routing.SrsSecretFile;

/// Proves that an address or a link was made here, for one list and one purpose. Nobody else can
/// make one, and nothing can be read from it.
public final class ListSecret {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  /// Characters of a tag, five bits each: 80 bits.
  public static final int LENGTH = 16;

  private final List<SecretKeySpec> keys;

  /// @param secrets the first makes tags, all are believed
  public ListSecret(List<byte[]> secrets) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("a tag needs a secret");
    }
    this.keys = secrets.stream().map(secret -> new SecretKeySpec(secret, ALGORITHM)).toList();
  }

  /// The one of the data directory, 0600; made up where there is none.
  public static ListSecret open(Settings settings, SecureRandom random) throws IOException {
    Path file = DataDirectory.from(settings).resolve(Path.of("lists.secret"));
    return new ListSecret(
        new SrsSecretFile(file).open(random).stream().map(SrsSecret::key).toList());
  }

  /// A tag in small letters and digits, good for a local part and for a URL.
  ///
  /// @param purpose keeps apart what tags are made for
  /// @param what the tag stands for, such as a list and an address; none holds a line end
  public String tag(String purpose, String... what) {
    return tag(keys.getFirst(), purpose, what);
  }

  /// True where the tag was made here for the same.
  public boolean proves(String tag, String purpose, String... what) {
    return keys.stream()
        .anyMatch(
            key ->
                MessageDigest.isEqual(
                    tag(key, purpose, what).getBytes(UTF_8), tag.getBytes(UTF_8)));
  }

  private static String tag(SecretKeySpec key, String purpose, String... what) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] hash =
          mac.doFinal(("list " + purpose + "\n" + String.join("\n", what)).getBytes(UTF_8));
      var out = new StringBuilder(LENGTH);
      long bits = 0;
      int held = 0;
      for (int i = 0; out.length() < LENGTH; i++) {
        bits = (bits << 8) | (hash[i] & 0xff);
        held += 8;
        while (held >= 5 && out.length() < LENGTH) {
          held -= 5;
          out.append(ALPHABET.charAt((int) (bits >> held) & 31));
        }
      }
      return out.toString();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }
}
