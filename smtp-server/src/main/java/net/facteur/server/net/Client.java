package net.facteur.server.net;

/// A client whose address is known and that was let in.
///
/// @param link what the conversation knows of the connection
/// @param talk what is spoken with it
/// @param loan what the connection holds of its share of memory
record Client(ConnectionLink link, Conversation talk, MemoryBudget.Loan loan) {
  boolean clear() {
    return link.tls().isEmpty();
  }
}
