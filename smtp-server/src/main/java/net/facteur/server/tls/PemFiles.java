package net.facteur.server.tls;

import static net.facteur.server.tls.TlsTexts.SAY;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/// Reads a certificate chain and its key from PEM files, and checks that they can serve.
public final class PemFiles {
  private static final long MAX_OCTETS = 1 << 20;

  /// What editors of Windows write before the first line, read as Latin-1.
  private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

  private static final int MAX_CERTIFICATES = 16;
  private static final int SUBJECT_ALTERNATIVE_DNS = 2;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private PemFiles() {}

  /// Reads and checks a pair: the chain in order, the key matching the first certificate.
  ///
  /// @throws InvalidCertificateException where they cannot serve
  public static ServerCertificate read(CertificateFiles files) throws InvalidCertificateException {
    List<X509Certificate> chain = chain(files.chain());
    PrivateKey key = key(files.key());
    X509Certificate leaf = chain.getFirst();
    checkOrder(files.chain(), chain);
    checkMatch(files, leaf, key);
    List<HostPattern> names = files.names().isEmpty() ? names(leaf) : files.names();
    return new ServerCertificate(names, chain, key);
  }

  /// The certificate of a pair of files, checked like one that goes into service.
  ///
  /// @throws InvalidCertificateException where the files cannot be used
  public static X509Certificate certificate(CertificateFiles files)
      throws InvalidCertificateException {
    return read(files).leaf();
  }

  /// @throws InvalidCertificateException where `certificate` is not valid at `now`
  static void checkValidity(Path file, X509Certificate certificate, Instant now)
      throws InvalidCertificateException {
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new InvalidCertificateException(
          SAY.early(file, certificate.getNotBefore().toInstant()));
    }
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new InvalidCertificateException(
          SAY.expired(file, certificate.getNotAfter().toInstant()));
    }
  }

  /// True where somebody other than the owner may read or change the file.
  static boolean openToOthers(Path file) {
    try {
      return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  private static List<X509Certificate> chain(Path file) throws InvalidCertificateException {
    return certificates(file, MAX_CERTIFICATES);
  }

  /// The certificates of a file, in order, at least one.
  static List<X509Certificate> certificates(Path file, int max) throws InvalidCertificateException {
    var chain = new ArrayList<X509Certificate>();
    var converter = new JcaX509CertificateConverter();
    try {
      for (Object entry : entries(file)) {
        if (entry instanceof X509CertificateHolder holder) {
          chain.add(converter.getCertificate(holder));
        }
      }
    } catch (CertificateException e) {
      throw new InvalidCertificateException(SAY.noX509(file), e);
    }
    if (chain.isEmpty()) {
      throw new InvalidCertificateException(SAY.noCertificate(file));
    }
    if (chain.size() > max) {
      throw new InvalidCertificateException(SAY.tooMany(file, max));
    }
    return chain;
  }

  private static PrivateKey key(Path file) throws InvalidCertificateException {
    for (Object entry : entries(file)) {
      PrivateKeyInfo info;
      switch (entry) {
        case PEMKeyPair pair -> info = pair.getPrivateKeyInfo();
        case PrivateKeyInfo plain -> info = plain;
        case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
            throw new InvalidCertificateException(SAY.encrypted(file));
        default -> {
          continue;
        }
      }
      return checked(file, info);
    }
    throw new InvalidCertificateException(SAY.noKey(file));
  }

  private static PrivateKey checked(Path file, PrivateKeyInfo info)
      throws InvalidCertificateException {
    PrivateKey key;
    try {
      key = new JcaPEMKeyConverter().getPrivateKey(info);
    } catch (IOException e) {
      throw new InvalidCertificateException(SAY.uselessKey(file), e);
    }
    if (!(key instanceof RSAKey) && !(key instanceof ECKey)) {
      throw new InvalidCertificateException(SAY.oddKey(file, key.getAlgorithm()));
    }
    return key;
  }

  private static List<Object> entries(Path file) throws InvalidCertificateException {
    var entries = new ArrayList<Object>();
    try {
      if (Files.size(file) > MAX_OCTETS) {
        throw new InvalidCertificateException(SAY.large(file));
      }
      // PEM is ASCII; anything else is explanatory text around it.
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      if (text.startsWith(BYTE_ORDER_MARK)) {
        text = text.substring(BYTE_ORDER_MARK.length());
      }
      try (var parser = new PEMParser(new StringReader(text))) {
        for (Object entry = parser.readObject(); entry != null; entry = parser.readObject()) {
          entries.add(entry);
        }
      }
    } catch (NoSuchFileException e) {
      throw new InvalidCertificateException(SAY.missing(file), e);
    } catch (FileSystemException e) {
      throw new InvalidCertificateException(FileTrouble.text(e), e);
    } catch (IOException | RuntimeException e) {
      // The parser lets runtime exceptions of its ASN.1 reader through.
      throw new InvalidCertificateException(SAY.damaged(file), e);
    }
    return entries;
  }

  private static void checkOrder(Path file, List<X509Certificate> chain)
      throws InvalidCertificateException {
    for (int i = 0; i + 1 < chain.size(); i++) {
      try {
        chain.get(i).verify(chain.get(i + 1).getPublicKey());
      } catch (GeneralSecurityException e) {
        throw new InvalidCertificateException(SAY.disorder(file, i + 2, i + 1), e);
      }
    }
  }

  private static void checkMatch(CertificateFiles files, X509Certificate leaf, PrivateKey key)
      throws InvalidCertificateException {
    byte[] probe = leaf.getSerialNumber().toByteArray();
    String algorithm = key instanceof RSAKey ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(probe);
      byte[] signature = signing.sign();
      var verifying = Signature.getInstance(algorithm);
      verifying.initVerify(leaf.getPublicKey());
      verifying.update(probe);
      if (verifying.verify(signature)) {
        return;
      }
    } catch (SignatureException | java.security.InvalidKeyException _) {
      // Of another kind or size: the same answer as a signature that does not verify.
    } catch (GeneralSecurityException e) {
      throw new InvalidCertificateException(SAY.uselessKey(files.key()), e);
    }
    throw new InvalidCertificateException(SAY.otherKey(files.key(), files.chain()));
  }

  private static List<HostPattern> names(X509Certificate leaf) {
    var names = new ArrayList<HostPattern>();
    Collection<List<?>> alternatives;
    try {
      Collection<List<?>> found = leaf.getSubjectAlternativeNames();
      alternatives = found == null ? List.of() : found;
    } catch (CertificateException _) {
      return List.of();
    }
    for (List<?> alternative : alternatives) {
      if (alternative.get(0).equals(SUBJECT_ALTERNATIVE_DNS)
          && alternative.get(1) instanceof String text) {
        boolean wildcard = text.startsWith("*.");
        if (DomainName.parse(wildcard ? text.substring(2) : text)
            instanceof Parsed.Ok<DomainName>(DomainName name)) {
          names.add(new HostPattern(wildcard, name));
        }
      }
    }
    return names;
  }
}
