package net.facteur.server.reception;

/// What a check's result leads to, mildest first.
public enum Action {
  /// Write it into Authentication-Results, nothing else.
  NOTE,
  /// Deliver to the junk folder.
  QUARANTINE,
  /// Answer 451: the client comes back, and the check may have changed its mind by then.
  DEFER,
  /// Answer 550.
  REJECT
}
