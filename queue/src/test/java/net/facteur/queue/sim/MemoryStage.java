package net.facteur.queue.sim;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import net.facteur.queue.BodyStage;
import net.facteur.queue.StagedBody;

/// Collects a body in memory.
final class MemoryStage implements BodyStage {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Override
  public void write(ByteBuffer octets) {
    byte[] copy = new byte[octets.remaining()];
    octets.get(copy);
    out.writeBytes(copy);
  }

  @Override
  public long size() {
    return out.size();
  }

  @Override
  public boolean inFile() {
    return false;
  }

  @Override
  public StagedBody complete() {
    return StagedBody.of(out.toByteArray());
  }

  @Override
  public void discard() {
    out.reset();
  }
}
