package net.facteur.server.servermail;

import net.facteur.queue.MailAddress;

/// Reads mail that is meant for the server. Safe for use by many threads.
public interface MailReader {
  /// True if it reads mail to this address. Asked at every message: quick, and from memory.
  boolean reads(MailAddress recipient);

  /// Reads a message and does what it asks for. Blocks, within bounds of its own: the client waits.
  /// Never throws for what stands in the message; asked again for the same message, since a client
  /// may send it twice.
  Reading read(ServerMail mail);
}
