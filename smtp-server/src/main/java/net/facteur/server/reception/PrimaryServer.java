package net.facteur.server.reception;

import net.facteur.queue.MailAddress;
import net.facteur.server.delivery.RecipientProbe;
import net.facteur.server.routing.NextHop;

/// The server that keeps the mail of a domain that we relay for.
@FunctionalInterface
public interface PrimaryServer {
  /// Asks the hosts of a next hop whether they take mail for an address. Blocks.
  RecipientProbe.Said ask(NextHop hop, MailAddress address);
}
