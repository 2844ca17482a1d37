package net.facteur.server.accounts.hash;

import net.facteur.server.language.Text;

/// What a text that should be a password hash is.
public sealed interface HashReading {
  /// A hash that can be checked.
  record Known(ForeignHash hash) implements HashReading {}

  /// No password is right: the field is empty, or holds `!`, `*` or the like.
  ///
  /// @param empty there is nothing, which other programs may take for "no password needed"
  record NoLogin(boolean empty) implements HashReading {}

  /// A scheme that cannot be checked here.
  ///
  /// @param scheme its name, which is a stranger's text
  record Unknown(String scheme) implements HashReading {}

  /// One check would cost more than a login may.
  ///
  /// @param cost what it asks for, such as `rounds=999999999`
  /// @param most what is taken, in the same words
  record TooCostly(String scheme, String cost, String most) implements HashReading {}

  /// It says which scheme it is, and is none of it.
  ///
  /// @param expected the form that would be right
  record Malformed(String scheme, String expected) implements HashReading {}

  /// Why there is no hash, in a sentence; empty words if there is one.
  default Text reason() {
    return switch (this) {
      case Known _ -> Text.of("");
      case NoLogin(boolean empty) ->
          empty ? HashTexts.SAY.emptyPassword() : HashTexts.SAY.lockedPassword();
      case Unknown(String scheme) -> HashTexts.SAY.unknownScheme(scheme);
      case TooCostly(String scheme, String cost, String most) ->
          HashTexts.SAY.tooCostly(scheme, cost, most);
      case Malformed(String scheme, String expected) ->
          HashTexts.SAY.malformedHash(scheme, expected);
    };
  }
}
