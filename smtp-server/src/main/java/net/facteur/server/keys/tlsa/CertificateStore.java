package net.facteur.server.keys.tlsa;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.CertificateFiles;

/// Certificates with their keys, kept under names made of their digests. Nothing is ever changed.
public interface CertificateStore {
  /// Keeps a certificate; may be done again.
  void add(ServerCertificate certificate) throws IOException;

  /// Reads one.
  ///
  /// @throws InvalidCertificateException where it is not there any more, or damaged
  ServerCertificate read(String name) throws InvalidCertificateException;

  /// Where one lies.
  CertificateFiles files(String name);

  /// The name of a certificate: 32 hexadecimal digits.
  static String name(ServerCertificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.leaf().getEncoded());
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    }
  }

  /// True where `text` is such a name.
  static boolean isName(String text) {
    return text.length() == 32
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
