package net.facteur.auth.dns;

import java.time.Duration;
import java.util.List;

/// How a DNS look-up ended. `secure` is true only where a complete DNSSEC chain was validated.
///
/// @param <T> the record data that was asked for
public sealed interface Answer<T> {

  /// The name has records of the type.
  ///
  /// @param values at least one record, in the order received
  /// @param owner the name that holds them, after any CNAMEs
  /// @param secure the records and every CNAME on the way were validated
  /// @param ttl how long the answer may be kept
  record Records<T>(List<T> values, DomainName owner, boolean secure, Duration ttl)
      implements Answer<T> {
    public Records {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("an answer without records is NoData");
      }
    }
  }

  /// The name exists, records of the type do not (RFC 2308 NODATA).
  record NoData<T>(DomainName owner, boolean secure, Duration ttl) implements Answer<T> {}

  /// The name does not exist, nor anything below it (RFC 8020 NXDOMAIN).
  record NxDomain<T>(boolean secure, Duration ttl) implements Answer<T> {}

  /// No usable answer: time-out, SERVFAIL, REFUSED, malformed or over a limit. It may pass.
  ///
  /// @param reason for the log, never for a stranger
  record Failed<T>(String reason) implements Answer<T> {}

  /// The answer failed DNSSEC validation: somebody lies, or the zone is broken.
  record Bogus<T>(String reason) implements Answer<T> {}

  /// @return the records, or an empty list however else the look-up ended
  default List<T> orEmpty() {
    return switch (this) {
      case Records<T> r -> r.values();
      case NoData<T> _, NxDomain<T> _, Failed<T> _, Bogus<T> _ -> List.of();
    };
  }

  /// @return true where nothing is known because of an error that may pass
  default boolean temporaryFailure() {
    return switch (this) {
      case Failed<T> _, Bogus<T> _ -> true;
      case Records<T> _, NoData<T> _, NxDomain<T> _ -> false;
    };
  }
}
