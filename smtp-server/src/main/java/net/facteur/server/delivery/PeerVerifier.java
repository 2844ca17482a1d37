package net.facteur.server.delivery;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dane.DaneVerdict;
import net.facteur.auth.dane.DaneVerifier;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.tlsrpt.ResultType;
import net.facteur.server.routing.AddressLiteral;
import org.jspecify.annotations.Nullable;

/// Compares what a peer has shown with what is required of it. It is asked after every handshake,
/// resumed ones too, before anything is sent.
public final class PeerVerifier {
  private static final int IP_ADDRESS = 7;

  private final X509TrustManager authorities;
  private final InstantSource clock;

  /// @param authorities who vouches for certificates where no TLSA record does
  public PeerVerifier(X509TrustManager authorities, InstantSource clock) {
    this.authorities = authorities;
    this.clock = clock;
  }

  /// How it ended.
  public sealed interface Outcome {
    /// All that is required.
    ///
    /// @param level reached, in one word: `encrypt` where nobody was proven
    /// @param proven the peer is who it should be
    record Right(String level, boolean proven) implements Outcome {}

    /// Less than that.
    record Wrong(ResultType type, String reason) implements Outcome {}
  }

  /// @param chain the peer's own certificate first
  public Outcome verify(TlsRequirement requirement, List<X509Certificate> chain) {
    return switch (requirement) {
      case TlsRequirement.Opportunistic _, TlsRequirement.Encrypt _ ->
          new Outcome.Right("encrypt", false);
      case TlsRequirement.Verified(List<String> names) -> vouched(chain, names, "secure");
      case TlsRequirement.MtaSts(DomainName host) ->
          vouched(chain, List.of(host.text()), "mta-sts");
      case TlsRequirement.Dane dane -> dane(dane, chain);
      case TlsRequirement.Fingerprint known -> fingerprint(known, chain);
      case TlsRequirement.Forbidden _, TlsRequirement.Barred _, TlsRequirement.Unattainable _ ->
          new Outcome.Wrong(ResultType.VALIDATION_FAILURE, "no connection is wanted here");
    };
  }

  private Outcome dane(TlsRequirement.Dane dane, List<X509Certificate> chain) {
    var verdict = new DaneVerifier(dane.set(), dane.names()).verify(chain, clock.instant());
    if (verdict instanceof DaneVerdict.Mismatch(DaneVerdict.Cause cause, String reason)) {
      return new Outcome.Wrong(type(cause), reason);
    }
    if (!dane.policyToo().isEmpty()) {
      var names = dane.policyToo().stream().map(DomainName::text).toList();
      if (vouched(chain, names, "mta-sts") instanceof Outcome.Wrong wrong) {
        return wrong;
      }
    }
    // RFC 7672, 2.2.1: behind insecure MX records it is not the destination that was proven.
    return new Outcome.Right(
        dane.mxProven() ? "dane" : "dane (host trusted, MX not verified)",
        dane.mxProven() || !dane.policyToo().isEmpty());
  }

  private static ResultType type(DaneVerdict.Cause cause) {
    return switch (cause) {
      case VALIDATION_FAILURE -> ResultType.VALIDATION_FAILURE;
      case CERTIFICATE_HOST_MISMATCH -> ResultType.CERTIFICATE_HOST_MISMATCH;
      case CERTIFICATE_EXPIRED -> ResultType.CERTIFICATE_EXPIRED;
      case CERTIFICATE_NOT_TRUSTED -> ResultType.CERTIFICATE_NOT_TRUSTED;
    };
  }

  private Outcome vouched(List<X509Certificate> chain, List<String> names, String level) {
    if (chain.isEmpty()) {
      return new Outcome.Wrong(ResultType.CERTIFICATE_NOT_TRUSTED, "the host has no certificate");
    }
    try {
      // The kind of key exchange does not matter; the platform's word for that is UNKNOWN.
      authorities.checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
    } catch (CertificateException e) {
      return new Outcome.Wrong(
          expired(e) ? ResultType.CERTIFICATE_EXPIRED : ResultType.CERTIFICATE_NOT_TRUSTED,
          "the certificate is not trusted: " + e.getMessage());
    } catch (RuntimeException e) {
      return new Outcome.Wrong(
          ResultType.CERTIFICATE_NOT_TRUSTED, "the certificate cannot be read");
    }
    X509Certificate leaf = chain.getFirst();
    return names.stream().anyMatch(name -> bears(leaf, name))
        ? new Outcome.Right(level, true)
        : new Outcome.Wrong(
            ResultType.CERTIFICATE_HOST_MISMATCH, "the certificate is not for any of " + names);
  }

  private static boolean expired(@Nullable Throwable thrown) {
    Throwable e = thrown;
    for (int depth = 0; e != null && depth < 8; depth++) {
      if (e instanceof CertificateExpiredException
          || (e instanceof CertPathValidatorException path
              && path.getReason() == CertPathValidatorException.BasicReason.EXPIRED)) {
        return true;
      }
      e = e.getCause();
    }
    return false;
  }

  private static boolean bears(X509Certificate leaf, String name) {
    Optional<InetAddress> address = AddressLiteral.parse(name);
    if (address.isPresent()) {
      return bears(leaf, address.get());
    }
    boolean below = name.startsWith(".");
    return DomainName.parse(below ? name.substring(1) : name)
        .toOptional()
        .filter(
            n ->
                below
                    ? CertificateNames.bearsBelow(leaf, n)
                    : CertificateNames.bearsAny(leaf, List.of(n)))
        .isPresent();
  }

  private static boolean bears(X509Certificate leaf, InetAddress address) {
    try {
      var alternatives = leaf.getSubjectAlternativeNames();
      return alternatives != null
          && alternatives.stream()
              .anyMatch(
                  a ->
                      a.getFirst().equals(IP_ADDRESS)
                          && AddressLiteral.parse(String.valueOf(a.get(1)))
                              .equals(Optional.of(address)));
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  private static Outcome fingerprint(
      TlsRequirement.Fingerprint known, List<X509Certificate> chain) {
    if (!chain.isEmpty()) {
      try {
        X509Certificate leaf = chain.getFirst();
        if (known.digests().contains(sha256(leaf.getEncoded()))
            || known.digests().contains(sha256(leaf.getPublicKey().getEncoded()))) {
          return new Outcome.Right("fingerprint", true);
        }
      } catch (CertificateEncodingException e) {
        return new Outcome.Wrong(
            ResultType.CERTIFICATE_NOT_TRUSTED, "the certificate cannot be read");
      }
    }
    return new Outcome.Wrong(
        ResultType.CERTIFICATE_NOT_TRUSTED, "the certificate has another fingerprint");
  }

  private static String sha256(byte[] octets) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
