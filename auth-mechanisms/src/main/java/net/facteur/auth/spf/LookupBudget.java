package net.facteur.auth.spf;

import java.util.Optional;
import net.facteur.auth.dns.Answer;

/// Counts the terms that ask the DNS, and those that found nothing, over a whole check.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4 RFC 7208, section 4.6.4: DNS Lookup
///   Limits
final class LookupBudget {
  private final SpfLimits limits;
  private int terms;
  private int voids;

  LookupBudget(SpfLimits limits) {
    this.limits = limits;
  }

  /// Counts a term before it asks anything.
  ///
  /// @return the error where there were too many
  Optional<Match.Failure> countTerm() {
    terms++;
    return exceeded();
  }

  /// Counts the first answer a term got.
  ///
  /// @return the error where too many found nothing
  Optional<Match.Failure> countVoid(Answer<?> answer) {
    switch (answer) {
      case Answer.NoData<?> _, Answer.NxDomain<?> _ -> voids++;
      case Answer.Records<?> _, Answer.Failed<?> _, Answer.Bogus<?> _ -> {}
    }
    return exceeded();
  }

  /// The error where a limit has been passed.
  Optional<Match.Failure> exceeded() {
    if (terms > limits.terms()) {
      return Optional.of(
          new Match.Failure(
              SpfResult.PERMERROR, "more than " + limits.terms() + " terms that ask the DNS"));
    }
    if (voids > limits.voidLookups()) {
      return Optional.of(
          new Match.Failure(
              SpfResult.PERMERROR,
              "more than " + limits.voidLookups() + " look-ups that found nothing"));
    }
    return Optional.empty();
  }
}
