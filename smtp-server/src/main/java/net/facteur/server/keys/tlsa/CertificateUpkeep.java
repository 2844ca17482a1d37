package net.facteur.server.keys.tlsa;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.FileStamp;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.Journal;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.notices.Notices;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificates;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.upkeep.Upkeep;

/// Leads the certificate of a running server from one key to the next, and puts in service what the
/// journal says.
public final class CertificateUpkeep implements Upkeep.Chore {
  private final TlsaRoll roll;
  private final TlsaGuard guard;
  private final TlsSettings configured;
  private final Path staging;
  private final Path[] watched;
  private final Duration pause;
  private Optional<ServerCertificates> served = Optional.empty();
  private Optional<CertificateFiles> inService = Optional.empty();

  private CertificateUpkeep(
      TlsaRoll roll,
      TlsaGuard guard,
      TlsSettings configured,
      Path staging,
      List<Path> watched,
      Duration pause) {
    this.roll = roll;
    this.guard = guard;
    this.configured = configured;
    this.staging = staging;
    this.watched = watched.toArray(Path[]::new);
    this.pause = pause;
  }

  /// What looks after the certificates in the settings; empty where they name none.
  public static Optional<CertificateUpkeep> of(
      Settings settings, KeyWiring keeping, Notices notices) throws IOException {
    Optional<TlsSettings> tls = TlsSettings.from(settings);
    DomainName host = HostSettings.from(settings).name();
    Optional<PublishedTlsa> published =
        PublishedTlsa.of(keeping.authorities(), keeping.resolver(), host);
    if (tls.isEmpty() || published.isEmpty()) {
      return Optional.empty();
    }
    CertificateFiles configured = tls.get().certificates().getFirst();
    Path directory = RollSettings.from(settings).directory();
    Path staging = RollSettings.from(settings).staging();
    CertificateFiles staged = CertificateDirectory.filesIn(staging);
    Map<String, CertificateSource> sources = new LinkedHashMap<>();
    sources.put(configured.chain().toString(), CertificateSource.of(configured));
    sources.put("the staging directory " + staging, CertificateSource.of(staged));
    var guard = new TlsaGuard(keeping.authorities(), keeping.resolver(), host, keeping.clock());
    var parts =
        new TlsaRoll.Parts(
            host,
            RollSettings.from(settings).publish(),
            RollJournal.in(directory),
            new CertificateDirectory(directory),
            sources,
            keeping.publisher(keeping.authorities(), notices),
            published.get(),
            guard,
            notices,
            keeping.clock());
    var watched = new ArrayList<Path>();
    for (CertificateFiles files : List.of(configured, staged)) {
      watched.add(files.chain());
      watched.add(files.key());
    }
    watched.add(directory.resolve(Journal.FILE_NAME));
    return Optional.of(
        new CertificateUpkeep(
            new TlsaRoll(parts, "server"),
            guard,
            tls.get(),
            staging,
            watched,
            keeping.settings().publication().ttl()));
  }

  public TlsaRoll roll() {
    return roll;
  }

  /// Judges the certificates of further names.
  public TlsaGuard guard() {
    return guard;
  }

  /// Makes the staging directory, so that a hook finds it.
  public void open() throws IOException {
    DurableDirectory.secret(staging).make();
  }

  /// What to serve: the certificate that the journal says, and those of further names.
  public TlsSettings settings() throws IOException, InvalidCertificateException {
    CertificateFiles first = roll.inService(configured.certificates().getFirst());
    inService = Optional.of(first);
    return configured.withFirst(first);
  }

  /// Who is told of a change.
  public synchronized void use(ServerCertificates certificates) {
    served = Optional.of(certificates);
  }

  @Override
  public String name() {
    return "certificate";
  }

  @Override
  public String stamp() {
    return FileStamp.of(watched);
  }

  @Override
  public Optional<Instant> due() throws IOException {
    return roll.due(pause);
  }

  @Override
  public synchronized void advance() throws IOException {
    var _ = roll.advance();
    if (served.isEmpty()) {
      return;
    }
    try {
      CertificateFiles first = roll.inService(configured.certificates().getFirst());
      if (!inService.equals(Optional.of(first))) {
        served.get().serve(first);
        inService = Optional.of(first);
      }
    } catch (InvalidCertificateException e) {
      throw new IOException("the certificate of the journal cannot be used: " + e.getMessage(), e);
    }
  }
}
