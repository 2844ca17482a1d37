package net.facteur.server.keys;

/// What came of an event.
///
/// @param <S> the states of everything the journal is about
public sealed interface Outcome<S> {
  /// The event is possible.
  record Applied<S>(S state) implements Outcome<S> {}

  /// It is not.
  ///
  /// @param why for people
  record Refused<S>(String why) implements Outcome<S> {}
}
