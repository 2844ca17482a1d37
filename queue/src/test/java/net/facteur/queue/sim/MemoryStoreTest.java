package net.facteur.queue.sim;

import java.time.InstantSource;
import net.facteur.queue.store.QueueStore;

class MemoryStoreTest extends QueueStoreContract {
  private final MemoryStore.Disk disk = new MemoryStore.Disk();

  @Override
  protected QueueStore open() {
    return new MemoryStore(disk, 100, InstantSource.fixed(NOW), Runnable::run, () -> false);
  }
}
