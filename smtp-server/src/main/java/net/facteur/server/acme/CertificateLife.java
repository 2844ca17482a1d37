package net.facteur.server.acme;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.tlsa.CertificateDirectory;
import net.facteur.server.keys.tlsa.CertificateKeys;
import net.facteur.server.keys.tlsa.RollEvent;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.keys.tlsa.RollState;
import net.facteur.server.keys.tlsa.RollView;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.tls.TlsSettings.CertificateFiles;

/// The life of a certificate of ours, or of a key that waits for one.
///
/// @param tlsa the record of its key
/// @param state where it stands in its life; empty for the certificates of further names, which are
///   served from their files
/// @param served since when clients get it, or got it; empty where that is not known, or not yet so
/// @param certificate itself; empty for a key that has none yet
/// @param renewal when a new one is asked for; [Instant#MIN] for at once; empty where nobody does
///   so by itself
public record CertificateLife(
    TlsaRecord tlsa,
    Optional<RollState> state,
    Optional<Instant> served,
    Optional<X509Certificate> certificate,
    Optional<Instant> renewal) {
  /// Certificates whose life is over: no more are told of.
  private static final int MOST_GONE = 4;

  /// What was found in the files.
  ///
  /// @param lives those out of service first, then the one in service and those to come, then those
  ///   of further names
  /// @param unread files that hold no certificate
  public record Found(List<CertificateLife> lives, List<Path> unread) {
    public Found {
      lives = List.copyOf(lives);
      unread = List.copyOf(unread);
    }
  }

  /// True while clients may get it.
  public boolean inService() {
    return certificate.isPresent()
        && state.map(its -> its instanceof RollState.Active).orElse(true);
  }

  /// The certificates that the settings and the journal about them name.
  ///
  /// @throws IOException where the journal cannot be read
  public static Found of(Settings settings) throws IOException {
    Optional<TlsSettings> tls = TlsSettings.from(settings);
    if (tls.isEmpty()) {
      return new Found(List.of(), List.of());
    }
    Optional<AcmeSettings> acme = AcmeSettings.from(settings);
    RollView view = RollView.of(RollSettings.from(settings).directory());
    var lives = new ArrayList<CertificateLife>();
    var unread = new ArrayList<Path>();
    List<CertificateKeys.Entry> entries = List.copyOf(view.keys().entries());
    long gone = entries.stream().filter(e -> e.state() instanceof RollState.Gone).count();
    for (CertificateKeys.Entry entry : entries) {
      if (entry.state() instanceof RollState.Gone && gone-- > MOST_GONE) {
        continue;
      }
      Optional<CertificateFiles> files =
          entry.certificate().map(new CertificateDirectory(view.directory())::files);
      Optional<X509Certificate> leaf = files.flatMap(its -> read(its, unread));
      if (files.isEmpty() || leaf.isPresent()) {
        lives.add(
            new CertificateLife(
                entry.key(),
                Optional.of(entry.state()),
                served(entry),
                leaf,
                entry.state() instanceof RollState.Active
                    ? acme.flatMap(its -> leaf.map(its::renewal))
                    : Optional.empty()));
      }
    }
    // Without a journal yet, all are served from their files.
    int further = view.keys().active().isPresent() ? 1 : 0;
    tls.get().certificates().stream()
        .skip(further)
        .flatMap(files -> read(files, unread).stream())
        .forEach(
            leaf ->
                lives.add(
                    new CertificateLife(
                        TlsaRecords.ofKey(leaf),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(leaf),
                        Optional.empty())));
    return new Found(lives, unread);
  }

  private static Optional<Instant> served(CertificateKeys.Entry entry) {
    return entry.history().stream()
        .filter(
            event ->
                event.transition() instanceof RollEvent.Transition.Active
                    && event.key().equals(entry.key()))
        .map(RollEvent::at)
        .reduce((_, last) -> last);
  }

  private static Optional<X509Certificate> read(CertificateFiles files, List<Path> unread) {
    try {
      return Optional.of(PemFiles.certificate(files));
    } catch (InvalidCertificateException _) {
      unread.add(files.chain());
      return Optional.empty();
    }
  }
}
