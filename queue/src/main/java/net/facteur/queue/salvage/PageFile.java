package net.facteur.queue.salvage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The pages of a database as of its last commit: those of the file, under those of its log.
///
/// The size of a page is what the caller knows it to be; what the first page says of it may be
/// damaged.
public final class PageFile implements AutoCloseable {
  private final FileChannel database;
  private final FileChannel log;
  private final int pageSize;
  private final WriteAheadLog newer;

  private PageFile(FileChannel database, FileChannel log, int pageSize, WriteAheadLog newer) {
    this.database = database;
    this.log = log;
    this.pageSize = pageSize;
    this.newer = newer;
  }

  /// Opens a database and, if there is one, the log beside it. No other process may write to them.
  ///
  /// @param pageSize octets, a power of two from 512 to 65,536
  public static PageFile open(Path file, int pageSize) throws IOException {
    FileChannel database = FileChannel.open(file, StandardOpenOption.READ);
    try {
      Path beside = file.resolveSibling(file.getFileName() + "-wal");
      if (!Files.exists(beside)) {
        return new PageFile(database, database, pageSize, WriteAheadLog.NONE);
      }
      FileChannel log = FileChannel.open(beside, StandardOpenOption.READ);
      return new PageFile(database, log, pageSize, WriteAheadLog.read(log, pageSize));
    } catch (IOException e) {
      database.close();
      throw e;
    }
  }

  /// True where SQLite would pass over whole transactions that stand in the log.
  public boolean losesTransactions() {
    return newer.lostBehind();
  }

  /// The version that the program gave the schema (`PRAGMA user_version`), as the first page has
  /// it.
  public int schemaVersion() throws IOException {
    return page(1).getInt(60);
  }

  /// Octets of a page.
  public int pageSize() {
    return pageSize;
  }

  /// How many pages there are; the first has the number 1.
  public int pages() throws IOException {
    long inFile = database.size() / pageSize;
    int inLog = newer.frames().keySet().stream().mapToInt(page -> page).max().orElse(0);
    // A damaged frame may name any page; no log adds more of them than it has frames.
    long most = inFile + newer.frames().size();
    return (int) Math.min(Math.min(Integer.MAX_VALUE, most), Math.max(inFile, inLog));
  }

  /// The octets of a page; zeros where the file ends before it.
  ByteBuffer page(int number) throws IOException {
    Long inLog = newer.frames().get(number);
    return inLog == null
        ? octets(database, (number - 1L) * pageSize, pageSize)
        : octets(log, inLog, pageSize);
  }

  static ByteBuffer octets(FileChannel file, long at, int length) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(length);
    while (into.hasRemaining() && file.read(into, at + into.position()) > 0) {
      // until full, or the end
    }
    return into.clear();
  }

  @Override
  public void close() throws IOException {
    database.close();
    log.close();
  }
}
