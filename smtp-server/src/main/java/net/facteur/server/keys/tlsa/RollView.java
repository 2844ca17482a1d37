package net.facteur.server.keys.tlsa;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.tls.TlsSettings;

/// What the journal in a directory of certificates says, for those who only look.
///
/// @param keys the states
/// @param directory where the certificates lie
public record RollView(CertificateKeys keys, Path directory) {
  /// Reads it.
  public static RollView of(Path directory) throws IOException {
    return new RollView(RollJournal.in(directory).read(), directory);
  }

  /// The certificates in service: by default the one that the journal says.
  public TlsSettings inService(TlsSettings configured) {
    return keys.active()
        .flatMap(CertificateKeys.Entry::certificate)
        .map(name -> configured.withFirst(new CertificateDirectory(directory).files(name)))
        .orElse(configured);
  }

  /// The records that have to stand in the zone: of the key in service, then of those to come.
  public List<TlsaRecord> wanted() {
    Optional<CertificateKeys.Entry> active = keys.active();
    return java.util.stream.Stream.concat(
            active.stream(), keys.entries().stream().filter(e -> e.state().coming()))
        .map(CertificateKeys.Entry::key)
        .toList();
  }
}
