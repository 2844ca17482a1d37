package net.facteur.queue;

import java.time.Instant;

/// Mail that was refused for one recipient, for whoever asks later where it is.
///
/// @param origin who offered it, as in [NewMessage]
/// @param reversePath without brackets
/// @param address the forward-path without brackets; empty where the sender was refused
/// @param reply what the client was told, code first
public record Refusal(
    Instant at, String origin, String reversePath, String address, String reply) {}
