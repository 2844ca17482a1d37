package net.facteur.server.volunteer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// What a form showed when it was sent to the browser, as a hash that comes back with it. If the
/// thing has another one by then, somebody has changed it meanwhile, and nothing is done.
final class Version {
  private static final int OCTETS = 18;

  private Version() {}

  static String of(String shown) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(shown.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, OCTETS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
