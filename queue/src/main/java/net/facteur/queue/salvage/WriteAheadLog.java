package net.facteur.queue.salvage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;

/// Where the newest image of each page lies in a write-ahead log.
///
/// Check sums of frames run on from each to the next, so SQLite ends at the first that does not
/// match, and forgets what was committed behind it. Each frame holds the sum up to itself, though:
/// taking that as it stands, the frame behind a damaged one can be judged again.
///
/// @param frames by page, where its newest committed image begins in the file
/// @param pages of the database after the last commit, 0 where nothing was committed
/// @param lostBehind true where whole transactions stand behind a frame at which SQLite would end:
///   a power cut leaves at most one, the last
/// @spec https://www.sqlite.org/fileformat2.html#the_write_ahead_log section 4
record WriteAheadLog(Map<Integer, Long> frames, int pages, boolean lostBehind) {
  static final WriteAheadLog NONE = new WriteAheadLog(Map.of(), 0, false);

  private static final int HEADER = 32;
  private static final int FRAME_HEADER = 24;
  private static final int MAGIC = 0x377f0682;

  /// @param pageSize of the database
  static WriteAheadLog read(FileChannel log, int pageSize) throws IOException {
    long size = log.size();
    if (size < HEADER + FRAME_HEADER + pageSize) {
      return NONE;
    }
    ByteBuffer header = PageFile.octets(log, 0, HEADER);
    // The lowest bit says how sums read their words; where the magic is damaged, all others say it.
    int magic = header.getInt(0);
    ByteOrder order =
        Integer.bitCount(magic ^ MAGIC) <= Integer.bitCount(magic ^ (MAGIC | 1))
            ? ByteOrder.LITTLE_ENDIAN
            : ByteOrder.BIG_ENDIAN;
    Sum own = Sum.START.over(header, 0, 24, order);
    boolean headerSound =
        (magic & ~1) == MAGIC && own.equals(new Sum(header.getInt(24), header.getInt(28)));
    return new Reading(log, pageSize, order).read(header, headerSound);
  }

  /// Two running words.
  private record Sum(int first, int second) {
    static final Sum START = new Sum(0, 0);

    Sum over(ByteBuffer octets, int from, int to, ByteOrder order) {
      octets.order(order);
      int a = first;
      int b = second;
      for (int i = from; i < to; i += 8) {
        a += octets.getInt(i) + b;
        b += octets.getInt(i + 4) + a;
      }
      octets.order(ByteOrder.BIG_ENDIAN);
      return new Sum(a, b);
    }
  }

  private static final class Reading {
    private final FileChannel log;
    private final int pageSize;
    private final ByteOrder order;
    private final Map<Integer, Long> committed = new HashMap<>();
    private final Map<Integer, Long> open = new HashMap<>();
    private int pages;
    private boolean broken;
    private int commitsBehind;

    Reading(FileChannel log, int pageSize, ByteOrder order) {
      this.log = log;
      this.pageSize = pageSize;
      this.order = order;
    }

    WriteAheadLog read(ByteBuffer header, boolean headerSound) throws IOException {
      ByteBuffer first = PageFile.octets(log, HEADER, FRAME_HEADER);
      // The first frame has the header's salts, and may be sound where the header is not.
      int salt1 = headerSound ? header.getInt(16) : first.getInt(8);
      int salt2 = headerSound ? header.getInt(20) : first.getInt(12);
      broken = !headerSound;
      Sum before =
          headerSound
              ? new Sum(header.getInt(24), header.getInt(28))
              : Sum.START.over(header, 0, 24, order);
      long at = HEADER;
      for (; at + FRAME_HEADER + pageSize <= log.size(); at += FRAME_HEADER + pageSize) {
        ByteBuffer frame = PageFile.octets(log, at, FRAME_HEADER + pageSize);
        Sum stored = new Sum(frame.getInt(16), frame.getInt(20));
        Sum found =
            before
                .over(frame, 0, 8, order)
                .over(frame, FRAME_HEADER, FRAME_HEADER + pageSize, order);
        boolean sound = found.equals(stored);
        boolean salts = frame.getInt(8) == salt1 && frame.getInt(12) == salt2;
        if (!salts && !sound) {
          break; // what an older log left behind
        }
        broken |= !salts || !sound;
        take(frame, at + FRAME_HEADER);
        before = stored;
      }
      // With a damaged header SQLite sees no transaction at all.
      boolean lost = commitsBehind >= 2 || (!headerSound && commitsBehind >= 1);
      return new WriteAheadLog(Map.copyOf(committed), pages, lost);
    }

    private void take(ByteBuffer frame, long image) {
      int page = frame.getInt(0);
      if (page > 0) {
        open.put(page, image);
      }
      int after = frame.getInt(4);
      if (after != 0) {
        committed.putAll(open);
        open.clear();
        pages = Math.max(after, page);
        if (broken) {
          commitsBehind++;
        }
      }
    }
  }
}
