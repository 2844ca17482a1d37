package net.facteur.server.report;

import net.facteur.queue.MailAddress;

/// Takes mail of our own: routes, signs and queues it.
@FunctionalInterface
public interface Postbox {
  /// Queues a message. May block for signing and for the disk.
  ///
  /// @param from the reverse-path; the author, who signs, stands in the header
  /// @param header the whole header section with its empty line; no signature yet
  /// @return false where it cannot be signed for the author's domain, has no way to `to`, or the
  ///   queue does not take it
  boolean post(MailAddress from, MailAddress to, byte[] header, byte[] body);
}
