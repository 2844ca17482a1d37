package net.facteur.server.keys.tlsa;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.CertificateFiles;

/// Certificates as directories of two files each, `fullchain.pem` and `privkey.pem`.
///
/// @param directory mode 0700
public record CertificateDirectory(Path directory) implements CertificateStore {
  /// The certificate and those of its issuers.
  public static final String CHAIN = "fullchain.pem";

  /// The private key.
  public static final String KEY = "privkey.pem";

  /// Where a renewed certificate may be dropped.
  public static CertificateFiles filesIn(Path directory) {
    return CertificateFiles.of(directory.resolve(CHAIN), directory.resolve(KEY));
  }

  @Override
  public void add(ServerCertificate certificate) throws IOException {
    Path place = directory.resolve(CertificateStore.name(certificate));
    if (Files.isDirectory(place)) {
      return;
    }
    Path fresh = directory.resolve(place.getFileName() + ".new");
    DurableDirectory.secret(fresh).make();
    CertificateFiles files = filesIn(fresh);
    CertificateAuthority.write(certificate.chain(), files.chain());
    CertificateAuthority.write(certificate.key(), files.key());
    DurableDirectory.secret(fresh).rename(place);
  }

  @Override
  public ServerCertificate read(String name) throws InvalidCertificateException {
    return PemFiles.read(files(name));
  }

  @Override
  public CertificateFiles files(String name) {
    return filesIn(directory.resolve(name));
  }
}
