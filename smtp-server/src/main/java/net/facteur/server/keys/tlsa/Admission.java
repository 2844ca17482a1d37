package net.facteur.server.keys.tlsa;

import static net.facteur.server.keys.tlsa.AdmissionTexts.SAY;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.tlsa.CertificateKeys.Entry;
import net.facteur.server.language.Text;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificate;

/// Which certificates may serve a host at all, whatever the DNS says.
///
/// @param host the name in MX records
/// @param store where those are kept that were let in
public record Admission(DomainName host, CertificateStore store) {
  /// Why a certificate cannot take the place of the one in service; the end of a sentence.
  public Optional<Text> misfit(X509Certificate leaf, CertificateKeys keys, Instant now) {
    Optional<Text> outdated = outdated(leaf, now);
    return outdated.isPresent() || bears(leaf) || !currentBears(keys)
        ? outdated
        : Optional.of(SAY.unlikeServing(stranger(leaf, host)));
  }

  /// Why a certificate is of no use at a time; the end of a sentence.
  public static Optional<Text> outdated(X509Certificate leaf, Instant now) {
    if (now.isAfter(leaf.getNotAfter().toInstant())) {
      return Optional.of(SAY.certificateExpired(leaf.getNotAfter().toInstant()));
    }
    return now.isBefore(leaf.getNotBefore().toInstant())
        ? Optional.of(SAY.certificateEarly(leaf.getNotBefore().toInstant()))
        : Optional.empty();
  }

  /// Why a certificate is of no use for a name; the end of a sentence.
  public static Optional<Text> misnamed(X509Certificate leaf, DomainName name) {
    return CertificateNames.bearsAny(leaf, List.of(name))
        ? Optional.empty()
        : Optional.of(stranger(leaf, name));
  }

  private static Text stranger(X509Certificate leaf, DomainName name) {
    List<String> presented = CertificateNames.presented(leaf);
    return presented.isEmpty()
        ? SAY.namesNothing(name)
        : SAY.namesOthers(presented.toString(), name);
  }

  private boolean bears(X509Certificate leaf) {
    return CertificateNames.bearsAny(leaf, List.of(host));
  }

  private boolean currentBears(CertificateKeys keys) {
    return keys.active()
        .flatMap(Entry::certificate)
        .flatMap(this::stored)
        .filter(this::bears)
        .isPresent();
  }

  private Optional<X509Certificate> stored(String name) {
    try {
      return Optional.of(store.read(name)).map(ServerCertificate::leaf);
    } catch (InvalidCertificateException _) {
      return Optional.empty();
    }
  }
}
