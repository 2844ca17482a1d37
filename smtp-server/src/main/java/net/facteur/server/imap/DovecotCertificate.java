package net.facteur.server.imap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

/// Shows Dovecot the certificates in service: copies at paths that stay, and a word to Dovecot
/// whenever one changed.
public final class DovecotCertificate implements Upkeep.Chore {
  private static final Logger LOG = LogManager.getLogger(DovecotCertificate.class);

  private final Supplier<ImapSettings> settings;
  private final Supplier<List<ServerCertificate>> inService;
  private boolean untold;
  private boolean absent;

  /// @param settings those in force
  /// @param inService the certificates of this moment: first the one that is shown by default, then
  ///   those for names of their own
  public DovecotCertificate(
      Supplier<ImapSettings> settings, Supplier<List<ServerCertificate>> inService) {
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
    var stamp = new StringBuilder();
    for (Copy copy : copies(now, inService.get())) {
      stamp
          .append(FileStamp.of(copy.files().chain(), copy.files().key()))
          .append(' ')
          .append(copy.certificate().leaf().hashCode())
          .append(' ');
    }
    return stamp + (untold ? "untold" : "");
  }

  @Override
  public void advance() throws IOException {
    ImapSettings now = settings.get();
    if (!now.joined()) {
      return;
    }
    List<ServerCertificate> certificates = inService.get();
    if (write(now, certificates)) {
      untold = true;
    }
    if (untold) {
      tell(now, certificates);
    }
  }

  private void tell(ImapSettings now, List<ServerCertificate> certificates) throws IOException {
    try {
      now.doveadmSocket().reload();
      untold = false;
      absent = false;
      LOG.info("Dovecot now shows each {}", certificates);
    } catch (DovecotAbsentException e) {
      // It reads the files whenever it starts. Said once.
      if (!absent) {
        absent = true;
        LOG.warn(
            "Dovecot does not answer ({}): nobody reads mail, and mail for mailboxes waits. Start"
                + " it (systemctl start dovecot), or type: facteur imap dovecot --apply",
            e.getMessage());
      }
    }
  }

  /// A certificate, and where Dovecot finds it.
  private record Copy(ServerCertificate certificate, CertificateFiles files) {}

  private static List<Copy> copies(ImapSettings settings, List<ServerCertificate> certificates) {
    var copies = new ArrayList<Copy>();
    for (ServerCertificate certificate : certificates) {
      if (copies.isEmpty()) {
        copies.add(new Copy(certificate, settings.shown()));
      } else {
        certificate.names().stream()
            .map(name -> new Copy(certificate, settings.shown(name)))
            .forEach(copies::add);
      }
    }
    return copies;
  }

  /// Writes the copies.
  ///
  /// @param certificates first the one that is shown by default, then those for names of their own
  /// @return false where all were there already
  public static boolean write(ImapSettings settings, List<ServerCertificate> certificates)
      throws IOException {
    boolean changed = false;
    for (Copy copy : copies(settings, certificates)) {
      CertificateFiles files = copy.files();
      if (shown(files).filter(there -> same(there, copy.certificate())).isEmpty()) {
        DurableDirectory.secret(settings.home()).make();
        Path directory = files.chain().getParent();
        if (directory != null) {
          DurableDirectory.secret(directory).make();
        }
        CertificateAuthority.write(copy.certificate().key(), files.key());
        CertificateAuthority.write(copy.certificate().chain(), files.chain());
        changed = true;
      }
    }
    return changed;
  }

  private static boolean same(ServerCertificate one, ServerCertificate other) {
    return one.chain().equals(other.chain())
        && Arrays.equals(one.key().getEncoded(), other.key().getEncoded());
  }

  private static Optional<ServerCertificate> shown(CertificateFiles files) {
    try {
      return Optional.of(PemFiles.read(files));
    } catch (InvalidCertificateException _) {
      return Optional.empty();
    }
  }
}
