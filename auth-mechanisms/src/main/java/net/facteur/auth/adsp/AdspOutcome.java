package net.facteur.auth.adsp;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.results.MethodResult;

/// What ADSP says about a message.
///
/// @param result the result word
/// @param authorDomain the domain it is about, empty where From names none
/// @param practice what the domain publishes, `unknown` where it exists and publishes nothing;
///   empty where that could not be found
/// @param trace how the answer was found, for people
public record AdspOutcome(
    AdspResult result,
    Optional<DomainName> authorDomain,
    Optional<AdspPractice> practice,
    List<String> trace) {
  public AdspOutcome {
    trace = List.copyOf(trace);
  }

  /// The result for Authentication-Results.
  public MethodResult toMethodResult() {
    MethodResult method = MethodResult.of("dkim-adsp", result.word());
    return authorDomain
        .map(domain -> method.with("header", "from", domain.toString()))
        .orElse(method);
  }
}
