package net.facteur.server.checks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.Journal;
import net.facteur.server.keys.tlsa.Admission;
import net.facteur.server.keys.tlsa.CertificateDirectory;
import net.facteur.server.keys.tlsa.CertificateKeys;
import net.facteur.server.keys.tlsa.CertificateSource;
import net.facteur.server.keys.tlsa.CertificateStore;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.keys.tlsa.RollView;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// Whether certificates and their keys can be used, and which of them go into service.
final class CertificateChecks {
  private final Settings settings;
  private final Found found;
  private final Instant now;
  private final DomainName host;

  /// Where certificates are kept once they were let in.
  private final CertificateDirectory store;

  CertificateChecks(Settings settings, Found found, Instant now) {
    this.settings = settings;
    this.found = found;
    this.now = now;
    this.host = HostSettings.from(settings).name();
    this.store = new CertificateDirectory(RollSettings.from(settings).directory());
  }

  void look() {
    TlsSettings.from(settings).ifPresent(this::served);
    OutboundTlsSettings.from(settings)
        .clientCertificate()
        .map(c -> CertificateFiles.of(c.chain(), c.key()))
        .flatMap(this::pair)
        .flatMap(certificate -> Admission.outdated(certificate.leaf(), now))
        .ifPresent(
            why ->
                found.caution(
                    settings.origin(OutboundTlsSettings.CLIENT_CERTIFICATE),
                    "the certificate that this server shows to others is of no use: " + why,
                    "Name one that is valid: delivery.tls-certificate"));
    authorities();
  }

  private void served(TlsSettings tls) {
    List<CertificateFiles> all = tls.certificates();
    Optional<ServerCertificate> first = pair(all.getFirst());
    inService(all.getFirst(), first);
    for (CertificateFiles files : all.subList(1, all.size())) {
      pair(files).ifPresent(certificate -> ofName(files, certificate));
    }
  }

  /// What two files hold; empty where they cannot be used, which is told.
  private Optional<ServerCertificate> pair(CertificateFiles files) {
    if (!found.usable(files.chain()) || !found.usable(files.key())) {
      return Optional.empty();
    }
    try {
      return Optional.of(PemFiles.read(files));
    } catch (InvalidCertificateException e) {
      found.mistake(
          originOf(files.chain()),
          String.valueOf(e.getMessage()),
          "Name a certificate, with its chain in the same file, and the key that belongs to it."
              + " See what is in a file: openssl x509 -noout -subject -dates -in "
              + files.chain());
      return Optional.empty();
    }
  }

  /// The certificate by default is the one that the journal says, whatever the settings name.
  private void inService(CertificateFiles files, Optional<ServerCertificate> configured) {
    if (!found.usable(store.directory().resolve(Journal.FILE_NAME))) {
      return;
    }
    RollView view;
    try {
      view = RollView.of(store.directory());
    } catch (IOException e) {
      found.mistake(
          new Origin.InFile(store.directory(), 0),
          "the journal of the certificates cannot be used: " + FileTrouble.sentence(e),
          "Take a copy of before. Without one the server begins a new one with tls.certificate,"
              + " once this is moved away: mv "
              + store.directory()
              + " "
              + store.directory()
              + ".old");
      return;
    }
    Optional<String> active = view.keys().active().flatMap(CertificateKeys.Entry::certificate);
    if (active.isEmpty()) {
      configured.ifPresent(certificate -> ofHost(originOf(files.chain()), certificate));
      return;
    }
    Optional<ServerCertificate> serving = stored(active.get());
    serving.ifPresent(
        certificate ->
            ofHost(new Origin.InFile(store.files(active.get()).chain(), 0), certificate));
    if (serving.isEmpty()) {
      return;
    }
    String until = serving.get().leaf().getNotAfter().toInstant().toString();
    configured.ifPresent(
        certificate -> arriving(originOf(files.chain()), files.chain(), certificate, view, until));
    CertificateFiles staged = CertificateDirectory.filesIn(RollSettings.from(settings).staging());
    if (found.usable(staged.chain()) && found.usable(staged.key())) {
      var where = new Origin.InFile(staged.chain(), 0);
      switch (CertificateSource.of(staged).look()) {
        case CertificateSource.Found.Nothing() -> {}
        case CertificateSource.Found.Unusable(String why) ->
            stays(where, staged.chain(), why, until);
        case CertificateSource.Found.Pair(ServerCertificate certificate) ->
            arriving(where, staged.chain(), certificate, view, until);
      }
    }
  }

  /// What lies where renewed certificates come from. One that was let in before has had its turn,
  /// or has it still before it.
  private void arriving(
      Origin where, Path chain, ServerCertificate certificate, RollView view, String until) {
    String name = CertificateStore.name(certificate);
    CertificateKeys keys = view.keys();
    Optional<String> why =
        keys.knows(name)
            ? Optional.empty()
            : new Admission(host, store).misfit(certificate.leaf(), keys, now);
    if (why.isPresent()) {
      stays(where, chain, why.get(), until);
      return;
    }
    boolean coming =
        keys.entries().stream()
            .anyMatch(
                entry -> entry.state().coming() && entry.certificate().equals(Optional.of(name)));
    if (coming || !keys.knows(name)) {
      found.kept(
          where,
          "the certificate in "
              + chain
              + " is not in service yet; it follows by itself as soon as the TLSA records of "
              + host
              + " allow it, and until then the one that is in service, good until "
              + until
              + ", stays",
          "To see where it stands: facteur tls status");
    }
  }

  private void stays(Origin where, Path chain, String why, String until) {
    found.kept(
        where,
        "the certificate in "
            + chain
            + " cannot go into service: "
            + why
            + "; the one that is in service, good until "
            + until
            + ", stays",
        "Put a certificate there that is valid and for "
            + host
            + ". To see more: facteur tls status");
  }

  /// A certificate that was let in before; empty where it is gone or damaged, which is told.
  private Optional<ServerCertificate> stored(String name) {
    CertificateFiles files = store.files(name);
    if (!found.usable(files.chain()) || !found.usable(files.key())) {
      return Optional.empty();
    }
    for (Path file : List.of(files.chain(), files.key())) {
      Optional<NamedFile.Trouble> closed =
          new NamedFile(file, NamedFile.Kind.SECRET).barred(found.reader());
      if (closed.isPresent()) {
        found.mistake(
            new Origin.InFile(file, 0),
            "is of the certificate in service, " + closed.get().what(),
            found.reader().asRoot("chown -R " + found.reader().name() + ": " + store.directory()));
        return Optional.empty();
      }
    }
    try {
      return Optional.of(PemFiles.read(files));
    } catch (InvalidCertificateException e) {
      found.mistake(
          new Origin.InFile(files.chain(), 0),
          "the certificate in service cannot be used: " + e.getMessage(),
          "Take both files from a copy of before. Without one the server begins anew with"
              + " tls.certificate, once this is moved away: mv "
              + store.directory()
              + " "
              + store.directory()
              + ".old");
      return Optional.empty();
    }
  }

  private void ofHost(Origin where, ServerCertificate certificate) {
    Admission.outdated(certificate.leaf(), now)
        .or(() -> Admission.misnamed(certificate.leaf(), host))
        .ifPresent(
            why ->
                found.caution(
                    where,
                    "the certificate is served, but programs of users refuse it: " + why,
                    "Get one that is valid and for " + host + ", and name it: tls.certificate"));
  }

  private void ofName(CertificateFiles files, ServerCertificate certificate) {
    for (HostPattern pattern : files.names()) {
      Admission.outdated(certificate.leaf(), now)
          .or(() -> Admission.misnamed(certificate.leaf(), pattern.name()))
          .ifPresent(
              why ->
                  found.caution(
                      originOf(files.chain()),
                      "programs that ask for "
                          + pattern
                          + " refuse the certificate in "
                          + files.chain()
                          + ": "
                          + why,
                      "Get one that is valid and for " + pattern + "."));
    }
  }

  private void authorities() {
    for (Setting<Path> setting :
        List.of(OutboundTlsSettings.AUTHORITIES, AcmeSettings.AUTHORITIES)) {
      settings
          .find(setting)
          .map(settings::resolve)
          .filter(found::usable)
          .ifPresent(
              file -> {
                try {
                  var _ = CertificateAuthorities.read(file);
                } catch (InvalidCertificateException e) {
                  found.mistake(
                      settings.origin(setting),
                      setting.name() + ": " + e.getMessage(),
                      "Put the certificates of the authorities there, in PEM, or leave the"
                          + " setting out to believe those that Java knows.");
                }
              });
    }
  }

  /// Where a path was written.
  private Origin originOf(Path file) {
    for (Settings.Key key : settings.keys()) {
      if (settings.find(key.setting(), key.names()).orElse(null) instanceof Path path
          && settings.resolve(path).equals(file)) {
        return settings.origin(key.setting(), key.names());
      }
    }
    return new Origin.InFile(file, 0);
  }
}
