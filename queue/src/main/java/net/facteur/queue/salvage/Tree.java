package net.facteur.queue.salvage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.function.Consumer;

/// Walks the b-trees of a database, and notes which pages they take up.
///
/// @spec https://www.sqlite.org/fileformat2.html#b_tree_pages section 1.6
public final class Tree {
  private static final int TABLE_LEAF = 0x0d;
  private static final int TABLE_INTERIOR = 0x05;
  private static final int INDEX_LEAF = 0x0a;
  private static final int INDEX_INTERIOR = 0x02;
  private static final int FIRST_PAGE_HEADER = 100;
  private static final int MAX_PAYLOAD = 64 << 20;

  private final PageFile file;
  private final int pages;
  private final BitSet seen = new BitSet();
  private boolean damaged;

  public Tree(PageFile file) throws IOException {
    this.file = file;
    this.pages = file.pages();
  }

  /// True where something on the way made no sense, so that rows may hang below it unseen.
  public boolean damaged() {
    return damaged;
  }

  /// Tells every row that is reached from a root. Cells that make no sense are passed over.
  public void walk(int root, Consumer<Row> rows) throws IOException {
    Deque<Integer> open = new ArrayDeque<>();
    open.push(root);
    while (!open.isEmpty()) {
      int number = open.pop();
      if (number < 1 || number > pages || seen.get(number)) {
        damaged = true;
        continue;
      }
      seen.set(number);
      cells(number, open, rows);
    }
  }

  /// Notes the free pages.
  ///
  /// @return false where their list makes no sense
  /// @spec https://www.sqlite.org/fileformat2.html#the_freelist section 1.5
  public boolean passFree() throws IOException {
    ByteBuffer first = file.page(1);
    int trunk = first.getInt(32);
    long left = first.getInt(36) & 0xffff_ffffL;
    while (trunk != 0) {
      if (trunk < 1 || trunk > pages || seen.get(trunk)) {
        return false;
      }
      seen.set(trunk);
      ByteBuffer page = file.page(trunk);
      int leaves = page.getInt(4);
      if (leaves < 0 || leaves > file.pageSize() / 4 - 2) {
        return false;
      }
      for (int i = 0; i < leaves; i++) {
        int leaf = page.getInt(8 + 4 * i);
        if (leaf < 1 || leaf > pages) {
          return false;
        }
        seen.set(leaf);
      }
      left -= leaves + 1L;
      trunk = page.getInt(0);
    }
    return left == 0;
  }

  /// Tells the rows of all pages that nothing was reached from: what hangs below a damaged page.
  public void orphans(Consumer<Row> rows) throws IOException {
    for (int number = seen.nextClearBit(2);
        number <= pages;
        number = seen.nextClearBit(number + 1)) {
      cells(number, new ArrayDeque<>(), rows);
    }
  }

  private void cells(int number, Deque<Integer> below, Consumer<Row> rows) throws IOException {
    ByteBuffer page = file.page(number);
    int start = number == 1 ? FIRST_PAGE_HEADER : 0;
    int type = page.get(start) & 0xff;
    boolean interior = type == TABLE_INTERIOR || type == INDEX_INTERIOR;
    if (!interior && type != TABLE_LEAF && type != INDEX_LEAF) {
      damaged = true;
      return;
    }
    int pointers = start + (interior ? 12 : 8);
    int count = page.getShort(start + 3) & 0xffff;
    int most = (file.pageSize() - pointers) / 2;
    damaged |= count > most;
    for (int i = 0; i < Math.min(count, most); i++) {
      int at = page.getShort(pointers + 2 * i) & 0xffff;
      if (at < pointers || at > file.pageSize() - 4) {
        damaged = true;
        continue;
      }
      if (interior) {
        below.push(page.getInt(at));
      }
      if (type != TABLE_INTERIOR) {
        cell(page, interior ? at + 4 : at, type == TABLE_LEAF, rows);
      }
    }
    if (interior) {
      below.push(page.getInt(start + 8));
    }
  }

  private void cell(ByteBuffer page, int at, boolean table, Consumer<Row> rows) throws IOException {
    var in = new Varints(page, at);
    long length = in.next();
    long rowid = table ? in.next() : 0;
    if (!in.sound() || length < 1 || length > MAX_PAYLOAD) {
      damaged = true;
      return;
    }
    byte[] payload = payload(page, in.position(), (int) length, table);
    if (payload.length == 0) {
      damaged = true;
      return;
    }
    Row.of(rowid, payload).ifPresentOrElse(rows, () -> damaged = true);
  }

  /// A payload, from the page and those that it runs over to; no octets where it cannot be had.
  ///
  /// @spec https://www.sqlite.org/fileformat2.html#cell_payload_overflow_pages section 1.6
  private byte[] payload(ByteBuffer page, int at, int length, boolean table) throws IOException {
    int usable = file.pageSize();
    int most = table ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    int local = length;
    if (length > most) {
      int least = (usable - 12) * 32 / 255 - 23;
      int fit = least + (length - least) % (usable - 4);
      local = fit <= most ? fit : least;
    }
    boolean runsOver = length > local;
    if (at + local + (runsOver ? 4 : 0) > usable) {
      return new byte[0];
    }
    // A damaged length does not ask for more memory than there are pages.
    if (length > (long) pages * usable) {
      return new byte[0];
    }
    byte[] payload = new byte[length];
    page.get(at, payload, 0, local);
    int next = runsOver ? page.getInt(at + local) : 0;
    int filled = local;
    while (filled < length) {
      if (next < 1 || next > pages) {
        return new byte[0];
      }
      seen.set(next);
      ByteBuffer over = file.page(next);
      int part = Math.min(length - filled, usable - 4);
      over.get(4, payload, filled, part);
      filled += part;
      next = over.getInt(0);
    }
    return payload;
  }
}
