package net.facteur.queue.prove;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a process did to its files, as `disk-recorder.c` wrote it down.
sealed interface DiskRecord {
  /// A file or directory was opened, and made where it was not there.
  record Open(long handle, boolean existed, Path path) implements DiskRecord {}

  record Write(long handle, long offset, byte[] octets) implements DiskRecord {}

  record Truncate(long handle, long size) implements DiskRecord {}

  record SyncBegin(long handle, long number) implements DiskRecord {}

  record SyncEnd(long handle, long number) implements DiskRecord {}

  record Rename(Path from, Path to) implements DiskRecord {}

  record Unlink(Path path) implements DiskRecord {}

  record MakeDirectory(Path path) implements DiskRecord {}

  /// @throws IOException where the process did something that the record cannot express
  static List<DiskRecord> read(Path file) throws IOException {
    var records = new ArrayList<DiskRecord>();
    try (var in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
      for (int what = in.read(); what >= 0; what = in.read()) {
        long a = Long.reverseBytes(in.readLong());
        long b = Long.reverseBytes(in.readLong());
        byte[] one = octets(in);
        byte[] two = octets(in);
        records.add(
            switch (what) {
              case 1 -> new Open(a, b != 0, path(one));
              case 2 -> new Write(a, b, one);
              case 3 -> new Truncate(a, b);
              case 4 -> new SyncBegin(a, b);
              case 5 -> new SyncEnd(a, b);
              case 6 -> new Rename(path(one), path(two));
              case 7 -> new Unlink(path(one));
              case 8 -> new MakeDirectory(path(one));
              default ->
                  throw new IOException(
                      "not expressed in the record: " + new String(one, StandardCharsets.UTF_8));
            });
      }
    } catch (EOFException e) {
      // The process ended while another thread was writing an entry.
      return records;
    }
    return records;
  }

  private static byte[] octets(DataInputStream in) throws IOException {
    return in.readNBytes(Integer.reverseBytes(in.readInt()));
  }

  private static Path path(byte[] octets) {
    return Path.of(new String(octets, StandardCharsets.UTF_8));
  }
}
