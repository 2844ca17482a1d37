package net.facteur.server.mailbox;

import static java.nio.charset.StandardCharsets.UTF_8;

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

/// Writes a tar archive: POSIX ustar, with a pax header where a name is too long for it. Every
/// entry belongs to nobody and only its owner may read it.
final class TarStream {
  private static final int BLOCK = 512;
  private static final int NAME_MAX = 100;

  private final OutputStream out;

  TarStream(OutputStream out) {
    this.out = out;
  }

  /// Adds a file of these octets.
  void add(String name, Instant modified, byte[] octets) throws IOException {
    header(name, '0', octets.length, modified);
    out.write(octets);
    pad(octets.length);
  }

  /// Adds a directory and what is in it, in the order of the names; links and special files are
  /// left out. What somebody deletes at the same time is left out, too.
  void addTree(Path directory, String as) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : (Iterable<Path>) all.sorted()::iterator) {
        String inner = directory.relativize(each).toString();
        String name = inner.isEmpty() ? as : as + "/" + inner;
        try {
          var its =
              Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          if (its.isDirectory()) {
            header(name + "/", '5', 0, its.lastModifiedTime().toInstant());
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

  /// Exactly as long as the header says: other programs may write to it meanwhile.
  private void add(String name, Instant modified, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      long size = Files.size(file);
      header(name, '0', size, modified);
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
  }

  void finish() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }

  private void header(String name, char type, long size, Instant modified) throws IOException {
    byte[] path = name.getBytes(UTF_8);
    if (path.length > NAME_MAX || path.length != name.length()) {
      byte[] record = record("path=" + name + "\n");
      write("pax", 'x', record.length, modified);
      out.write(record);
      pad(record.length);
    }
    write(new String(path, 0, Math.min(path.length, NAME_MAX), UTF_8), type, size, modified);
  }

  /// A pax record, which begins with its own length.
  private static byte[] record(String text) {
    int length = text.getBytes(UTF_8).length + 1;
    int whole = length + String.valueOf(length).length();
    whole = length + String.valueOf(whole).length();
    return (whole + " " + text).getBytes(UTF_8);
  }

  private void write(String name, char type, long size, Instant modified) throws IOException {
    byte[] header = new byte[BLOCK];
    byte[] path = name.getBytes(UTF_8);
    System.arraycopy(path, 0, header, 0, Math.min(path.length, NAME_MAX));
    octal(header, 100, 8, type == '5' ? 0700 : 0600);
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
