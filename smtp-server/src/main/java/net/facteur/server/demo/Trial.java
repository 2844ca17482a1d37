package net.facteur.server.demo;

/// The messages that the demo sends, and what must come of each.
enum Trial {
  /// Submitted by a user, as mail should be.
  HONEST(1, "an honest message"),
  /// The answer, the other way round.
  ANSWER(2, "the answer to it"),
  /// The honest message with its signature, but other words in it.
  ALTERED(3, "the same message, altered on its way"),
  /// A forger writes in a user's name from an address that is not in the SPF record.
  WRONG_ADDRESS(4, "a message from a wrong address"),
  /// Signed with a key that the domain has revoked.
  REVOKED_KEY(5, "a message signed with a revoked key");

  private final int number;
  private final String title;

  Trial(int number, String title) {
    this.number = number;
    this.title = title;
  }

  /// Its place in the order, from 1.
  int number() {
    return number;
  }

  String title() {
    return title;
  }

  /// True for mail that must pass every check; all other must pass none.
  boolean honest() {
    return switch (this) {
      case HONEST, ANSWER -> true;
      case ALTERED, WRONG_ADDRESS, REVOKED_KEY -> false;
    };
  }

  /// The file name under which the message is written.
  String fileName() {
    return String.format(
        "%02d-%s.eml", number, name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
  }
}
