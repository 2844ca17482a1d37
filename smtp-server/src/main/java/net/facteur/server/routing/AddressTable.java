package net.facteur.server.routing;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;

/// A table keyed by address or by bare local part; the whole address goes first.
final class AddressTable<V> {
  private final Map<String, V> entries = new HashMap<>();

  AddressTable(Map<String, V> source) {
    source.forEach((key, value) -> entries.put(key(key), value));
  }

  Optional<V> find(String localPart, DomainName domain) {
    V whole = entries.get(localPart + "@" + domain.text());
    return whole != null ? Optional.of(whole) : Optional.ofNullable(entries.get(localPart));
  }

  private static String key(String text) {
    int at = text.lastIndexOf('@');
    if (at < 0) {
      return Ascii.lower(text);
    }
    return Ascii.lower(text.substring(0, at)) + "@" + DomainName.of(text.substring(at + 1)).text();
  }

  /// Reads a target of a table.
  ///
  /// @param near the domain of a bare local part
  static MailAddress target(String text, DomainName near) {
    int at = text.lastIndexOf('@');
    return at < 0
        ? new MailAddress(text, near.text())
        : new MailAddress(text.substring(0, at), text.substring(at + 1));
  }
}
