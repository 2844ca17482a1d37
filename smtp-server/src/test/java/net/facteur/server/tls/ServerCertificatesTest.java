package net.facteur.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.SslContext;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCertificatesTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

  @TempDir Path directory;
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private long writes;
  private CertificateAuthority authority;

  @BeforeEach
  void createAuthority() {
    authority = new CertificateAuthority("Trial CA", Duration.ofDays(30), () -> now, RANDOM);
  }

  @Test
  void servesByExactNameThenByWildcardThenTheFirst() throws Exception {
    var first = files("first", issue("mail.example.org"));
    var wild = files("wild", issue("*.example.net"));
    var exact = files("exact", issue("mx.example.net"));
    try (var served = load(SwapGuard.ALLOW, first, wild, exact)) {
      assertEquals(
          "mail.example.org", served.certificates().getFirst().names().getFirst().toString());
      assertEquals("mail.example.org", name(served, "mail.example.org"));
      assertEquals("mx.example.net", name(served, "MX.Example.NET"));
      assertEquals("*.example.net", name(served, "other.example.net"));
      assertEquals("mail.example.org", name(served, "deep.other.example.net"));
      assertEquals("mail.example.org", name(served, "example.net"));
      assertEquals("mail.example.org", name(served, "not a name"));
    }
  }

  @Test
  void namesInTheSettingsGoBeforeThoseInTheCertificate() throws Exception {
    var first = files("first", issue("mail.example.org"));
    var second = files("second", issue("mx.example.net"));
    var renamed =
        new CertificateFiles(List.of(HostPattern.of("smtp.test")), second.chain(), second.key());
    try (var served = load(SwapGuard.ALLOW, first, renamed)) {
      assertEquals(
          "CN=mx.example.net",
          served.certificate("smtp.test").leaf().getSubjectX500Principal().getName());
      assertEquals("mail.example.org", name(served, "mx.example.net"));
    }
  }

  @ParameterizedTest
  @EnumSource(TlsSettings.Provider.class)
  void contextsSpeakModernTlsOnly(TlsSettings.Provider provider) throws Exception {
    var settings =
        new TlsSettings(
            List.of(files("a", issue("mail.example.org"))), Duration.ofSeconds(1), provider);
    try (var served = new ServerCertificates(settings, SwapGuard.ALLOW, () -> now)) {
      var engine = served.byDefault().newEngine(io.netty.buffer.ByteBufAllocator.DEFAULT);
      try {
        for (String protocol : engine.getEnabledProtocols()) {
          assertTrue(List.of("TLSv1.2", "TLSv1.3", "SSLv2Hello").contains(protocol), protocol);
        }
        assertTrue(List.of(engine.getEnabledProtocols()).contains("TLSv1.3"));
        for (String cipher : engine.getEnabledCipherSuites()) {
          assertTrue(cipher.contains("GCM") || cipher.contains("CHACHA20"), cipher);
          assertTrue(cipher.startsWith("TLS_ECDHE") || !cipher.contains("_WITH_"), cipher);
        }
      } finally {
        io.netty.util.ReferenceCountUtil.release(engine);
      }
    }
  }

  @Test
  void aRenewedPairGoesIntoServiceWithoutARestart() throws Exception {
    var files = files("a", issue("mail.example.org"));
    try (var served = load(SwapGuard.ALLOW, files)) {
      SslContext before = served.byDefault();
      assertFalse(served.refresh());
      ServerCertificate renewed = issue("mail.example.org");
      write(files, renewed);
      assertTrue(served.refresh());
      assertEquals(renewed.leaf(), served.certificates().getFirst().leaf());
      assertNotEquals(before, served.byDefault());
      assertFalse(served.refresh());
    }
  }

  @Test
  void aConnectionUnderWayOutlivesTheSwap() throws Exception {
    var files = files("a", issue("mail.example.org"));
    try (var served = load(SwapGuard.ALLOW, files)) {
      SslContext before = served.byDefault();
      write(files, issue("mail.example.org"));
      assertTrue(served.refresh());
      now = now.plusSeconds(30);
      served.refresh();
      // Looked up before the swap, used after it.
      var engine = before.newEngine(io.netty.buffer.ByteBufAllocator.DEFAULT);
      now = now.plusSeconds(300);
      served.refresh();
      assertTrue(engine.getEnabledProtocols().length > 0);
      io.netty.util.ReferenceCountUtil.release(engine);
    }
  }

  @Test
  void aHalfWrittenPairKeepsTheOldOneUntilItIsWhole() throws Exception {
    ServerCertificate old = issue("mail.example.org");
    var files = files("a", old);
    try (var served = load(SwapGuard.ALLOW, files)) {
      ServerCertificate renewed = issue("mail.example.org");
      writeChain(files, renewed);
      assertFalse(served.refresh(), "certificate without its key");
      assertEquals(old.leaf(), served.certificates().getFirst().leaf());
      Files.writeString(files.key(), "garbage");
      touch(files.key());
      assertFalse(served.refresh());
      Files.delete(files.key());
      assertFalse(served.refresh());
      writeKey(files, renewed);
      assertTrue(served.refresh());
      assertEquals(renewed.leaf(), served.certificates().getFirst().leaf());
    }
  }

  @Test
  void anExpiredOrFutureCertificateIsNotPutIntoService() throws Exception {
    ServerCertificate old = issue("mail.example.org");
    var files = files("a", old);
    try (var served = load(SwapGuard.ALLOW, files)) {
      Instant today = now;
      now = today.minus(Duration.ofDays(60));
      ServerCertificate expired = issue("mail.example.org");
      now = today.plus(Duration.ofDays(60));
      ServerCertificate future = issue("mail.example.org");
      now = today;
      write(files, expired);
      assertFalse(served.refresh());
      write(files, future);
      assertFalse(served.refresh());
      assertEquals(old.leaf(), served.certificates().getFirst().leaf());
      now = today.plus(Duration.ofDays(60));
      assertTrue(served.refresh(), "the same files, once their time has come");
    }
  }

  @Test
  void otherSettingsDoNotPutIntoServiceWhatTheGuardHoldsBack() throws Exception {
    List<HostPattern> names = List.of(HostPattern.of("smtp.example.com"));
    ServerCertificate old = issue("smtp.example.com");
    var first = files("a", issue("mail.example.org"));
    var files = files("b", old);
    var named = new CertificateFiles(names, files.chain(), files.key());
    ServerCertificate next = issue("mail.example.org");
    ServerCertificate renewed = issue("smtp.example.com");
    Instant today = now;
    now = today.minus(Duration.ofDays(60));
    ServerCertificate expired = issue("smtp.example.com");
    now = today;
    SwapGuard later =
        (current, _) -> Optional.of("not yet").filter(_ -> current.contains(old.leaf()));
    try (var served = load(SwapGuard.ALLOW, first, named)) {
      write(first, next);
      write(files, expired);
      TlsSettings same = TlsSettings.of(first, named);
      try (var following = served.followedBy(same, SwapGuard.ALLOW)) {
        assertEquals(next.leaf(), following.certificates().getFirst().leaf());
        assertFalse(following.refresh());
        assertEquals(old.leaf(), following.certificate("smtp.example.com").leaf());
      }
      write(files, renewed);
      try (var following = served.followedBy(same, later)) {
        assertFalse(following.refresh());
        assertEquals(old.leaf(), following.certificate("smtp.example.com").leaf());
      }
      try (var following = served.followedBy(same, SwapGuard.ALLOW)) {
        assertTrue(following.refresh());
        assertEquals(renewed.leaf(), following.certificate("smtp.example.com").leaf());
      }
    }
  }

  @Test
  void theGuardMayHoldACertificateBackAndIsAskedAgain() throws Exception {
    ServerCertificate old = issue("mail.example.org");
    var files = files("a", old);
    var answer =
        new Object() {
          Optional<String> value = Optional.of("its TLSA record is not visible yet");
        };
    try (var served = load((current, next) -> answer.value, files)) {
      write(files, issue("mail.example.org"));
      assertFalse(served.refresh());
      assertFalse(served.refresh());
      assertEquals(old.leaf(), served.certificates().getFirst().leaf());
      answer.value = Optional.empty();
      assertTrue(served.refresh());
    }
  }

  @Test
  void readsEveryUsualFormOfKey() throws Exception {
    KeyPair rsa = keys("RSA", 2048);
    assertLoads(pem(rsa.getPrivate()), rsa, "PKCS#1 RSA");
    assertLoads(pkcs8(rsa.getPrivate()), rsa, "PKCS#8 RSA");
    KeyPair ec = keys("EC", 256);
    assertLoads(pem(ec.getPrivate()), ec, "SEC1 EC");
    assertLoads(pkcs8(ec.getPrivate()), ec, "PKCS#8 EC");
    assertLoads(
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
            + pem(ec.getPrivate()),
        ec,
        "as openssl ecparam -genkey writes it");
  }

  @Test
  void readsWhatAnEditorOfWindowsSaved() throws Exception {
    ServerCertificate certificate = issue("mail.example.org");
    var files = files("a", certificate);
    for (Path file : List.of(files.chain(), files.key())) {
      Files.writeString(file, "\uFEFF" + Files.readString(file).replace("\n", "\r\n"));
    }
    try (var served = load(SwapGuard.ALLOW, files)) {
      assertEquals(certificate.leaf(), served.certificates().getFirst().leaf());
    }
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    ServerCertificate good = issue("mail.example.org");
    var files = files("a", good);
    assertRefused(
        "no such file", new CertificateFiles(List.of(), directory.resolve("x"), files.key()));
    assertRefused("no certificate in it", CertificateFiles.of(files.key(), files.key()));
    assertRefused("no private key in it", CertificateFiles.of(files.chain(), files.chain()));
    var other = files("b", issue("mail.example.org"));
    assertRefused(
        "not the key of the certificate", CertificateFiles.of(files.chain(), other.key()));
    KeyPair rsa = keys("RSA", 2048);
    Path rsaKey = Files.writeString(directory.resolve("rsa.key"), pem(rsa.getPrivate()));
    assertRefused("not the key of the certificate", CertificateFiles.of(files.chain(), rsaKey));
    Path encrypted = Files.writeString(directory.resolve("enc.key"), encrypted(rsa.getPrivate()));
    assertRefused("encrypted", CertificateFiles.of(files.chain(), encrypted));
    Path ed =
        Files.writeString(directory.resolve("ed.key"), pkcs8(keys("Ed25519", 0).getPrivate()));
    assertRefused("clients expect RSA or ECDSA", CertificateFiles.of(files.chain(), ed));
    Path wrongOrder = directory.resolve("order.pem");
    CertificateAuthority.write(List.of(good.leaf(), other(good)), wrongOrder);
    assertRefused("did not issue", CertificateFiles.of(wrongOrder, files.key()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void brokenFilesAreRefusedNotThrown(long seed) throws Exception {
    var files = files("a", issue("mail.example.org"));
    byte[] chain = Files.readAllBytes(files.chain());
    var random = new java.util.SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      byte[] broken = chain.clone();
      for (int i = 0; i < 4; i++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      Files.write(files.chain(), broken);
      try {
        PemFiles.read(files);
      } catch (InvalidCertificateException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("a.pem"), "seed " + seed + ": " + e);
      }
    }
  }

  @Test
  void noticesAKeyThatOthersCanRead() throws Exception {
    var files = files("a", issue("mail.example.org"));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())));
    assertFalse(PemFiles.openToOthers(files.key()));
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r-----"));
    assertTrue(PemFiles.openToOthers(files.key()));
  }

  private void assertLoads(String keyPem, KeyPair keys, String form) throws Exception {
    Path chain = directory.resolve("form.pem");
    Path key = Files.writeString(directory.resolve("form.key"), keyPem);
    CertificateAuthority.write(
        List.of(
            certificate(
                keys,
                keys.getPrivate().getAlgorithm().equals("RSA")
                    ? "SHA256withRSA"
                    : "SHA256withECDSA")),
        chain);
    try (var served = load(SwapGuard.ALLOW, CertificateFiles.of(chain, key))) {
      assertEquals(keys.getPublic(), served.certificates().getFirst().leaf().getPublicKey(), form);
    }
  }

  private void assertRefused(String reason, CertificateFiles files) {
    var e =
        assertThrows(InvalidCertificateException.class, () -> load(SwapGuard.ALLOW, files).close());
    assertTrue(String.valueOf(e.getMessage()).contains(reason), e::toString);
  }

  private ServerCertificates load(SwapGuard guard, CertificateFiles... files) throws Exception {
    return new ServerCertificates(TlsSettings.of(files), guard, () -> now);
  }

  private static String name(ServerCertificates served, String asked) {
    return served.certificate(asked).names().getFirst().toString();
  }

  private ServerCertificate issue(String name) {
    return authority.issue(List.of(HostPattern.of(name)), List.of());
  }

  private X509Certificate other(ServerCertificate certificate) {
    return issue(certificate.names().getFirst().name().text()).leaf();
  }

  private CertificateFiles files(String name, ServerCertificate certificate) throws Exception {
    var files =
        CertificateFiles.of(directory.resolve(name + ".pem"), directory.resolve(name + ".key"));
    write(files, certificate);
    return files;
  }

  private void write(CertificateFiles files, ServerCertificate certificate) throws Exception {
    writeChain(files, certificate);
    writeKey(files, certificate);
  }

  private void writeChain(CertificateFiles files, ServerCertificate certificate) throws Exception {
    CertificateAuthority.write(List.of(certificate.leaf(), authority.certificate()), files.chain());
    touch(files.chain());
  }

  private void writeKey(CertificateFiles files, ServerCertificate certificate) throws Exception {
    CertificateAuthority.write(certificate.key(), files.key());
    touch(files.key());
  }

  /// Two writes within one tick of the file system's clock still differ.
  private void touch(Path file) throws Exception {
    Files.setLastModifiedTime(file, FileTime.from(now.plusMillis(++writes)));
  }

  private X509Certificate certificate(KeyPair keys, String algorithm) throws Exception {
    var name = new X500Name("CN=self.test");
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            java.math.BigInteger.valueOf(4711),
            java.util.Date.from(now.minusSeconds(60)),
            java.util.Date.from(now.plusSeconds(86400)),
            name,
            keys.getPublic());
    var signer =
        new JcaContentSignerBuilder(algorithm).setProvider(BOUNCY_CASTLE).build(keys.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static KeyPair keys(String algorithm, int size) throws Exception {
    var generator = KeyPairGenerator.getInstance(algorithm, BOUNCY_CASTLE);
    if (size > 0) {
      generator.initialize(size);
    }
    return generator.generateKeyPair();
  }

  private static String pem(PrivateKey key) throws Exception {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(key);
    }
    return text.toString();
  }

  private static String pkcs8(PrivateKey key) throws Exception {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(new org.bouncycastle.openssl.jcajce.JcaPKCS8Generator(key, null));
    }
    return text.toString();
  }

  private static String encrypted(PrivateKey key) throws Exception {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          key,
          new JcePEMEncryptorBuilder("AES-128-CBC")
              .setProvider(BOUNCY_CASTLE)
              .build("x".toCharArray()));
    }
    return text.toString();
  }
}
