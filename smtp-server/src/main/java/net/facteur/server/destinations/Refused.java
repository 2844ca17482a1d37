package net.facteur.server.destinations;

import java.time.Instant;
import net.facteur.queue.EnhancedStatusCode;

/// Something that a provider said lately when it did not take mail. Replies that differ only in
/// numbers and addresses are one.
///
/// @param lasting it was for good; else put off
/// @param at when it was said last
/// @param times how often
/// @param message the queue id of the last message
/// @param host who said it
/// @param reply at most [#MOST] characters, as the host sent them
public record Refused(
    boolean lasting,
    Instant at,
    long times,
    String message,
    String host,
    EnhancedStatusCode status,
    String reply) {
  static final int MOST = 500;
}
