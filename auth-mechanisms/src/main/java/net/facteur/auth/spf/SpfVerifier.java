package net.facteur.auth.spf;

import java.time.InstantSource;
import java.util.Optional;
import net.facteur.auth.dns.DeadlineResolver;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.syntax.Parsed;

/// Checks whether a client may send mail for a domain.
///
/// It blocks while it asks the DNS, so it is called on a virtual thread. It throws for no request
/// and no answer, and is safe for use by many threads at once.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-4 RFC 7208, section 4: The check_host()
///   Function
public final class SpfVerifier {
  private final Resolver resolver;
  private final InstantSource clock;
  private final String receiver;
  private final SpfLimits limits;

  /// A verifier with the RFC's limits.
  ///
  /// @param receiver this host's name, for the `%{r}` of explanations
  public SpfVerifier(Resolver resolver, InstantSource clock, String receiver) {
    this(resolver, clock, receiver, SpfLimits.RFC_7208);
  }

  /// A verifier with other limits.
  public SpfVerifier(Resolver resolver, InstantSource clock, String receiver, SpfLimits limits) {
    this.resolver = resolver;
    this.clock = clock;
    this.receiver = receiver;
    this.limits = limits;
  }

  /// check_host() for the identity of `request`.
  public SpfOutcome check(SpfRequest request) {
    Optional<DomainName> domain = domain(request.sender().domain());
    if (domain.isEmpty()) {
      return SpfOutcome.unchecked(
          request.identity(),
          "no domain to check: the " + given(request) + " is no full domain name");
    }
    var timed = new DeadlineResolver(resolver, clock, limits.time());
    return new SpfEvaluation(timed, clock, receiver, limits, request, domain.get()).outcome();
  }

  private static String given(SpfRequest request) {
    boolean helo = request.identity() == SpfIdentity.HELO || request.reversePath().isEmpty();
    return helo ? "HELO name" : "domain of the reverse-path";
  }

  private static Optional<DomainName> domain(String text) {
    // 4.3: if the domain is malformed or not a multi-label domain name, the result is "none"
    return text.startsWith("[")
        ? Optional.empty()
        : switch (DomainName.parse(text)) {
          case Parsed.Ok<DomainName>(DomainName name) when name.labelCount() > 1 ->
              Optional.of(name);
          case Parsed.Ok<DomainName> _, Parsed.Malformed<DomainName> _ -> Optional.empty();
        };
  }
}
