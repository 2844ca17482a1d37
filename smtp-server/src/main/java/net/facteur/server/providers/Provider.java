package net.facteur.server.providers;

/// Who takes mail: a big provider of the table, the domain that a mail exchanger stands under, or a
/// smarthost.
///
/// @param name how settings, commands and the memory name it: lower case, 1 to 255 characters, no
///   space
/// @param title what people call it; the name where the table has none
public record Provider(String name, String title) implements Comparable<Provider> {
  /// The longest name.
  public static final int MOST = 255;

  /// All that there is no room for.
  public static final Provider OTHER = new Provider("other", "other");

  public Provider {
    if (name.isEmpty() || name.length() > MOST || name.chars().anyMatch(c -> c <= ' ')) {
      throw new IllegalArgumentException("no name of a provider: " + name);
    }
  }

  @Override
  public int compareTo(Provider other) {
    return name.compareTo(other.name);
  }

  /// The name.
  @Override
  public String toString() {
    return name;
  }
}
