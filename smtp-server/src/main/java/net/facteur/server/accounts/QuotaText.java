package net.facteur.server.accounts;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A quota as people write it: `2GiB`, `500MiB`, `none`.
public final class QuotaText {
  private static final String NONE = "none";
  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,9})(KiB|MiB|GiB|TiB)");

  private QuotaText() {}

  /// @param octets 0 for none
  public static String of(long octets) {
    if (octets == 0) {
      return NONE;
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    long amount = octets >> 10;
    while (unit < units.length - 1 && amount % 1024 == 0) {
      amount /= 1024;
      unit++;
    }
    return amount + units[unit];
  }

  /// Octets, 0 for none; empty where it is something else, or more than [User#MAX_QUOTA].
  public static Optional<Long> parse(String text) {
    if (text.equals(NONE)) {
      return Optional.of(0L);
    }
    Matcher m = QUANTITY.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    int shift =
        switch (m.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 40;
        };
    long amount = Long.parseLong(m.group(1));
    return amount > 0 && amount <= User.MAX_QUOTA >> shift
        ? Optional.of(amount << shift)
        : Optional.empty();
  }
}
