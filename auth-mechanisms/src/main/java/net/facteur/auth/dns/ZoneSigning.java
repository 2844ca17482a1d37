package net.facteur.auth.dns;

import java.util.Optional;

/// Whether a zone is signed by DNSSEC, as far as it can be seen.
public enum ZoneSigning {
  /// It is, and the chain from the root to it was validated.
  SIGNED,
  /// It is not, and the resolver would have seen it.
  UNSIGNED,
  /// Nobody can say: the resolver proves nothing, gave no answer, or the zone is not there yet.
  UNSEEN;

  /// Looks at the zone that a name is in, or will be in.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc4035#section-4.3 RFC 4035, section 4.3: Determining
  ///   Security Status of Data
  public static ZoneSigning of(Resolver resolver, DomainName name) {
    Optional<DomainName> at = Optional.of(name);
    while (at.isPresent() && !at.get().isRoot()) {
      switch (resolver.lookup(at.get(), RecordType.SOA)) {
        case Answer.Records<SoaRecord> soa -> {
          return soa.secure() ? SIGNED : proves(resolver) ? UNSIGNED : UNSEEN;
        }
        case Answer.Failed<SoaRecord> _, Answer.Bogus<SoaRecord> _ -> {
          return UNSEEN;
        }
        case Answer.NoData<SoaRecord> _, Answer.NxDomain<SoaRecord> _ -> at = parent(at.get());
      }
    }
    return UNSEEN;
  }

  /// A domain that is not there yet is in no zone: the one of its registry says nothing of it.
  private static Optional<DomainName> parent(DomainName name) {
    return name.parent().filter(above -> above.labelCount() > 1);
  }

  /// The root is signed, so that who cannot see that sees no signature at all.
  private static boolean proves(Resolver resolver) {
    return switch (resolver.lookup(DomainName.ROOT, RecordType.SOA)) {
      case Answer.Records<SoaRecord> soa -> soa.secure();
      case Answer.NoData<SoaRecord> none -> none.secure();
      case Answer.NxDomain<SoaRecord> none -> none.secure();
      case Answer.Failed<SoaRecord> _, Answer.Bogus<SoaRecord> _ -> false;
    };
  }
}
