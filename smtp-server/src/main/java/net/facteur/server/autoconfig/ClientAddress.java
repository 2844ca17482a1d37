package net.facteur.server.autoconfig;

import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;

/// The address that somebody sets a mail program up for: at a domain of ours, and whether it is
/// anybody's there is not looked at.
///
/// @param text as it was typed, at most 254 octets of UTF-8, without white space, quotes and
///   brackets
record ClientAddress(String text, DomainName domain) {
  private static final int MAX_LENGTH = 254;

  /// Empty where it is none, or not at one of these domains.
  static Optional<ClientAddress> of(String typed, Set<DomainName> domains) {
    String text = typed.strip();
    int at = text.lastIndexOf('@');
    return at < 1
            || text.length() > MAX_LENGTH
            || !text.codePoints().allMatch(ClientAddress::isPlain)
        ? Optional.empty()
        : DomainName.parse(text.substring(at + 1))
            .toOptional()
            .filter(domains::contains)
            .map(domain -> new ClientAddress(text, domain));
  }

  private static boolean isPlain(int c) {
    return Character.isDefined(c)
        && Character.getType(c) != Character.SURROGATE
        && Character.getType(c) != Character.FORMAT
        && !Character.isISOControl(c)
        && !Character.isWhitespace(c)
        && !Character.isSpaceChar(c)
        && "\"<>()[]\\,;:".indexOf(c) < 0;
  }
}
