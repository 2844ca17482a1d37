package net.facteur.server.net;

import java.util.HashMap;
import java.util.Map;

/// A stock of something (octets of memory, places at work) that many parties draw from, such that
/// none of them, nor a handful together, can keep the last of it from a newcomer.
///
/// A party may hold at most as much as is left over. One alone gets half; of ten that want all they
/// can have, each gets an eleventh, and an eleventh stays for the next. What is left shrinks as
/// more of them come, so only a crowd of as many parties as there are units uses up everything.
///
/// Safe for many threads.
///
/// @param <K> what tells one party from another, such as a client network
/// @spec https://doi.org/10.1109/90.664262 Choudhury and Hahne, Dynamic Queue Length Thresholds for
///   Shared-Memory Packet Switches
public final class FairDivision<K> {
  private final long total;
  private final Map<K, Long> held = new HashMap<>();
  private long taken;

  /// @param total what there is to divide, at least 1
  public FairDivision(long total) {
    if (total < 1) {
      throw new IllegalArgumentException("nothing to divide");
    }
    this.total = total;
  }

  /// Gives `party` so much more.
  ///
  /// @return false where that is more than its share, and nothing has changed
  public synchronized boolean take(K party, long amount) {
    long mine = held.getOrDefault(party, 0L);
    if (mine + amount > total - taken) {
      return false;
    }
    add(party, amount);
    return true;
  }

  /// Writes down what `party` holds already, be it more than its share or not.
  public synchronized void owe(K party, long amount) {
    add(party, amount);
  }

  private void add(K party, long amount) {
    held.merge(party, amount, Long::sum);
    taken += amount;
  }

  /// Takes back what was given.
  public synchronized void give(K party, long amount) {
    taken -= amount;
    held.compute(party, (_, n) -> n == null || n <= amount ? null : n - amount);
  }

  /// What nobody holds; below zero where more is owed than there is.
  public synchronized long left() {
    return total - taken;
  }

  /// What there is in all.
  public long total() {
    return total;
  }
}
