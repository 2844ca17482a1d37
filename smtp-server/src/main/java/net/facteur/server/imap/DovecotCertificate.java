package net.facteur.server.imap;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.FileStamp;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Shows Dovecot the certificate in service: a copy at a path that stays, and a word to Dovecot
/// whenever it changed.
public final class DovecotCertificate implements Upkeep.Chore {
  private static final Logger LOG = LogManager.getLogger(DovecotCertificate.class);

  private final Supplier<ImapSettings> settings;
  private final Supplier<Optional<ServerCertificate>> inService;
  private boolean untold;

  /// @param settings those in force
  /// @param inService the certificate that is shown by default at this moment
  public DovecotCertificate(
      Supplier<ImapSettings> settings, Supplier<Optional<ServerCertificate>> inService) {
    this.settings = settings;
    this.inService = inService;
  }

  @Override
  public String name() {
    return "certificate of Dovecot";
  }

  @Override
  public String stamp() {
    ImapSettings now = settings.get();
    if (!now.joined()) {
      return "apart";
    }
    return FileStamp.of(now.certificate(), now.key())
        + " "
        + inService.get().map(ServerCertificate::leaf).map(Object::hashCode).orElse(0)
        + (untold ? " untold" : "");
  }

  @Override
  public void advance() throws IOException {
    ImapSettings now = settings.get();
    if (!now.joined()) {
      return;
    }
    Optional<ServerCertificate> certificate = inService.get();
    if (certificate.isPresent() && write(now, certificate.get())) {
      untold = true;
    }
    if (untold) {
      // It may not run, or not have the socket yet: it reads the files whenever it starts.
      now.doveadmSocket().reload();
      untold = false;
      LOG.info("Dovecot now shows the {}", certificate.map(Object::toString).orElse("certificate"));
    }
  }

  /// Writes the copy.
  ///
  /// @return false where it was there already
  public static boolean write(ImapSettings settings, ServerCertificate certificate)
      throws IOException {
    if (shown(settings).filter(there -> same(there, certificate)).isPresent()) {
      return false;
    }
    DurableDirectory.secret(settings.home()).make();
    CertificateAuthority.write(certificate.key(), settings.key());
    CertificateAuthority.write(certificate.chain(), settings.certificate());
    return true;
  }

  private static boolean same(ServerCertificate one, ServerCertificate other) {
    return one.chain().equals(other.chain())
        && Arrays.equals(one.key().getEncoded(), other.key().getEncoded());
  }

  private static Optional<ServerCertificate> shown(ImapSettings settings) {
    try {
      return Optional.of(
          PemFiles.read(CertificateFiles.of(settings.certificate(), settings.key())));
    } catch (InvalidCertificateException _) {
      return Optional.empty();
    }
  }
}
