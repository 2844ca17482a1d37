package net.facteur.auth.dane;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/// The host names that a certificate bears: those of its subjectAltName extension. A common name is
/// none, except below a trust anchor of DANE.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9525#section-6.3 RFC 9525, section 6.3: Matching the DNS
///   Domain Name Portion
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-4.1 RFC 8461, section 4.1: MX Certificate
///   Validation
public final class CertificateNames {
  private static final int DNS_NAME = 2;
  private static final int MAX_NAMES = 1000;

  private CertificateNames() {}

  /// True where the certificate bears one of `names`; `*` may stand for the whole first label.
  public static boolean bearsAny(X509Certificate certificate, List<DomainName> names) {
    return coversAny(presented(certificate), names);
  }

  /// The same for a certificate below a trust anchor of usage 2: where it has no DNS-ID, its common
  /// name counts.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7672#section-3.2.3 RFC 7672, section 3.2.3: Reference
  ///   Identifier Matching
  static boolean bearsAnyBelowAnchor(X509Certificate certificate, List<DomainName> names) {
    return dnsIds(certificate)
        .filter(ids -> coversAny(ids.isEmpty() ? commonName(certificate) : ids, names))
        .isPresent();
  }

  private static boolean coversAny(List<String> presented, List<DomainName> names) {
    return names.stream().anyMatch(name -> presented.stream().anyMatch(p -> covers(p, name)));
  }

  /// True where the certificate bears a name, without a wildcard, below `parent`.
  public static boolean bearsBelow(X509Certificate certificate, DomainName parent) {
    return presented(certificate).stream()
        .flatMap(p -> DomainName.parse(p).toOptional().stream())
        .anyMatch(
            p ->
                p.isHostName()
                    && p.labels().size() > parent.labels().size()
                    && p.text().endsWith("." + parent.text()));
  }

  /// The DNS-IDs.
  public static List<String> presented(X509Certificate certificate) {
    return dnsIds(certificate).orElse(List.of());
  }

  /// @return empty where the extension cannot be read
  private static Optional<List<String>> dnsIds(X509Certificate certificate) {
    List<String> found = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.getFirst().equals(DNS_NAME)
              && alternative.get(1) instanceof String name
              && found.size() < MAX_NAMES) {
            found.add(name);
          }
        }
      }
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
    return Optional.of(found);
  }

  private static List<String> commonName(X509Certificate certificate) {
    try {
      RDN[] names =
          X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())
              .getRDNs(BCStyle.CN);
      return names.length > 0
              && names[names.length - 1].getFirst().getValue() instanceof ASN1String s
          ? List.of(s.getString())
          : List.of();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /// A wildcard needs two labels behind it: nobody speaks for all of `com`.
  private static boolean covers(String presented, DomainName name) {
    boolean wildcard = presented.startsWith("*.");
    if (wildcard && name.labels().size() < 3) {
      return false;
    }
    DomainName wanted = wildcard ? name.parent().orElse(DomainName.ROOT) : name;
    return DomainName.parse(wildcard ? presented.substring(2) : presented)
        .toOptional()
        .filter(p -> !p.isRoot() && p.equals(wanted))
        .isPresent();
  }
}
