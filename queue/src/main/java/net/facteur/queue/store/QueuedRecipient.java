package net.facteur.queue.store;

import java.time.Instant;
import net.facteur.queue.Recipient;

/// A recipient as it stands in the queue.
///
/// @param number its place among the recipients of its message, from 0
/// @param recipient address, next hop and wishes
/// @param attempts how often it has been tried, or put off with its destination
/// @param delayReported the sender has been told of the delay
/// @param nextAttempt when it is due
public record QueuedRecipient(
    int number, Recipient recipient, int attempts, boolean delayReported, Instant nextAttempt) {}
