package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

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
import net.facteur.server.language.Text;
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
                    SAY.shownUseless(why),
                    SAY.nameValid("delivery.tls-certificate")));
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
          e.said(),
          SAY.nameCertificate("openssl x509 -noout -subject -dates -in " + files.chain()));
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
          SAY.certificateJournal(FileTrouble.text(e)),
          SAY.certificateJournalAnew(aside()));
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
        case CertificateSource.Found.Unusable(Text why) -> stays(where, staged.chain(), why, until);
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
    Optional<Text> why =
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
      found.kept(where, SAY.notYetInService(chain, host, until), SAY.whereItStands());
    }
  }

  private void stays(Origin where, Path chain, Text why, String until) {
    found.kept(where, SAY.staysOut(chain, why, until), SAY.putCertificate(host));
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
            SAY.ofServing(closed.get().what()),
            found.reader().asRoot("chown -R " + found.reader().name() + ": " + store.directory()));
        return Optional.empty();
      }
    }
    try {
      return Optional.of(PemFiles.read(files));
    } catch (InvalidCertificateException e) {
      found.mistake(
          new Origin.InFile(files.chain(), 0),
          SAY.servingUseless(e.said()),
          SAY.certificateAnew(aside()));
      return Optional.empty();
    }
  }

  private String aside() {
    return "mv " + store.directory() + " " + store.directory() + ".old";
  }

  private void ofHost(Origin where, ServerCertificate certificate) {
    Admission.outdated(certificate.leaf(), now)
        .or(() -> Admission.misnamed(certificate.leaf(), host))
        .ifPresent(why -> found.caution(where, SAY.refusedByPrograms(why), SAY.getFor(host)));
  }

  private void ofName(CertificateFiles files, ServerCertificate certificate) {
    for (HostPattern pattern : files.names()) {
      Admission.outdated(certificate.leaf(), now)
          .or(() -> Admission.misnamed(certificate.leaf(), pattern.name()))
          .ifPresent(
              why ->
                  found.caution(
                      originOf(files.chain()),
                      SAY.refusedForName(pattern, files.chain(), why),
                      SAY.getForName(pattern)));
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
                      SAY.ofSetting(setting.name(), e.said()),
                      SAY.putAuthorities());
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
