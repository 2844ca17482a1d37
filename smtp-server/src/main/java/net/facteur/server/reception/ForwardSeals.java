package net.facteur.server.reception;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import net.facteur.server.providers.Provider;
import net.facteur.server.signing.MessageSealer;

/// Seals mail that an address here passes on to elsewhere.
///
/// @param sealer makes the ARC set
/// @param wanted whether mail for a domain elsewhere is sealed
public record ForwardSeals(MessageSealer sealer, Predicate<String> wanted) {
  /// Gmail wants ARC fields of whoever forwards mail regularly (Email sender guidelines,
  /// support.google.com/mail/answer/81126); Microsoft 365 lets its customers name sealers whom they
  /// trust. Others look at no seal, or do not say so.
  private static final Set<String> ASKING = Set.of("google", "microsoft");

  /// Seals as the settings say.
  ///
  /// @param providers who takes the mail of a domain; empty where nobody knows
  /// @return empty where nothing is sealed
  public static Optional<ForwardSeals> of(
      SealForwards when, MessageSealer sealer, Function<String, Optional<Provider>> providers) {
    return switch (when) {
      case OFF -> Optional.empty();
      case ON -> Optional.of(new ForwardSeals(sealer, _ -> true));
      case AUTO ->
          Optional.of(
              new ForwardSeals(
                  sealer,
                  domain -> providers.apply(domain).filter(ForwardSeals::asks).isPresent()));
    };
  }

  /// Whether a provider asks forwarders for seals.
  public static boolean asks(Provider provider) {
    return ASKING.contains(provider.name());
  }
}
