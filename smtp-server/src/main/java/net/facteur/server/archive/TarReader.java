package net.facteur.server.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static net.facteur.server.archive.ArchiveTexts.SAY;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;

/// Reads a tar archive, entry by entry, and trusts nothing in it: ustar with pax headers for names
/// and sizes, plain files and directories, names without `..` and not from the root, each once.
/// Everything else is refused with a [ToldException] that says what it is.
public final class TarReader {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 4096;
  private static final int LONGEST_PAX = 64 << 10;
  private static final int MOST_ENTRIES = 4_000_000;

  private final InputStream in;
  private final Set<String> names = new HashSet<>();
  private long left;
  private int padding;
  private boolean ended;

  /// An entry.
  ///
  /// @param name with `/` between its parts, and none at its end
  /// @param size octets
  public record Entry(String name, boolean directory, int mode, long size, Instant modified) {}

  public TarReader(InputStream in) {
    this.in = in;
  }

  /// The next entry; what was not read of the one before is passed over.
  ///
  /// @return empty at the end, which an archive that was cut off does not have
  /// @throws ToldException where it is no archive that may be unpacked
  public Optional<Entry> next() throws IOException {
    skip();
    String longName = "";
    long longSize = -1;
    while (!ended) {
      byte[] header = block();
      if (isEmpty(header)) {
        // Two of them end an archive; whatever follows is padding.
        if (!isEmpty(block())) {
          throw new ToldException(SAY.noTar());
        }
        ended = true;
        break;
      }
      check(header);
      char type = (char) header[156];
      long size = number(header, 124, 12);
      if (type == 'x') {
        for (String record : records(size)) {
          if (record.startsWith("path=")) {
            longName = record.substring("path=".length());
          } else if (record.startsWith("size=")) {
            longSize = digits(record.substring("size=".length()), 10);
          }
        }
        continue;
      }
      String name = longName.isEmpty() ? name(header) : longName;
      boolean directory = type == '5';
      if (!directory && type != '0' && type != 0) {
        throw new ToldException(SAY.kind(shown(name), kind(type)));
      }
      left = directory ? 0 : longSize >= 0 ? longSize : size;
      padding = (int) ((BLOCK - left % BLOCK) % BLOCK);
      return Optional.of(
          new Entry(
              within(name),
              directory,
              (int) number(header, 100, 8) & 0777,
              left,
              Instant.ofEpochSecond(number(header, 136, 12))));
    }
    return Optional.empty();
  }

  /// The octets of the entry, to be read before the next one. Never ends before the size that the
  /// entry says.
  public InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] octets, int from, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int n = in.read(octets, from, (int) Math.min(left, length));
        if (n < 0) {
          throw new ToldException(SAY.cutOff());
        }
        left -= n;
        return n;
      }
    };
  }

  private void skip() throws IOException {
    byte[] some = new byte[64 << 10];
    while (left > 0) {
      int n = in.read(some, 0, (int) Math.min(left, some.length));
      if (n < 0) {
        throw new ToldException(SAY.cutOff());
      }
      left -= n;
    }
    if (in.readNBytes(some, 0, padding) != padding) {
      throw new ToldException(SAY.cutOff());
    }
    padding = 0;
  }

  private byte[] block() throws IOException {
    byte[] block = in.readNBytes(BLOCK);
    if (block.length != BLOCK) {
      throw new ToldException(SAY.cutOff());
    }
    return block;
  }

  private static boolean isEmpty(byte[] block) {
    for (byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private static void check(byte[] header) throws IOException {
    if (!new String(header, 257, 5, UTF_8).equals("ustar")) {
      throw new ToldException(SAY.noTar());
    }
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    if (sum != number(header, 148, 8)) {
      throw new ToldException(SAY.wrongSum());
    }
  }

  private static long number(byte[] header, int at, int width) throws IOException {
    int end = at;
    while (end < at + width && header[end] != 0) {
      end++;
    }
    String text = new String(header, at, end - at, UTF_8).strip();
    return text.isEmpty() ? 0 : digits(text, 8);
  }

  private static long digits(String text, int radix) throws IOException {
    try {
      long value = Long.parseLong(text, radix);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new ToldException(SAY.noTar());
  }

  private List<String> records(long size) throws IOException {
    if (size > LONGEST_PAX) {
      throw new ToldException(SAY.longName());
    }
    byte[] octets = in.readNBytes((int) size);
    if (octets.length != size
        || in.readNBytes((int) ((BLOCK - size % BLOCK) % BLOCK)).length
            != (int) ((BLOCK - size % BLOCK) % BLOCK)) {
      throw new ToldException(SAY.cutOff());
    }
    var records = new ArrayList<String>();
    int at = 0;
    while (at < octets.length) {
      int space = at;
      while (space < octets.length && octets[space] != ' ') {
        space++;
      }
      long length = digits(new String(octets, at, space - at, UTF_8), 10);
      if (space == octets.length || length <= space - at + 1 || length > octets.length - at) {
        throw new ToldException(SAY.noTar());
      }
      int end = at + (int) length;
      if (octets[end - 1] != '\n') {
        throw new ToldException(SAY.noTar());
      }
      records.add(text(Arrays.copyOfRange(octets, space + 1, end - 1)));
      at = end;
    }
    return records;
  }

  private static String name(byte[] header) throws IOException {
    int end = 0;
    while (end < 100 && header[end] != 0) {
      end++;
    }
    String name = text(Arrays.copyOf(header, end));
    int from = 345;
    int to = from;
    while (to < from + 155 && header[to] != 0) {
      to++;
    }
    return to == from ? name : text(Arrays.copyOfRange(header, from, to)) + "/" + name;
  }

  private static String text(byte[] octets) throws IOException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      throw new ToldException(SAY.noTar());
    }
  }

  /// A name that stays below the place where it is put, and that nothing before had.
  private String within(String name) throws IOException {
    String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    boolean out =
        plain.isEmpty()
            || plain.length() > LONGEST_NAME
            || plain.chars().anyMatch(Character::isISOControl)
            || List.of(plain.split("/", -1)).stream()
                .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (out) {
      throw new ToldException(SAY.leadsOut(shown(name)));
    }
    if (names.size() >= MOST_ENTRIES) {
      throw new ToldException(SAY.tooMany(MOST_ENTRIES));
    }
    if (!names.add(plain)) {
      throw new ToldException(SAY.twice(shown(plain)));
    }
    return plain;
  }

  private static String shown(String name) {
    String clean = StrangerText.of(name).onTerminal();
    return clean.length() > 200 ? clean.substring(0, 200) + "..." : clean;
  }

  private static Text kind(char type) {
    return switch (type) {
      case '1', '2' -> SAY.aLink();
      case '3', '4' -> SAY.aDevice();
      default -> SAY.anotherKind();
    };
  }
}
