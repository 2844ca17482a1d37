package net.facteur.server.routing;

/// Numbers as next hops write them.
final class Decimal {
  private Decimal() {}

  /// The number that `digits` writes, or -1 where it is no decimal number up to `max`.
  static int parse(String digits, int max) {
    if (digits.isEmpty() || digits.length() > 9) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value <= max ? value : -1;
  }
}
