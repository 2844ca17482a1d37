package net.facteur.server.net;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;

/// The `tls-server-end-point` channel binding, which ties a SCRAM exchange to the certificate the
/// client saw.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5929#section-4 RFC 5929, section 4: The
///   'tls-server-end-point' Channel Binding Type
final class ChannelBinding {
  private ChannelBinding() {}

  /// The hash of `certificate` with the hash function of its signature.
  ///
  /// @return empty where the signature has no single hash function (such as Ed25519), for which the
  ///   binding is undefined
  static Optional<byte[]> tlsServerEndPoint(X509Certificate certificate) {
    return digestName(certificate).flatMap(name -> digest(name, certificate));
  }

  private static Optional<String> digestName(X509Certificate certificate) {
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.equals("RSASSA-PSS")) {
      return pssDigest(certificate).map(ChannelBinding::atLeastSha256);
    }
    int with = algorithm.indexOf("WITH");
    if (with <= 0) {
      return Optional.empty();
    }
    return Optional.of(atLeastSha256(algorithm.substring(0, with)));
  }

  private static Optional<String> pssDigest(X509Certificate certificate) {
    byte[] encoded = certificate.getSigAlgParams();
    if (encoded == null) {
      return Optional.empty();
    }
    try {
      var parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(encoded);
      return Optional.of(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
    } catch (NoSuchAlgorithmException | InvalidParameterSpecException | IOException _) {
      return Optional.empty();
    }
  }

  /// RFC 5929, section 4.1: MD5 and SHA-1 give way to SHA-256. JDK names: `SHA-384` from `SHA384`.
  private static String atLeastSha256(String name) {
    return switch (name) {
      case "MD5", "SHA1", "SHA-1" -> "SHA-256";
      case "SHA224", "SHA256", "SHA384", "SHA512" -> "SHA-" + name.substring(3);
      default -> name;
    };
  }

  private static Optional<byte[]> digest(String name, X509Certificate certificate) {
    try {
      return Optional.of(MessageDigest.getInstance(name).digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException _) {
      return Optional.empty();
    }
  }
}
