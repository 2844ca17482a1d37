package net.facteur.server.accounts;

import java.text.Normalizer;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;

/// The name of a user, which is a mail address in its comparable form: ASCII lower case, Unicode in
/// NFC, the domain in A-labels. There is none with spaces or quotes: the users file parts its
/// fields by spaces, and no program lets its user type quotes. None begins with `#`: that is how a
/// comment begins in the users file, and whoever has such a name would be gone there.
///
/// @param localPart a dot-string without quotes, 1 to 64 characters, no `/`, not beginning with a
///   dot, since it becomes the name of a directory
/// @param domain a local domain
public record UserName(String localPart, DomainName domain) implements Comparable<UserName> {
  /// Reads `name@domain`.
  public static Optional<UserName> parse(String typed) {
    String text = Normalizer.normalize(typed, Normalizer.Form.NFC);
    int at = text.lastIndexOf('@');
    if (at < 1 || at > 64) {
      return Optional.empty();
    }
    String local = lower(text.substring(0, at));
    boolean plain =
        !local.startsWith(".")
            && !local.startsWith("#")
            && !local.endsWith(".")
            && !local.contains("..")
            && local.codePoints().allMatch(UserName::allowed);
    return plain
        ? DomainName.parse(text.substring(at + 1))
            .toOptional()
            .filter(DomainName::isHostName)
            .map(domain -> new UserName(local, domain))
        : Optional.empty();
  }

  private static boolean allowed(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || "._-+=!#$%&'*?^{|}~".indexOf(c) >= 0
        || (c >= 0xA1 && Character.isLetterOrDigit(c));
  }

  /// ASCII letters in lower case, everything else as it is.
  static String lower(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return out.toString();
  }

  /// True where programs beside us take the name for those of other users, too: Dovecot, where it
  /// ends the sessions of one of them.
  public boolean isMask() {
    return localPart.indexOf('*') >= 0 || localPart.indexOf('?') >= 0;
  }

  public String text() {
    return localPart + "@" + domain.text();
  }

  @Override
  public int compareTo(UserName other) {
    return text().compareTo(other.text());
  }

  @Override
  public String toString() {
    return text();
  }
}
