package net.facteur.server.delivery;

import java.util.List;
import java.util.Set;
import net.facteur.auth.dane.TlsaSet;
import net.facteur.auth.dns.DomainName;

/// How a connection to one host must be protected. One decision for each destination and host, made
/// by [TlsPolicy] before the connection.
public sealed interface TlsRequirement {
  /// No TLS, even where offered; for loopback only.
  record Forbidden() implements TlsRequirement {}

  /// TLS where it works, clear text where it does not; certificates are not looked at.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7435 RFC 7435: Opportunistic Security
  record Opportunistic() implements TlsRequirement {}

  /// TLS or nothing; certificates are not looked at.
  record Encrypt() implements TlsRequirement {}

  /// TLS with a certificate that the trust anchors vouch for and that names one of `names`.
  ///
  /// @param names host names or addresses; with a dot in front every name below
  record Verified(List<String> names) implements TlsRequirement {
    public Verified {
      names = List.copyOf(names);
    }
  }

  /// TLS as an MTA-STS policy in mode enforce wants it: as [Verified], for this host.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8461#section-4.1 RFC 8461, section 4.1: MX Host
  ///   Validation
  record MtaSts(DomainName host) implements TlsRequirement {}

  /// TLS with a certificate that fits the TLSA records.
  ///
  /// @param names what a certificate below a trust anchor (usage 2) may be for, the TLSA base
  ///   domain first
  /// @param mxProven the MX records are secure, so that the host is the destination's
  /// @param policyToo the certificate has to satisfy an MTA-STS policy as well: the records are
  ///   secure, that they are the destination's is not
  /// @spec https://www.rfc-editor.org/rfc/rfc7672#section-3.2 RFC 7672, section 3.2: Certificate
  ///   Matching
  record Dane(TlsaSet set, List<DomainName> names, boolean mxProven, List<DomainName> policyToo)
      implements TlsRequirement {
    public Dane {
      names = List.copyOf(names);
      policyToo = List.copyOf(policyToo);
    }
  }

  /// TLS with one certificate, or one key, that the administrator knows.
  ///
  /// @param digests SHA-256 of the certificate or of its key, lower-case hexadecimal
  record Fingerprint(Set<String> digests) implements TlsRequirement {
    public Fingerprint {
      digests = Set.copyOf(digests);
    }
  }

  /// The host must not be used now, such as where the domain's policy does not name it or its
  /// security status could not be learnt.
  ///
  /// @param reason for the log and the sender, one line
  record Barred(String reason) implements TlsRequirement {}

  /// The host cannot ever give what the sender demanded (RFC 8689, section 4.2.1).
  ///
  /// @param reason for the log and the sender, one line
  record Unattainable(String reason) implements TlsRequirement {}

  /// The level in one word, for the log.
  default String word() {
    return switch (this) {
      case Forbidden _ -> "none";
      case Opportunistic _ -> "may";
      case Encrypt _ -> "encrypt";
      case Verified _ -> "secure";
      case MtaSts _ -> "mta-sts";
      case Dane _ -> "dane";
      case Fingerprint _ -> "fingerprint";
      case Barred _, Unattainable _ -> "barred";
    };
  }

  /// True where mail may leave in the clear if TLS does not work.
  default boolean clearAllowed() {
    return this instanceof Opportunistic || this instanceof Forbidden;
  }
}
