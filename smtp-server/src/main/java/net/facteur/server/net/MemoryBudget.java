package net.facteur.server.net;

import net.facteur.server.config.Settings;

/// The octets that all connections together may hold: lines, recipients, headers, and bodies that
/// are not in a file yet. Divided by client network.
///
/// It counts what clients make the server keep, not every object of Java, so it has to stay well
/// below the heap: a quarter by default.
public final class MemoryBudget {
  /// What a connection is charged from its first octet on: its objects, and a line being read.
  static final int CONNECTION = 8 << 10;

  /// The smallest budget: one MiB.
  public static final long LEAST = 1L << 20;

  private final FairDivision<AddressBlock> octets;

  /// @param octets at least [#LEAST]
  public MemoryBudget(long octets) {
    if (octets < LEAST) {
      throw new IllegalArgumentException("a budget starts at " + LEAST + " octets");
    }
    this.octets = new FairDivision<>(octets);
  }

  /// A quarter of what this process may use.
  public static MemoryBudget ofHeap() {
    return new MemoryBudget(Math.max(LEAST, Runtime.getRuntime().maxMemory() / 4));
  }

  /// The budget of a server with these settings.
  public static MemoryBudget from(Settings settings) {
    long octets = settings.get(TransportSettings.MEMORY);
    return octets == 0 ? ofHeap() : new MemoryBudget(Math.max(LEAST, octets));
  }

  /// Octets that nobody holds.
  public long left() {
    return octets.left();
  }

  /// An empty loan of a client.
  public Loan open(AddressBlock network) {
    return new Loan(network);
  }

  /// What one connection, or one message, holds of the budget. Safe for many threads.
  public final class Loan implements AutoCloseable {
    private final AddressBlock network;
    private long held;
    private boolean closed;

    private Loan(AddressBlock network) {
      this.network = network;
    }

    /// Takes `more` octets.
    ///
    /// @return false where there are not so many for this client, and nothing has changed
    public synchronized boolean take(long more) {
      if (closed || !octets.take(network, more)) {
        return false;
      }
      held += more;
      return true;
    }

    /// Gives octets back.
    public synchronized void give(long less) {
      if (!closed) {
        octets.give(network, less);
        held -= less;
      }
    }

    /// True where not much is left for this client: what can be kept elsewhere should be.
    public boolean tight() {
      return octets.left() < octets.total() / 4;
    }

    /// Says what is held from now on, which has happened already.
    ///
    /// @return false where that is more than there is for this client
    synchronized boolean hold(long now) {
      long more = now - held;
      if (more == 0 || closed) {
        return true;
      }
      held = now;
      if (more < 0) {
        octets.give(network, -more);
        return true;
      }
      if (octets.take(network, more)) {
        return true;
      }
      octets.owe(network, more);
      return false;
    }

    /// Gives everything back. Later calls change nothing.
    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        octets.give(network, held);
        held = 0;
      }
    }
  }
}
