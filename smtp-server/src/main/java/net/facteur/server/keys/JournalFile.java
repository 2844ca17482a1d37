package net.facteur.server.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// A journal in one file, mode 0600, with a lock file beside it. One object per file and process.
public final class JournalFile implements JournalStore {
  private static final long MAX_OCTETS = 64L << 20;
  private static final int ATTEMPTS = 1000;
  private static final long PAUSE_NANOS = 10_000_000;
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final ReentrantLock turn = new ReentrantLock();

  public JournalFile(Path file) {
    this.file = file;
  }

  public Path path() {
    return file;
  }

  @Override
  public List<String> lines() throws IOException {
    byte[] octets;
    try {
      if (Files.size(file) > MAX_OCTETS) {
        throw new IOException(file + " is larger than 64 MiB; this is no journal of ours");
      }
      octets = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] == '\n') {
        lines.add(new String(octets, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return lines;
  }

  @Override
  public void append(String line) throws IOException {
    boolean fresh = !Files.exists(file);
    try (var out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PRIVATE)) {
      long end = endOfLastLine(out);
      out.truncate(end);
      out.position(end);
      ByteBuffer octets = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (octets.hasRemaining()) {
        out.write(octets);
      }
      out.force(true);
    }
    if (fresh) {
      sync(directory());
    }
  }

  /// Where a crash cut the last line short, it is written over.
  private static long endOfLastLine(FileChannel in) throws IOException {
    var one = ByteBuffer.allocate(1);
    for (long end = in.size(); end > 0; end--) {
      one.clear();
      if (in.read(one, end - 1) == 1 && one.get(0) == '\n') {
        return end;
      }
    }
    return 0;
  }

  @Override
  public <R> R exclusively(Turn<R> task) throws IOException {
    Files.createDirectories(
        directory(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    turn.lock();
    try (FileChannel channel =
            FileChannel.open(
                directory().resolve(file.getFileName() + ".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PRIVATE);
        var _ = lock(channel)) {
      return task.run();
    } finally {
      turn.unlock();
    }
  }

  /// Another object of this process may hold it, which Java answers with an exception.
  private static FileLock lock(FileChannel channel) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        if (i == ATTEMPTS) {
          throw new IOException("the journal is locked", e);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private Path directory() {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private static void sync(Path directory) throws IOException {
    try (var entry = FileChannel.open(directory, StandardOpenOption.READ)) {
      entry.force(true);
    }
  }
}
