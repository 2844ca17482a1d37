package net.facteur.server.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The client's side of SCRAM-SHA-256, written from RFC 5802 alone.
final class ScramClient {
  private final String header;
  private final byte[] bound;
  private final String bare;
  private final String password;
  private byte[] serverSignature = {};

  /// @param header the gs2 header such as `n,,`
  /// @param bound channel binding data
  ScramClient(String header, byte[] bound, String user, String password) {
    this.header = header;
    this.bound = bound;
    this.password = password;
    this.bare = "n=" + user + ",r=rOprNGfwEbeRWgbNEkqO";
  }

  String first() {
    return base64((header + bare).getBytes(StandardCharsets.UTF_8));
  }

  String last(String serverFirstBase64) throws Exception {
    String serverFirst =
        new String(Base64.getDecoder().decode(serverFirstBase64), StandardCharsets.UTF_8);
    String[] parts = serverFirst.split(",", -1);
    byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
    int iterations = Integer.parseInt(parts[2].substring(2));
    byte[] salted = salted(password, salt, iterations);
    byte[] clientKey = hmac(salted, "Client Key");
    byte[] storedKey = java.security.MessageDigest.getInstance("SHA-256").digest(clientKey);
    byte[] gs2 = header.getBytes(StandardCharsets.UTF_8);
    byte[] channel = java.util.Arrays.copyOf(gs2, gs2.length + bound.length);
    System.arraycopy(bound, 0, channel, gs2.length, bound.length);
    String withoutProof = "c=" + base64(channel) + "," + parts[0];
    String message = bare + "," + serverFirst + "," + withoutProof;
    byte[] proof = hmac(storedKey, message);
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= clientKey[i];
    }
    serverSignature = hmac(hmac(salted, "Server Key"), message);
    return base64((withoutProof + ",p=" + base64(proof)).getBytes(StandardCharsets.UTF_8));
  }

  String expectedServerFinal() {
    return base64(("v=" + base64(serverSignature)).getBytes(StandardCharsets.UTF_8));
  }

  /// What a server stores of a password.
  static ScramKeys keys(String user, String password, byte[] salt, int iterations) {
    try {
      byte[] salted = salted(password, salt, iterations);
      byte[] stored =
          java.security.MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
      return new ScramKeys(user, salt, iterations, stored, hmac(salted, "Server Key"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] salted(String password, byte[] salt, int iterations) throws Exception {
    var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
    return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
  }

  private static byte[] hmac(byte[] key, String message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
