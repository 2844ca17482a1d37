package net.facteur.server.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;

/// Writes a tar archive: POSIX ustar, with a pax header where a name or a size is too long for it.
/// Every entry belongs to nobody, and only its owner may read it unless its mode says otherwise.
///
/// @spec https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html pax Interchange Format
public final class TarWriter {
  private static final int BLOCK = 512;
  private static final int NAME_MAX = 100;

  /// What eleven octal digits can say.
  private static final long SIZE_MAX = (1L << 33) - 1;

  private static final int PRIVATE_FILE = 0600;
  private static final int PRIVATE_DIRECTORY = 0700;

  private final OutputStream out;

  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /// Adds a file of these octets.
  public void add(String name, Instant modified, byte[] octets) throws IOException {
    header(name, '0', octets.length, modified, PRIVATE_FILE);
    out.write(octets);
    pad(octets.length);
  }

  /// Adds a directory and what is in it, in the order of the names; links and special files are
  /// left out. What somebody deletes at the same time is left out, too.
  public void addTree(Path directory, String as) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : (Iterable<Path>) all.sorted()::iterator) {
        String inner = directory.relativize(each).toString();
        String name = inner.isEmpty() ? as : as + "/" + inner;
        try {
          var its =
              Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          if (its.isDirectory()) {
            header(name + "/", '5', 0, its.lastModifiedTime().toInstant(), PRIVATE_DIRECTORY);
          } else if (its.isRegularFile()) {
            add(name, its.lastModifiedTime().toInstant(), each);
          }
        } catch (NoSuchFileException _) {
          // moved or deleted at this moment
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void add(String name, Instant modified, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      add(name, modified, PRIVATE_FILE, Files.size(file), in);
    }
  }

  /// Adds a file, exactly as long as is said: other programs may write to it meanwhile. What is
  /// missing in the end is written as zeros.
  ///
  /// @param mode who may do what with it, at most 0777
  public void add(String name, Instant modified, int mode, long size, InputStream in)
      throws IOException {
    header(name, '0', size, modified, mode);
    long left = size;
    byte[] block = new byte[64 * 1024];
    while (left > 0) {
      int n = in.read(block, 0, (int) Math.min(left, block.length));
      if (n < 0) {
        Arrays.fill(block, (byte) 0);
        n = (int) Math.min(left, block.length);
      }
      out.write(block, 0, n);
      left -= n;
    }
    pad(size);
  }

  public void finish() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }

  private void header(String name, char type, long size, Instant modified, int mode)
      throws IOException {
    byte[] path = name.getBytes(UTF_8);
    var records = new ByteArrayOutputStream();
    if (path.length > NAME_MAX || path.length != name.length()) {
      records.writeBytes(record("path=" + name + "\n"));
    }
    if (size > SIZE_MAX) {
      records.writeBytes(record("size=" + size + "\n"));
    }
    if (records.size() > 0) {
      write("pax", 'x', records.size(), modified, PRIVATE_FILE);
      records.writeTo(out);
      pad(records.size());
    }
    write(
        new String(path, 0, Math.min(path.length, NAME_MAX), UTF_8),
        type,
        Math.min(size, SIZE_MAX),
        modified,
        mode);
  }

  /// A pax record, which begins with its own length.
  private static byte[] record(String text) {
    int length = text.getBytes(UTF_8).length + 1;
    int whole = length + String.valueOf(length).length();
    whole = length + String.valueOf(whole).length();
    return (whole + " " + text).getBytes(UTF_8);
  }

  private void write(String name, char type, long size, Instant modified, int mode)
      throws IOException {
    byte[] header = new byte[BLOCK];
    byte[] path = name.getBytes(UTF_8);
    System.arraycopy(path, 0, header, 0, Math.min(path.length, NAME_MAX));
    octal(header, 100, 8, mode);
    octal(header, 108, 8, 0);
    octal(header, 116, 8, 0);
    octal(header, 124, 12, size);
    octal(header, 136, 12, Math.max(0, modified.getEpochSecond()));
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = (byte) type;
    System.arraycopy("ustar\00000".getBytes(UTF_8), 0, header, 257, 8);
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    octal(header, 148, 7, sum);
    out.write(header);
  }

  private static void octal(byte[] header, int at, int width, long value) {
    String digits = Long.toOctalString(value);
    String padded = "0".repeat(Math.max(0, width - 1 - digits.length())) + digits;
    System.arraycopy(padded.getBytes(UTF_8), 0, header, at, width - 1);
    header[at + width - 1] = 0;
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
  }
}
