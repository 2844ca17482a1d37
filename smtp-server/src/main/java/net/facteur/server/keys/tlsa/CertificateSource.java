package net.facteur.server.keys.tlsa;

import java.nio.file.Files;
import net.facteur.server.language.Text;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.CertificateFiles;

/// Where renewed certificates come from.
@FunctionalInterface
public interface CertificateSource {
  /// What lies there now.
  Found look();

  /// What may lie there.
  sealed interface Found {
    /// Nothing.
    record Nothing() implements Found {}

    /// A certificate with its key.
    record Pair(ServerCertificate certificate) implements Found {}

    /// Something that cannot be used.
    ///
    /// @param why for people; names the file
    record Unusable(Text why) implements Found {}
  }

  /// Two files.
  static CertificateSource of(CertificateFiles files) {
    return () -> {
      if (!Files.exists(files.chain()) && !Files.exists(files.key())) {
        return new Found.Nothing();
      }
      try {
        return new Found.Pair(PemFiles.read(files));
      } catch (InvalidCertificateException e) {
        return new Found.Unusable(e.said());
      }
    };
  }
}
