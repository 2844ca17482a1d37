package net.facteur.server.smtp;

import java.util.concurrent.CompletionStage;

/// The server's side of one SASL exchange. The client speaks first.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4422#section-3 RFC 4422, section 3: The Authentication
///   Exchange
interface SaslExchange {
  /// @param response the client's next message, decoded
  Turn respond(byte[] response);

  /// Who the client says that it is, unproven and as sent; empty before it has.
  String user();

  /// What follows a client's message.
  sealed interface Turn {
    /// The client must answer this.
    record Challenge(byte[] octets) implements Turn {}

    /// The outcome, now or later.
    record Outcome(CompletionStage<AuthOutcome> stage) implements Turn {}

    /// The message is against the mechanism's grammar.
    record Malformed() implements Turn {}
  }
}
