package net.facteur.server.keys;

import java.util.Optional;

/// Looks at what is published on the web, as others would.
@FunctionalInterface
public interface DisclosureCheck {
  /// @param url `https`
  /// @param text what must be there
  /// @return why it cannot be read there, for people; empty where it can
  Optional<String> problem(String url, String text);
}
