package net.facteur.server.acme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.FileStamp;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.tlsa.CertificateDirectory;
import net.facteur.server.keys.tlsa.CertificateKeys;
import net.facteur.server.keys.tlsa.CertificateStore;
import net.facteur.server.keys.tlsa.CertificateUpkeep;
import net.facteur.server.keys.tlsa.RollJournal;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.keys.tlsa.RollState;
import net.facteur.server.notices.Notices;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.KeyPairFile;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Renews the certificate of a running server in time.
///
/// The key of the next certificate is made as soon as the one before is in service, so that its
/// TLSA record has been visible for long when the certificate comes, and nothing has to wait. What
/// the authority issues is dropped in the staging directory.
public final class CertificateRenewal implements Upkeep.Chore {
  private static final Logger LOG = LogManager.getLogger(CertificateRenewal.class);

  /// Why no certificate comes where the settings name nobody who issues one.
  public static final String NO_AUTHORITY = "acme.directory is not set";

  private static final Duration LATE = Duration.ofDays(7);

  private static final Duration FIRST_PAUSE = Duration.ofHours(1);
  private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  private final AcmeSettings settings;
  private final AcmeClient client;
  private final RollJournal journal;
  private final Path journalFile;
  private final CertificateStore store;
  private final Path staging;
  private final Path nextKey;
  private final Optional<CertificateUpkeep> certificate;
  private final Notices notices;
  private final SecureRandom random;
  private final InstantSource clock;

  /// Held by whoever asks the authority: one at a time.
  private final ReentrantLock turn = new ReentrantLock();

  private Instant notBefore = Instant.MIN;
  private Duration pause = FIRST_PAUSE;

  private CertificateRenewal(
      AcmeSettings settings,
      Challenges challenges,
      Path directory,
      Path staging,
      Optional<CertificateUpkeep> certificate,
      Notices notices,
      SecureRandom random,
      InstantSource clock) {
    this.settings = settings;
    this.random = random;
    this.client = new AcmeClient(settings, challenges, random);
    this.journal = RollJournal.in(directory);
    this.journalFile = directory.resolve(RollJournal.FILE_NAME);
    this.store = new CertificateDirectory(directory);
    this.staging = staging;
    this.nextKey = directory.resolve("next.pem");
    this.certificate = certificate;
    this.notices = notices;
    this.clock = clock;
  }

  /// The renewal that the settings ask for; empty where they ask for none.
  ///
  /// @param certificate is told of the next key; empty outside of the server
  /// @throws IOException where the key for updates cannot be used
  public static Optional<CertificateRenewal> of(
      Settings settings,
      Optional<CertificateUpkeep> certificate,
      KeyWiring keeping,
      Notices notices)
      throws IOException {
    Optional<AcmeSettings> acme = AcmeSettings.from(settings);
    return acme.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CertificateRenewal(
                acme.get(),
                challenges(acme.get(), keeping),
                RollSettings.from(settings).directory(),
                RollSettings.from(settings).staging(),
                certificate,
                notices,
                keeping.random(),
                keeping.clock()));
  }

  /// Renews at once, for the command line.
  ///
  /// @return why no certificate came; empty where one did
  public static Optional<String> renewNow(Settings settings, KeyWiring keeping) throws IOException {
    Optional<CertificateRenewal> keeper = of(settings, Optional.empty(), keeping, _ -> {});
    if (keeper.isEmpty()) {
      return Optional.of(NO_AUTHORITY);
    }
    return keeper.get().renewNow();
  }

  /// Renews at once.
  ///
  /// @return why no certificate came; empty where one did
  public Optional<String> renewNow() throws IOException {
    if (!turn.tryLock()) {
      return Optional.of("the authority is being asked for one already");
    }
    try {
      return order(KeyPairFile.open(nextKey, random));
    } finally {
      turn.unlock();
    }
  }

  private static Challenges challenges(AcmeSettings settings, KeyWiring keeping)
      throws IOException {
    return switch (settings.challenge()) {
      case HTTP_01 -> new HttpChallenges(AcmeSettings.challenges(settings.home()));
      case DNS_01 ->
          new DnsChallenges(
              keeping.authorities(),
              keeping.updates(),
              new WrittenAnswers(settings.home().resolve("dns-answers")));
    };
  }

  @Override
  public String name() {
    return "renewal of the certificate";
  }

  @Override
  public String stamp() {
    return FileStamp.of(journalFile);
  }

  @Override
  public void advance() throws IOException {
    if (!turn.tryLock()) {
      return; // somebody asked by hand
    }
    try {
      goOn();
    } finally {
      turn.unlock();
    }
  }

  private void goOn() throws IOException {
    CertificateKeys keys = journal.read();
    Optional<ServerCertificate> current = current(keys);
    if (certificate.isEmpty() || current.isEmpty()) {
      return;
    }
    KeyPair next = KeyPairFile.open(nextKey, random);
    TlsaRecord record = TlsaRecords.ofKey(next.getPublic());
    Optional<CertificateKeys.Entry> entry = keys.find(record);
    if (entry.filter(e -> e.certificate().isPresent()).isPresent()) {
      // Dropped, and on its way or in service.
      if (!entry.get().state().coming()) {
        Files.delete(nextKey);
      }
      return;
    }
    certificate.get().roll().prepare(record);
    Instant now = clock.instant();
    if (now.isBefore(settings.renewal(current.get().leaf()))) {
      pause = FIRST_PAUSE;
      return;
    }
    if (now.isBefore(notBefore)) {
      return;
    }
    boolean visible = entry.filter(e -> e.state() instanceof RollState.Visible).isPresent();
    if (visible) {
      renew(next);
    } else if (now.isAfter(late(current.get().leaf()))) {
      renew(new KeyPair(current.get().leaf().getPublicKey(), current.get().key()));
    }
  }

  private Optional<ServerCertificate> current(CertificateKeys keys) throws IOException {
    Optional<String> name = keys.active().flatMap(CertificateKeys.Entry::certificate);
    try {
      return name.isEmpty() ? Optional.empty() : Optional.of(store.read(name.get()));
    } catch (InvalidCertificateException e) {
      throw new IOException("the certificate in service cannot be read: " + e.getMessage(), e);
    }
  }

  /// When a renewal does not wait any longer for the record of the next key.
  private static Instant late(X509Certificate leaf) {
    Instant end = leaf.getNotAfter().toInstant();
    Duration part = Duration.between(leaf.getNotBefore().toInstant(), end).dividedBy(8);
    return end.minus(part.compareTo(LATE) < 0 ? part : LATE);
  }

  /// Authorities count what they are asked, so the next attempt waits, however this one ends.
  private void renew(KeyPair key) throws IOException {
    notBefore = clock.instant().plus(pause);
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    Optional<String> problem = order(key);
    if (problem.isEmpty()) {
      return;
    }
    notices.tell(
        new Notices.Notice(
            AcmeTexts.SAY.notRenewedSubject(), AcmeTexts.SAY.notRenewed(problem.get())));
  }

  private Optional<String> order(KeyPair key) throws IOException {
    try {
      drop(client.order(key), key);
      LOG.info("acme authority={} names={} result=issued", settings.directory(), settings.names());
      return Optional.empty();
    } catch (AcmeFailedException e) {
      LOG.error("acme authority={} result=failed: {}", settings.directory(), e.getMessage());
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("it was interrupted");
    }
  }

  private void drop(List<X509Certificate> chain, KeyPair key) throws IOException {
    DurableDirectory.secret(staging).make();
    CertificateFiles files = CertificateDirectory.filesIn(staging);
    CertificateAuthority.write(key.getPrivate(), files.key());
    CertificateAuthority.write(chain, files.chain());
  }
}
