package net.facteur.server.net;

import net.facteur.server.net.ConnectionState.Arriving;
import net.facteur.server.net.ConnectionState.AwaitingProxy;
import net.facteur.server.net.ConnectionState.Commands;
import net.facteur.server.net.ConnectionState.Known;
import net.facteur.server.net.ConnectionState.Over;
import net.facteur.server.net.ConnectionState.Storing;

/// Pays for what has been received and not taken, and stops reading while it cannot be taken: the
/// peer then waits too, whether we are at work or it does not read our replies.
final class Reading {
  /// Octets received ahead of what is being worked on, before reading pauses.
  private static final int MAX_AHEAD = 64 * 1024;

  private final Connection connection;

  Reading(Connection connection) {
    this.connection = connection;
  }

  /// Called when something was received, or taken.
  void settle() {
    if (connection.over()) {
      return;
    }
    boolean room = paid();
    if (!room && connection.state() instanceof Commands && connection.exchange().free()) {
      connection.input().skipLine();
      connection.exchange().proceed();
      connection.flush();
      room = paid();
    }
    if (!connection.over()) {
      boolean ahead = room && connection.input().size() <= MAX_AHEAD;
      boolean taken = ahead || !connection.exchange().waits();
      connection.wire().read(taken && !connection.wire().full());
    }
  }

  private boolean paid() {
    long held = MemoryBudget.CONNECTION + (long) connection.input().trim();
    return switch (connection.state()) {
      case Storing storing -> storing.client().loan().hold(held + storing.octets());
      case Known known -> known.client().loan().hold(held);
      case Arriving _, AwaitingProxy _, Over _ -> true;
    };
  }
}
