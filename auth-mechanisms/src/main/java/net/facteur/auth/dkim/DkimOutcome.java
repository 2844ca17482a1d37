package net.facteur.auth.dkim;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;

/// What was found out about one signature.
///
/// What the signature says of itself is there as far as it could be read, whatever the result; only
/// with [DkimResult#PASS] may it be believed. Texts come from a stranger: they may hold anything
/// but control characters.
///
/// @param result the verdict
/// @param domain `d=`
/// @param selector `s=` as a name, `selector` of `selector._domainkey.domain`
/// @param algorithm `a=` as written
/// @param auid `i=`, or what stands for it where it is absent
/// @param signaturePrefix the first eight characters of `b=`, for `header.b`; may be empty
/// @param reason why, in words for the log and the comment of Authentication-Results
/// @param keyBits size of the key; 0 where none was read
/// @param testing the key says that the domain is testing (`t=y`): treat the message as unsigned
/// @param bodyLength what `l=` left unsigned, where there is an `l=` and the body was compared
/// @param steps every check in order, for people
public record DkimOutcome(
    DkimResult result,
    Optional<DomainName> domain,
    Optional<String> selector,
    Optional<String> algorithm,
    Optional<String> auid,
    String signaturePrefix,
    String reason,
    int keyBits,
    boolean testing,
    Optional<BodyLength> bodyLength,
    List<Step> steps) {
  public DkimOutcome {
    steps = List.copyOf(steps);
  }

  /// How much of the body `l=` covers.
  ///
  /// @param signed octets of the canonical body that are signed
  /// @param total octets of the whole canonical body
  public record BodyLength(long signed, long total) {
    /// Octets that anybody may have added.
    public long unsigned() {
      return total - signed;
    }
  }

  /// One check.
  ///
  /// @param what what was looked at
  /// @param good it is as it should be
  /// @param finding what was found
  public record Step(String what, boolean good, String finding) {}

  /// The result for a message: the best of its signatures, or [DkimResult#NONE].
  public static DkimResult best(List<DkimOutcome> outcomes) {
    DkimResult best = DkimResult.NONE;
    for (DkimOutcome outcome : outcomes) {
      if (rank(outcome.result()) > rank(best)) {
        best = outcome.result();
      }
    }
    return best;
  }

  /// How telling a result is; a good signature makes up for any number of bad ones.
  static int rank(DkimResult result) {
    return switch (result) {
      case PASS -> 6;
      case TEMPERROR -> 5;
      case POLICY -> 4;
      case FAIL -> 3;
      case PERMERROR -> 2;
      case NEUTRAL -> 1;
      case NONE -> 0;
    };
  }
}
