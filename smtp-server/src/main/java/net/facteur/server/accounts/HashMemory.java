package net.facteur.server.accounts;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.Block;

/// The memory of one thread that hashes. It grows to what the largest hash took, and is used again
/// and again; between hashes it holds zeros. For one thread at a time.
final class HashMemory implements Argon2BytesGenerator.BlockPool {
  private final Deque<Block> free = new ArrayDeque<>();
  private int made;

  @Override
  public Block allocate() {
    Block block = free.pollLast();
    if (block == null) {
      made++;
      return new Block();
    }
    return block;
  }

  @Override
  public void deallocate(Block block) {
    free.addLast(block.clear());
  }

  /// KiB that were taken from the machine so far.
  int kib() {
    return made;
  }
}
