package net.facteur.server.keys;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.signing.KeyFile;

/// How selectors are named: text with `{month}` (`jan`), `{mm}` (`01`), `{dd}` (`31`), `{year}`
/// (`2027`), `{yy}` (`27`), `{date}` (`20270131`), `{domain}` (dots as hyphens) and `{alg}` (`rsa`,
/// `ed25519`), which stays in the name of the selector until a key is meant.
///
/// @param text such as `{month}{year}`
public record SelectorTemplate(String text) {
  /// Such as `jan2027`: it tells everybody how old the key is.
  public static final SelectorTemplate DEFAULT = new SelectorTemplate("{month}{year}");

  private static final int MAX_LABEL = 60;

  /// `-ed`, and a letter where the name is taken.
  private static final int RESERVE = 4;

  /// True where selectors come out of it.
  public boolean valid() {
    String filled = fill(Instant.EPOCH, DomainName.of("example.org"));
    return List.of(KeyType.values()).stream()
        .map(type -> filled.replace(KeyFile.ALGORITHM, type.word()))
        .allMatch(
            one ->
                one.indexOf('{') < 0
                    && one.length() <= MAX_LABEL - RESERVE
                    && DomainName.parse(one)
                        .toOptional()
                        .filter(DomainName::isHostName)
                        .isPresent());
  }

  /// A selector that is not taken: the filled template, else with `b`, `c` and so on appended.
  public String next(Instant now, DomainName domain, Predicate<String> taken) {
    String plain = fill(now, domain);
    if (!taken.test(plain)) {
      return plain;
    }
    for (char letter = 'b'; letter <= 'z'; letter++) {
      if (!taken.test(plain + letter)) {
        return plain + letter;
      }
    }
    int number = 2;
    while (taken.test(plain + "-" + number)) {
      number++;
    }
    return plain + "-" + number;
  }

  private String fill(Instant now, DomainName domain) {
    ZonedDateTime date = now.atZone(ZoneOffset.UTC);
    String mm = twoDigits(date.getMonthValue());
    return text.replace(
            "{month}",
            date.getMonth()
                .getDisplayName(TextStyle.SHORT, Locale.ENGLISH)
                .toLowerCase(Locale.ROOT))
        .replace("{mm}", mm)
        .replace("{dd}", twoDigits(date.getDayOfMonth()))
        .replace("{year}", Integer.toString(date.getYear()))
        .replace("{yy}", twoDigits(date.getYear() % 100))
        .replace("{date}", date.getYear() + mm + twoDigits(date.getDayOfMonth()))
        .replace("{domain}", domain.text().replace('.', '-'));
  }

  private static String twoDigits(int n) {
    return n < 10 ? "0" + n : Integer.toString(n);
  }
}
