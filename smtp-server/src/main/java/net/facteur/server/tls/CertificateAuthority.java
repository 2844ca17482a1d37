package net.facteur.server.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.files.Access;
import net.facteur.server.files.DurableFile;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A throw-away certificate authority (ECDSA P-256) for trials and tests. Its key lives in memory
/// only and dies with the process.
public final class CertificateAuthority {
  /// Backdates certificates, since clocks differ.
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final SecureRandom random;
  private final Duration validity;
  private final KeyPair keys;
  private final X509Certificate certificate;

  /// Makes a new key and the certificate of the authority itself.
  ///
  /// @param commonName its name, for people
  /// @param validity of its own certificate and of each that it issues
  public CertificateAuthority(
      String commonName, Duration validity, InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
    this.validity = validity;
    this.keys = generateKeys();
    X500Name name = name(commonName);
    this.certificate =
        sign(
            name,
            name,
            keys,
            List.of(),
            new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign),
            true);
  }

  /// The certificate that clients must trust.
  public X509Certificate certificate() {
    return certificate;
  }

  /// Issues a certificate with a fresh key.
  ///
  /// @param hosts at least one; names such as `mail.example.org` or `*.example.org`
  /// @param addresses for clients that connect by address
  public ServerCertificate issue(List<HostPattern> hosts, List<InetAddress> addresses) {
    KeyPair subject = generateKeys();
    var names = new ArrayList<GeneralName>();
    hosts.forEach(h -> names.add(new GeneralName(GeneralName.dNSName, h.toString())));
    addresses.forEach(a -> names.add(new GeneralName(GeneralName.iPAddress, a.getHostAddress())));
    X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    X509Certificate leaf =
        sign(
            issuer,
            name(hosts.getFirst().toString()),
            subject,
            names,
            new KeyUsage(KeyUsage.digitalSignature),
            false);
    return new ServerCertificate(hosts, List.of(leaf), subject.getPrivate());
  }

  /// Issues a certificate for one host.
  public ServerCertificate issue(DomainName host) {
    return issue(List.of(new HostPattern(false, host)), List.of());
  }

  private X509Certificate sign(
      X500Name issuer,
      X500Name subject,
      KeyPair subjectKeys,
      List<GeneralName> names,
      KeyUsage usage,
      boolean authority) {
    Instant now = clock.instant();
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(127, random),
            Date.from(now.minus(SKEW)),
            Date.from(now.plus(validity)),
            subject,
            subjectKeys.getPublic());
    try {
      var extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(Extension.keyUsage, true, usage);
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(subjectKeys.getPublic()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(keys.getPublic()));
      if (!authority) {
        builder.addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(new GeneralName[0])));
      }
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate could not be made", e);
    }
  }

  private KeyPair generateKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
  }

  /// Writes certificates as PEM, in order; an existing file is replaced.
  public static void write(List<X509Certificate> certificates, Path file) throws IOException {
    write(file, Access.PUBLIC, certificates);
  }

  /// Writes a private key as PEM (PKCS#8), readable by its owner only from its first octet on; an
  /// existing file is replaced.
  public static void write(PrivateKey key, Path file) throws IOException {
    write(file, Access.PRIVATE, List.of(PrivateKeyPem.of(key)));
  }

  /// Writes both halves of a key as PEM, readable by its owner only.
  static void write(KeyPair key, Path file) throws IOException {
    write(file, Access.PRIVATE, List.of(PrivateKeyPem.of(key.getPrivate()), key.getPublic()));
  }

  private static void write(Path file, Access access, List<?> objects) throws IOException {
    var text = new StringWriter();
    try (var pem = new JcaPEMWriter(text)) {
      for (Object object : objects) {
        pem.writeObject(object);
      }
    }
    new DurableFile(file, access).replace(text.toString());
  }
}
