package net.facteur.server.ldap;

import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;

/// Trusts one server of the directory: its chain leads to an authority, and its certificate bears
/// the name or the address by which the settings name it. The library's own comparison passes
/// addresses of the machine without a look.
///
/// @param host a name or an address
/// @spec https://www.rfc-editor.org/rfc/rfc4513#section-3.1.3 RFC 4513, section 3.1.3: Server
///   Identity Check, with the rules for names of RFC 9525
record NamedTrust(X509TrustManager authorities, String host) implements X509TrustManager {
  private static final int IP_ADDRESS = 7;

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    authorities.checkServerTrusted(chain, type);
    if (!bears(chain[0])) {
      throw new CertificateException(
          "the certificate bears the names "
              + CertificateNames.presented(chain[0])
              + " and not "
              + host);
    }
  }

  private boolean bears(X509Certificate certificate) throws CertificateParsingException {
    Optional<InetAddress> address = IpLiteral.parse(host).toOptional();
    if (address.isEmpty()) {
      Optional<DomainName> name = DomainName.parse(host).toOptional();
      return name.isPresent() && CertificateNames.bearsAny(certificate, List.of(name.get()));
    }
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names != null
        && names.stream()
            .filter(name -> name.getFirst().equals(IP_ADDRESS))
            .map(name -> IpLiteral.parse(String.valueOf(name.get(1))).toOptional())
            .anyMatch(address::equals);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("no client is trusted here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
