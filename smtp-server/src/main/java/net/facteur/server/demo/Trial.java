package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import net.facteur.server.language.Text;

/// The messages that the demo sends, and what must come of each.
enum Trial {
  /// Submitted by a user, as mail should be.
  HONEST(1),
  /// The answer, the other way round.
  ANSWER(2),
  /// The honest message with its signature, but other words in it.
  ALTERED(3),
  /// A forger writes in a user's name from an address that is not in the SPF record.
  WRONG_ADDRESS(4),
  /// Signed with a key that the domain has revoked.
  REVOKED_KEY(5);

  private final int number;

  Trial(int number) {
    this.number = number;
  }

  /// Its place in the order, from 1.
  int number() {
    return number;
  }

  Text title() {
    return switch (this) {
      case HONEST -> SAY.honest();
      case ANSWER -> SAY.answer();
      case ALTERED -> SAY.altered();
      case WRONG_ADDRESS -> SAY.wrongAddress();
      case REVOKED_KEY -> SAY.revokedKey();
    };
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
