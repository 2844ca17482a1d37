package net.facteur.auth.arc;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.syntax.Ascii;

/// What the validation of a chain found.
///
/// @param status the status of the chain
/// @param reason why it failed, empty otherwise
/// @param sets the sets from the first to the last, as far as they could be read; to be believed
///   only where the status is `pass`
/// @param oldestPass the lowest instance whose message signature still verifies, 0 where all do
/// @param trace what was checked, for people
public record ArcOutcome(
    ChainStatus status, String reason, List<ArcSet> sets, int oldestPass, List<String> trace) {
  public ArcOutcome {
    sets = List.copyOf(sets);
    trace = List.copyOf(trace);
  }

  /// True where the chain is good and every one of its sealers is in the list. A chain is as good
  /// as its least trusted sealer, who may have invented all before him.
  public boolean sealedOnlyBy(Set<DomainName> trusted) {
    return status == ChainStatus.PASS
        && sets.stream().map(ArcSet::sealer).allMatch(trusted::contains);
  }

  /// The author domains that pass DMARC by the word of the first sealer, where all sealers are in
  /// the list; empty otherwise.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8617#section-7.2.1 RFC 8617, section 7.2.1: DMARC
  ///   Local Policy Overrides
  public Set<DomainName> foundToPassDmarc(Set<DomainName> trusted) {
    if (!sealedOnlyBy(trusted)) {
      return Set.of();
    }
    return sets.getFirst().authenticationResults().toOptional().stream()
        .flatMap(results -> results.results().stream())
        .filter(result -> Ascii.equalsIgnoreCase(result.method(), "dmarc"))
        .filter(result -> Ascii.equalsIgnoreCase(result.result(), "pass"))
        .flatMap(result -> result.values("header", "from").stream())
        .flatMap(domain -> DomainName.parse(domain).toOptional().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The result for Authentication-Results.
  ///
  /// @param client the address of the SMTP client in text form
  /// @spec https://www.rfc-editor.org/rfc/rfc8617#section-6 RFC 8617, section 6: Communication of
  ///   Validation Results
  public MethodResult toMethodResult(String client) {
    MethodResult result = MethodResult.of("arc", status.word());
    return switch (status) {
      case NONE -> result;
      case FAIL -> result.withReason(reason).with("smtp", "remote-ip", client);
      case PASS ->
          result
              .withComment("i=" + sets.size() + " " + sets.getLast().sealer())
              .with("header", "oldest-pass", Integer.toString(oldestPass))
              .with("smtp", "remote-ip", client);
    };
  }
}
