package net.facteur.auth.spf;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;

/// How a check ended, and why.
///
/// @param result the result
/// @param identity what was checked
/// @param domain the domain that was checked; empty where the client gave none that could be
/// @param explanation why the domain says the mail fails; empty unless the result is `fail` and the
///   domain publishes one
/// @param problem for `none`, `temperror` and `permerror`, what was wrong, in printable ASCII; else
///   empty
/// @param mechanism the directive that matched, as published (`-all`), or `default`
/// @param trace every step in order, in printable ASCII, indented by depth
public record SpfOutcome(
    SpfResult result,
    SpfIdentity identity,
    Optional<DomainName> domain,
    SpfExplanation explanation,
    String problem,
    String mechanism,
    List<String> trace) {
  public SpfOutcome {
    trace = List.copyOf(trace);
  }

  /// `none`, since there is nothing that could be checked.
  ///
  /// @param problem why, in printable ASCII
  public static SpfOutcome unchecked(SpfIdentity identity, String problem) {
    return new SpfOutcome(
        SpfResult.NONE,
        identity,
        Optional.empty(),
        SpfExplanation.NONE,
        problem,
        "default",
        List.of(problem));
  }
}
