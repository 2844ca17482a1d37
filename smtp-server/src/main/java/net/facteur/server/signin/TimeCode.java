package net.facteur.server.signin;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A secret that this server shares with a program of a user, and the six digits that both make of
/// it every 30 seconds.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6238#section-4 RFC 6238, section 4: TOTP Algorithm
/// @spec https://www.rfc-editor.org/rfc/rfc4226#section-5.3 RFC 4226, section 5.3: Generating an
///   HOTP Value
public final class TimeCode {
  /// Digits of a code.
  public static final int DIGITS = 6;

  /// What every known program takes, whatever the secret's URI says.
  private static final Duration STEP = Duration.ofSeconds(30);

  /// Steps that a clock may be off, as RFC 6238 (5.2) recommends at most.
  private static final int WINDOW = 1;

  /// RFC 4226 (4) recommends 160 bits.
  private static final int OCTETS = 20;

  private static final int MODULUS = 1_000_000;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final byte[] secret;

  private TimeCode(byte[] secret) {
    this.secret = secret;
  }

  /// Makes one up.
  public static TimeCode make(SecureRandom random) {
    byte[] secret = new byte[OCTETS];
    random.nextBytes(secret);
    return new TimeCode(secret);
  }

  /// Reads [#base32].
  ///
  /// @return empty where it is not one, or is shorter than 128 bits
  public static Optional<TimeCode> parse(String text) {
    String letters = text.replace(" ", "").toUpperCase(Locale.ROOT);
    byte[] octets = new byte[letters.length() * 5 / 8];
    int bits = 0;
    int have = 0;
    int n = 0;
    for (int i = 0; i < letters.length(); i++) {
      int value = BASE32.indexOf(letters.charAt(i));
      if (value < 0) {
        return Optional.empty();
      }
      bits = ((bits << 5) | value) & 0xfff;
      have += 5;
      if (have >= 8) {
        have -= 8;
        octets[n++] = (byte) (bits >> have);
      }
    }
    return octets.length < 16 || octets.length > 64
        ? Optional.empty()
        : Optional.of(new TimeCode(octets));
  }

  /// The secret as people type it into a program.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc4648#section-6 RFC 4648, section 6: Base 32 Encoding
  public String base32() {
    var out = new StringBuilder();
    int bits = 0;
    int have = 0;
    for (byte octet : secret) {
      bits = ((bits << 8) | (octet & 0xff)) & 0xfff;
      have += 8;
      while (have >= 5) {
        have -= 5;
        out.append(BASE32.charAt((bits >> have) & 31));
      }
    }
    if (have > 0) {
      out.append(BASE32.charAt((bits << (5 - have)) & 31));
    }
    return out.toString();
  }

  /// What a program reads from a picture.
  ///
  /// @param server the name of this server
  /// @param user whose code it is
  public String uri(String server, String user) {
    String issuer = escaped(server);
    return "otpauth://totp/"
        + issuer
        + ":"
        + escaped(user)
        + "?secret="
        + base32()
        + "&issuer="
        + issuer
        + "&algorithm=SHA1&digits="
        + DIGITS
        + "&period="
        + STEP.toSeconds();
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// The step of time that a code belongs to; empty where it is none of this time.
  ///
  /// @param typed what a person typed, with spaces if any
  /// @param after the step of the last code that was taken: codes up to that are not taken again
  /// @spec https://www.rfc-editor.org/rfc/rfc6238#section-5.2 RFC 6238, section 5.2: the verifier
  ///   MUST NOT accept the second attempt of the OTP
  public Optional<Long> step(String typed, Instant now, long after) {
    String code = typed.replace(" ", "");
    if (!code.matches("[0-9]{" + DIGITS + "}")) {
      return Optional.empty();
    }
    byte[] octets = code.getBytes(StandardCharsets.US_ASCII);
    long here = now.getEpochSecond() / STEP.toSeconds();
    Optional<Long> found = Optional.empty();
    for (long step = here - WINDOW; step <= here + WINDOW; step++) {
      boolean same = MessageDigest.isEqual(octets, code(step).getBytes(StandardCharsets.US_ASCII));
      if (same && step > after) {
        found = Optional.of(step);
      }
    }
    return found;
  }

  /// The code of this moment.
  public String at(Instant now) {
    return code(now.getEpochSecond() / STEP.toSeconds());
  }

  private String code(long step) {
    byte[] counter = new byte[8];
    for (int i = 0; i < 8; i++) {
      counter[i] = (byte) (step >> (56 - 8 * i));
    }
    byte[] mac = hmac(counter);
    int offset = mac[mac.length - 1] & 15;
    int value = ByteBuffer.wrap(mac).getInt(offset) & Integer.MAX_VALUE;
    return String.format(Locale.ROOT, "%0" + DIGITS + "d", value % MODULUS);
  }

  private byte[] hmac(byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret, "HmacSHA1"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA1", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimeCode code && MessageDigest.isEqual(secret, code.secret);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(secret);
  }

  /// Never the secret.
  @Override
  public String toString() {
    return "TimeCode";
  }
}
