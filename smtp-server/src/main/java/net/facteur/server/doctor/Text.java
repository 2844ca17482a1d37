package net.facteur.server.doctor;

/// A sentence in each language.
///
/// @param english also for every other language
public record Text(String english, String french) {
  static Text of(String english, String french) {
    return new Text(english, french);
  }

  /// @param language such as `fr` or `fr_BE.UTF-8`
  public String in(String language) {
    return language.startsWith("fr") ? french : english;
  }
}
