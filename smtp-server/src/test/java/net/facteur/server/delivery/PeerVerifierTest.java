package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.tlsrpt.ResultType;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whose certificate it is, where an authority vouches for it.
class PeerVerifierTest {
  /// Common name, alternative names, the name that is wanted, whether they fit.
  @ParameterizedTest
  @CsvSource({
    "mx.example.com, dns:mx.example.com, mx.example.com, true",
    "mx.example.com, -, mx.example.com, false",
    "mx.example.com, dns:other.example.com, mx.example.com, false",
    "mx.example.com, email:postmaster@mx.example.com, mx.example.com, false",
    "mx.example.com, uri:https://mx.example.com/, mx.example.com, false",
    "mx.example.com, ip:192.0.2.1, mx.example.com, false",
    "*.example.com, -, mx.example.com, false",
    "x, dns:*.example.com, mx.example.com, true",
    "x, dns:*.example.com, a.mx.example.com, false",
    "x, dns:MX.EXAMPLE.com, mx.example.com, true",
    "x, dns:m*.example.com, mx.example.com, false",
    "x, dns:*.com, example.com, false",
    "x, dns:mx.example.com, .example.com, true",
    "mx.example.com, -, .example.com, false",
    "mx.example.com, dns:mx.other.com, .example.com, false",
    "x, ip:192.0.2.1, 192.0.2.1, true",
    "x, dns:192.0.2.1, 192.0.2.1, false",
    "192.0.2.1, -, 192.0.2.1, false"
  })
  void onlyTheAlternativeNamesCount(
      String commonName, String alternatives, String wanted, boolean fits) throws Exception {
    var certificate = new TestCertificate(commonName, names(alternatives));
    var verifier = new PeerVerifier(certificate.trusting(), InstantSource.system());
    var chain = List.of(certificate.certificate());
    judged(fits, verifier.verify(new TlsRequirement.Verified(List.of(wanted)), chain));
    if (wanted.startsWith("mx.")) {
      judged(fits, verifier.verify(new TlsRequirement.MtaSts(DomainName.of(wanted)), chain));
    }
  }

  private static void judged(boolean fits, PeerVerifier.Outcome outcome) {
    if (fits) {
      assertInstanceOf(PeerVerifier.Outcome.Right.class, outcome);
    } else {
      assertEquals(
          ResultType.CERTIFICATE_HOST_MISMATCH,
          assertInstanceOf(PeerVerifier.Outcome.Wrong.class, outcome).type());
    }
  }

  private static GeneralName[] names(String alternatives) {
    return Arrays.stream(alternatives.split(" ", -1))
        .filter(a -> !a.equals("-"))
        .map(
            a -> {
              String value = a.substring(a.indexOf(':') + 1);
              return switch (a.substring(0, a.indexOf(':'))) {
                case "dns" -> new GeneralName(GeneralName.dNSName, value);
                case "ip" -> new GeneralName(GeneralName.iPAddress, value);
                case "email" -> new GeneralName(GeneralName.rfc822Name, value);
                default -> new GeneralName(GeneralName.uniformResourceIdentifier, value);
              };
            })
        .toArray(GeneralName[]::new);
  }
}
