package net.facteur.server.routing;

import java.util.List;
import java.util.stream.IntStream;
import net.facteur.server.config.Settings;

/// The characters that may part a user from a tag of his own, as `+` does in `alice+shop`.
///
/// @param characters each of them; empty where there are no tags
public record Separators(String characters) {
  public static Separators from(Settings settings) {
    return new Separators(settings.get(RoutingSettings.SEPARATORS));
  }

  /// Where a local part may be cut, the longest name first: `mary-ann-shop` may be `shop` of
  /// `mary-ann`, or `ann-shop` of `mary`.
  public List<Integer> cuts(String localPart) {
    return IntStream.iterate(localPart.length() - 1, i -> i > 0, i -> i - 1)
        .filter(i -> characters.indexOf(localPart.charAt(i)) >= 0)
        .boxed()
        .toList();
  }

  /// The tag of an address.
  ///
  /// @param name the user's local part
  /// @return empty where the address has none
  public String tag(String localPart, String name) {
    return localPart.length() > name.length() + 1
            && localPart.regionMatches(true, 0, name, 0, name.length())
            && characters.indexOf(localPart.charAt(name.length())) >= 0
        ? localPart.substring(name.length() + 1)
        : "";
  }
}
