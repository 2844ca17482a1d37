package net.facteur.server.keys.tlsa;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.keys.tlsa.CertificateKeys.Entry;
import net.facteur.server.keys.tlsa.RollEvent.Transition;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Renewed certificates at the door: which are let in, and why others are not.
final class Arrivals {
  private static final Logger LOG = LogManager.getLogger(Arrivals.class);

  private final DomainName host;
  private final CertificateStore store;
  private final Admission admission;
  private final TlsaGuard guard;
  private final Notices notices;
  private final InstantSource clock;
  private final Map<String, Refusal> refused = new HashMap<>();

  private record Refusal(String certificate, Text why) {}

  /// A certificate that was let in and stored.
  ///
  /// @param key its `3 1 1` record
  /// @param step what is to be written down
  record Arrival(TlsaRecord key, Transition transition) {}

  Arrivals(
      DomainName host,
      CertificateStore store,
      TlsaGuard guard,
      Notices notices,
      InstantSource clock) {
    this.host = host;
    this.store = store;
    this.admission = new Admission(host, store);
    this.guard = guard;
    this.notices = notices;
    this.clock = clock;
  }

  /// Looks what lies at a source; empty where there is nothing new that can be used.
  ///
  /// @throws IOException where it cannot be stored
  Optional<Arrival> take(String source, CertificateSource from, CertificateKeys keys)
      throws IOException {
    return switch (from.look()) {
      case CertificateSource.Found.Nothing() -> {
        refused.remove(source);
        yield Optional.empty();
      }
      case CertificateSource.Found.Unusable(Text why) -> {
        refuse(source, "", why);
        yield Optional.empty();
      }
      case CertificateSource.Found.Pair(ServerCertificate certificate) ->
          take(source, certificate, keys);
    };
  }

  private Optional<Arrival> take(String source, ServerCertificate certificate, CertificateKeys keys)
      throws IOException {
    String name = CertificateStore.name(certificate);
    if (keys.knows(name)) {
      refused.remove(source);
      return Optional.empty();
    }
    TlsaRecord key = TlsaRecords.ofKey(certificate.leaf());
    Optional<Entry> entry = keys.find(key);
    Optional<Text> why = misfit(certificate.leaf(), keys);
    if (why.isEmpty() && entry.isPresent()) {
      why = misfit(entry.get(), certificate);
    }
    if (why.isPresent()) {
      refuse(source, name, why.get());
      return Optional.empty();
    }
    refused.remove(source);
    store.add(certificate);
    boolean fresh = entry.isEmpty() || entry.get().state() instanceof RollState.Gone;
    return Optional.of(
        new Arrival(
            key,
            fresh ? new Transition.Staged(Optional.of(name)) : new Transition.Certified(name)));
  }

  /// Why a certificate cannot serve this host at all.
  Optional<Text> misfit(X509Certificate leaf, CertificateKeys keys) {
    return admission.misfit(leaf, keys, clock.instant());
  }

  /// A certificate of the store; empty where it is damaged or gone, which is logged.
  Optional<ServerCertificate> stored(String name) {
    try {
      return Optional.of(store.read(name));
    } catch (InvalidCertificateException e) {
      LOG.error("certificate name={} problem=\"{}\"", name, e.getMessage());
      return Optional.empty();
    }
  }

  /// Why a certificate for a key that is known has to wait.
  private Optional<Text> misfit(Entry entry, ServerCertificate certificate) {
    return switch (entry.state()) {
      case RollState.Retiring _ -> Optional.of(AdmissionTexts.SAY.keyRetiring());
      case RollState.Active _ ->
          entry
              .certificate()
              .flatMap(this::stored)
              .flatMap(c -> guard.refusal(c.chain(), certificate.chain()))
              .map(Text::of);
      case RollState.Staged _, RollState.Publishing _, RollState.Visible _, RollState.Gone _ ->
          Optional.empty();
    };
  }

  private void refuse(String source, String certificate, Text why) {
    var refusal = new Refusal(certificate, why);
    if (refusal.equals(refused.put(source, refusal))) {
      return;
    }
    LOG.error("certificate source=\"{}\" refused=\"{}\"", source, why.in(Language.ENGLISH));
    notices.tell(
        new Notices.Notice(TlsaTexts.SAY.refusedSubject(host), TlsaTexts.SAY.refused(source, why)));
  }

  /// A certificate on its way that a newer one has overtaken: only the newest goes on.
  static Optional<Entry> outrun(CertificateKeys keys) {
    List<Entry> coming =
        keys.entries().stream()
            .filter(e -> e.state().coming() && e.certificate().isPresent())
            .toList();
    Optional<Entry> newest = coming.stream().max(Arrivals::byArrival);
    return coming.stream().filter(entry -> !entry.equals(newest.get())).findFirst();
  }

  private static int byArrival(Entry one, Entry other) {
    return arrival(one).compareTo(arrival(other));
  }

  private static Instant arrival(Entry entry) {
    return entry.history().stream()
        .filter(
            e ->
                e.transition() instanceof Transition.Staged
                    || e.transition() instanceof Transition.Certified)
        .map(RollEvent::at)
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }
}
