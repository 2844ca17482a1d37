package net.facteur.auth.dkim;

import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;

/// Keys and generated messages for the tests of this package.
final class Samples {
  static final DomainName DOMAIN = DomainName.of("example.com");
  static final DkimPrivateKey RSA = generate(KeyType.RSA, 1024);
  static final DkimPrivateKey EDWARDS = generate(KeyType.ED25519, 0);

  private Samples() {}

  private static DkimPrivateKey generate(KeyType type, int bits) {
    try {
      return DkimPrivateKey.generate(type, bits, SecureRandom.getInstance("SHA1PRNG"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A new RSA key.
  static DkimPrivateKey key(int bits) {
    return generate(KeyType.RSA, bits);
  }

  static SigningKey key(DkimPrivateKey key, String selector) {
    try {
      DkimSigner.Crypto crypto = DkimCrypto.standard().signer(key);
      return new SigningKey(DOMAIN, DomainName.of(selector), key.algorithm(), crypto);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Resolver zone(String... namesAndRecords) {
    var zone = new java.util.HashMap<String, Object>();
    for (int i = 0; i < namesAndRecords.length; i += 2) {
      zone.put(namesAndRecords[i], Map.of("TXT", List.of(List.of(namesAndRecords[i + 1]))));
    }
    return ZoneResolver.of(zone);
  }

  /// Both keys of [#DOMAIN].
  static Resolver zone() {
    return zone(
        "rsa._domainkey.example.com", RSA.record().print(),
        "ed._domainkey.example.com", EDWARDS.record().print());
  }

  static <T> T pick(RandomGenerator random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /// A message with what canonicalization is about: folds, runs of white space, empty lines, long
  /// words, repeated and empty fields.
  static Eml message(RandomGenerator random) {
    var header = new StringBuilder("From: Alice <alice@example.com>\r\n");
    int fields = random.nextInt(8);
    var names =
        List.of(
            "To", "Subject", "subject", "SUBJECT", "Cc", "Date", "X-Other", "List-Id", "Received");
    for (int i = 0; i < fields; i++) {
      header.append(pick(random, names)).append(pick(random, List.of(":", ": ", ":  ", ":\t")));
      int words = random.nextInt(6);
      for (int w = 0; w < words; w++) {
        header
            .append(pick(random, List.of("a", "Word", "=3B", "x;y", "@", "\u00e9", "b:c")))
            .append(pick(random, List.of(" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t ", "")));
      }
      header.append("x").append(pick(random, List.of("", " ", "\t"))).append("\r\n");
    }
    return new Eml(
        Eml.of(header + "\r\n").header(),
        body(random, random.nextInt(400)).getBytes(StandardCharsets.ISO_8859_1));
  }

  /// A body of `pieces` pieces, with CR and LF in pairs only.
  static String body(RandomGenerator random, int pieces) {
    return text(random, pieces, BODY_PIECES);
  }

  /// A body of pieces that no mail should have.
  static String wildBody(RandomGenerator random, int pieces) {
    var all = new ArrayList<>(BODY_PIECES);
    all.addAll(List.of("\r", "\n", "\0", "\r\r\n", "!", " !", "\u00ff", "\t\r"));
    return text(random, pieces, all);
  }

  private static final List<String> BODY_PIECES =
      List.of(
          "\r\n",
          "\r\n",
          "\r\n\r\n",
          " ",
          " ",
          "  ",
          "\t",
          " \t ",
          "word",
          "a",
          ".",
          "a longer run of words with single spaces only, as most of the text in most mail is",
          "aVeryLongWordWithoutAnySpaceInItThatGoesOnAndOnAndOnForMoreThanOneBlockOfOctets",
          "\u00e9\u00e8");

  private static String text(RandomGenerator random, int pieces, List<String> from) {
    var out = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      out.append(pick(random, from));
    }
    return out.toString();
  }
}
