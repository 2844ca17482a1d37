package net.facteur.server.net;

import net.facteur.server.net.Conversation.Breach;

/// Whether a connection is to go.
sealed interface Departure {
  /// It may stay.
  record None() implements Departure {}

  /// At the next moment at which nothing is under way.
  ///
  /// @param breach what the client is told
  record WhenIdle(Breach breach) implements Departure {}

  /// As soon as nothing of ours is under way, even in the middle of a message.
  record AtOnce() implements Departure {}

  default boolean atOnce() {
    return switch (this) {
      case AtOnce _ -> true;
      case None _, WhenIdle _ -> false;
    };
  }
}
