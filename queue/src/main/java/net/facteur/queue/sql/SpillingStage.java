package net.facteur.queue.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import net.facteur.queue.BodyStage;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Collects a body in memory up to the threshold, then in a file.
final class SpillingStage implements BodyStage {
  private static final Logger LOG = LogManager.getLogger(SpillingStage.class);
  private static final int FIRST_BUFFER = 8 << 10;

  private final BodyFiles files;
  private final int threshold;
  private final BooleanSupplier full;
  private byte[] memory = new byte[0];
  private int inMemory;
  private Optional<InFile> file = Optional.empty();
  private boolean ended;

  /// @param full asked before each write to a file: what is being received must not eat up what has
  ///   to stay free
  SpillingStage(BodyFiles files, int threshold, BooleanSupplier full) {
    this.full = full;
    this.files = files;
    this.threshold = threshold;
  }

  @Override
  public void write(ByteBuffer octets) throws IOException {
    if (ended) {
      throw new IllegalStateException("the body has ended");
    }
    if (file.isEmpty() && inMemory + octets.remaining() > threshold) {
      spill();
    }
    if (file.isPresent()) {
      if (full.getAsBoolean()) {
        throw new IOException("the queue's disk has less free space than has to stay");
      }
      file.get().append(octets);
    } else {
      int length = octets.remaining();
      if (inMemory + length > memory.length) {
        int grown = Math.max(Math.max(FIRST_BUFFER, inMemory + length), memory.length * 2);
        memory = Arrays.copyOf(memory, Math.min(grown, threshold));
      }
      octets.get(memory, inMemory, length);
      inMemory += length;
    }
  }

  @Override
  public void spill() throws IOException {
    if (file.isPresent()) {
      return;
    }
    InFile opened = InFile.create(files);
    file = Optional.of(opened);
    opened.append(ByteBuffer.wrap(memory, 0, inMemory));
    memory = new byte[0];
  }

  @Override
  public long size() {
    return file.map(InFile::size).orElse((long) inMemory);
  }

  @Override
  public boolean inFile() {
    return file.isPresent();
  }

  @Override
  public StagedBody complete() {
    ended = true;
    if (file.isPresent()) {
      return file.get();
    }
    byte[] octets = inMemory == memory.length ? memory : Arrays.copyOf(memory, inMemory);
    memory = new byte[0];
    return StagedBody.of(octets);
  }

  @Override
  public void discard() {
    ended = true;
    memory = new byte[0];
    file.ifPresent(InFile::discard);
  }

  /// A body in a file of the staging area. Its channel stays open, since a failed write-back is
  /// told to those who had the file open.
  static final class InFile implements StagedBody {
    private final BodyFiles files;
    private final Path path;
    private final FileChannel channel;
    private final CRC32C sum = new CRC32C();
    private long size;
    private boolean taken;

    private InFile(BodyFiles files, Path path, FileChannel channel) {
      this.files = files;
      this.path = path;
      this.channel = channel;
    }

    static InFile create(BodyFiles files) throws IOException {
      Path path = files.newStagingFile();
      return new InFile(files, path, PrivateFiles.create(path));
    }

    void copy(InputStream in) throws IOException {
      byte[] buffer = new byte[64 << 10];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        append(ByteBuffer.wrap(buffer, 0, n));
      }
    }

    private void append(ByteBuffer octets) throws IOException {
      size += octets.remaining();
      sum.update(octets.duplicate());
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
    }

    /// Makes the body durable; from then on it is the queue's.
    KeptBodies.Kept keep(QueueId id) throws IOException {
      synchronized (this) {
        if (taken) {
          throw new IOException("the body was queued or discarded before");
        }
        taken = true;
      }
      try {
        return new KeptBodies.Kept(files.keep(channel, path, id), sum.getValue());
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }

    @Override
    public synchronized void discard() {
      if (!taken) {
        taken = true;
        close();
      }
    }

    private void close() {
      try {
        channel.close();
        Files.deleteIfExists(path);
      } catch (IOException e) {
        LOG.warn("cannot remove staged body {}, it will be swept at the next start: {}", path, e);
      }
    }
  }
}
