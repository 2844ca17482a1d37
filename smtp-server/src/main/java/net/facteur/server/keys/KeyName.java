package net.facteur.server.keys;

import java.util.List;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.signing.KeyFile;

/// Names the keys of one selector: an RSA key at `selector`, an Ed25519 key at `selector-ed`; or
/// where it holds `{alg}`, each at a name with that of the algorithm.
///
/// @param domain the signing domain
/// @param selector one or more labels
public record KeyName(DomainName domain, String selector) implements Comparable<KeyName> {
  private static final int MAX_SELECTOR = 63;

  /// True for what may name keys: labels of letters, digits and hyphens, with [KeyFile#ALGORITHM]
  /// in them or not.
  public static boolean isSelector(String text) {
    String plain = text.replace(KeyFile.ALGORITHM, KeyType.ED25519.word());
    return plain.length() <= MAX_SELECTOR
        && DomainName.parse(plain).toOptional().filter(DomainName::isHostName).isPresent();
  }

  /// The selector of one of the keys, as it stands in `s=`.
  public String selector(KeyType type) {
    return KeyFile.selector(selector, type);
  }

  /// True where `name` means this selector: as a whole, or the name of one of its keys.
  public boolean answersTo(String name) {
    return selector.equals(name)
        || List.of(KeyType.values()).stream().anyMatch(type -> selector(type).equals(name));
  }

  /// Where the record of one of the keys stands.
  ///
  /// @throws IllegalArgumentException where selector and domain are too long together
  public DomainName owner(KeyType type) {
    return domain
        .child(selector(type) + "._domainkey")
        .orElseThrow(() -> new IllegalArgumentException("no name can hold " + this));
  }

  @Override
  public int compareTo(KeyName other) {
    int byDomain = domain.compareTo(other.domain);
    return byDomain == 0 ? selector.compareTo(other.selector) : byDomain;
  }

  @Override
  public String toString() {
    return selector + "._domainkey." + domain;
  }
}
