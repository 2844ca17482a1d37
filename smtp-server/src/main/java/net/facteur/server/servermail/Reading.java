package net.facteur.server.servermail;

/// What came of a message that was meant for the server. Texts are for the log alone.
public sealed interface Reading {
  /// It is read, and what it says is on disk: nobody else gets it.
  ///
  /// @param what was read
  record Taken(String what) implements Reading {}

  /// It is something else: the postmaster gets it.
  ///
  /// @param why what was expected, and where
  record Other(String why) implements Reading {}

  /// It cannot be taken now: the client is asked to come again (451).
  ///
  /// @param why what is in the way
  record Later(String why) implements Reading {}
}
