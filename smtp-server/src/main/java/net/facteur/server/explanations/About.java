package net.facteur.server.explanations;

/// Whom or what a refusal is about. Only what is about us may be better on another way.
public enum About {
  /// Us: our address, its reputation, our name, what proves our domains.
  US,
  /// The recipient: the address, the mailbox, its domain.
  RECIPIENT,
  /// What the message contains, or how large it is.
  CONTENT,
  /// How much we send.
  RATE,
  /// The state of the other server: it passes.
  TEMPORARY,
  /// Something else, or nobody knows.
  OTHER
}
