package net.facteur.auth.speed;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;

/// What the benchmarks work on: bodies, headers, keys and the fastest library for them.
public final class Fixture {
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z"));
  static final DomainName DOMAIN = DomainName.of("example.com");
  static final DomainName SELECTOR = DomainName.of("s1");

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  static final byte[] HEADER =
      """
      Received: from submit.example.com (submit.example.com [192.0.2.17])
       by mx.example.org with ESMTPS id 4F2A61C0D3 for <bob@example.org>;
       Sun, 22 Nov 2026 11:59:58 +0000
      From: "Alice Example" <alice@example.com>
      To: Bob <bob@example.org>, carol@example.net
      Subject: Minutes of the meeting, and what is to be done until the next one
      Date: Sun, 22 Nov 2026 12:59:57 +0100
      Message-ID: <20261122115957.4F2A61C0D3@submit.example.com>
      In-Reply-To: <CAJz0vQ-8c1d9.17@mail.example.org>
      References: <CAJz0vQ-8c1d9.16@mail.example.org>
       <CAJz0vQ-8c1d9.17@mail.example.org>
      MIME-Version: 1.0
      Content-Type: text/plain; charset=utf-8; format=flowed
      Content-Transfer-Encoding: 8bit
      User-Agent: Example/1.0
      X-Mailer: none
      """
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.ISO_8859_1);

  private Fixture() {}

  /// Kinds of body.
  public enum Kind {
    /// Words with a space between, lines up to 78 octets, now and then an empty line.
    TEXT,
    /// An attachment.
    BASE64,
    /// As `TEXT`, with a space at the end of every line (`format=flowed`).
    FLOWED,
    /// As `TEXT`, with two spaces or a tab after every fourth word: the worst there is.
    RAGGED
  }

  static byte[] body(Kind kind, int octets) {
    var random = new Random(7);
    var body = new StringBuilder(octets + 100);
    while (body.length() < octets) {
      switch (kind) {
        case BASE64 -> {
          for (int i = 0; i < 76; i++) {
            body.append(ALPHABET.charAt(random.nextInt(64)));
          }
        }
        case TEXT, FLOWED, RAGGED -> words(kind, random, body);
      }
      body.append(kind != Kind.BASE64 && random.nextInt(10) == 0 ? "\r\n\r\n" : "\r\n");
    }
    return body.substring(0, octets).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void words(Kind kind, Random random, StringBuilder body) {
    int end = body.length() + 50 + random.nextInt(18);
    while (body.length() < end) {
      for (int i = 1 + random.nextInt(9); i > 0; i--) {
        body.append((char) ('a' + random.nextInt(26)));
      }
      boolean ragged = kind == Kind.RAGGED && random.nextInt(4) == 0;
      body.append(ragged ? random.nextBoolean() ? "  " : "\t" : " ");
    }
    if (kind == Kind.TEXT) {
      body.setLength(body.length() - 1);
    }
  }

  /// The fastest library that runs here: Amazon Corretto's, or else the JDK's.
  static List<Provider> providers() {
    AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
    return corretto.getLoadingError() == null ? List.of(corretto) : List.of();
  }

  static Provider provider(KeyType type) {
    if (type == KeyType.ED25519) {
      return Security.getProvider("SunEC"); // Corretto's reads no such keys
    }
    List<Provider> found = providers();
    return found.isEmpty() ? Security.getProvider("SunRsaSign") : found.getFirst();
  }

  /// Keys by the names that the benchmarks' parameters have.
  public enum Key {
    RSA_2048(KeyType.RSA, 2048),
    RSA_4096(KeyType.RSA, 4096),
    ED25519(KeyType.ED25519, 0);

    private final KeyType type;
    private final int bits;

    Key(KeyType type, int bits) {
      this.type = type;
      this.bits = bits;
    }

    DkimPrivateKey generate() {
      return DkimPrivateKey.generate(type, bits, new SecureRandom());
    }

    Provider provider() {
      return Fixture.provider(type);
    }

    String signature() {
      return type == KeyType.RSA ? "SHA256withRSA" : "Ed25519";
    }

    PrivateKey javaPrivate(DkimPrivateKey key) throws GeneralSecurityException {
      String base64 =
          key.toPem().lines().filter(line -> !line.startsWith("-")).reduce("", String::concat);
      return factory().generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    PublicKey javaPublic(DkimPrivateKey key) throws GeneralSecurityException {
      return factory().generatePublic(new X509EncodedKeySpec(key.publicKey().info().octets()));
    }

    private KeyFactory factory() throws GeneralSecurityException {
      return KeyFactory.getInstance(type == KeyType.RSA ? "RSA" : "Ed25519", provider());
    }
  }

  static DkimSigner signer(DkimPrivateKey key, DkimCrypto crypto) throws GeneralSecurityException {
    var signingKey = new SigningKey(DOMAIN, SELECTOR, key.algorithm(), crypto.signer(key));
    return new DkimSigner(signingKey, DkimSigner.Settings.DEFAULT, CLOCK);
  }

  static Resolver zone(DkimPrivateKey key) {
    String name = SELECTOR + "._domainkey." + DOMAIN;
    return ZoneResolver.of(Map.of(name, Map.of("TXT", List.of(key.record().toTxt().strings()))));
  }
}
